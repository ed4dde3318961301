import { DciError, type RegistryType, resolveIdentifierType, writeJson } from 'dci-core';
import type { CliCommand, CliContext } from 'dci-host';
import { recordKey } from '../access/record-keys.ts';
import type { AuditQuery } from '../stores/audit.ts';
import { auditCells, auditHeadings, auditView, limitOption, openAudit, timeOption } from './audit-input.ts';
import { textOption } from './command-input.ts';

const listOptions = [
  { flags: '--sender <sender-id>', description: 'only what this sender was told or refused' },
  { flags: '--since <time>', description: 'only rows from this date or time on' },
  { flags: '--limit <n>', description: 'at most as many rows, newest first', default: '100' },
] as const;

/**
 * `dci audit list`.
 *
 * @returns the command
 */
export function auditList(): CliCommand {
  return {
    name: 'audit list',
    summary: 'show who was told what, newest first',
    options: listOptions,
    run: (context) => printRows(context, {}),
  };
}

/**
 * `dci audit find`.
 *
 * @param registryTypes - know the spellings of identifier types
 * @returns the command
 */
export function auditFind(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'audit find',
    summary: 'show who was told of a record that carries an identifier',
    help: 'The audit holds no identifiers; the one that is given is hashed with a key of the host and looked up.',
    options: [
      { flags: '--id <type:value>', description: 'the identifier, for example UIN:123', required: true },
      ...listOptions,
    ],
    run: (context) => printRows(context, { recordKeys: keysOf(textOption(context, 'id') ?? '', registryTypes) }),
  };
}

async function printRows(context: CliContext, query: AuditQuery): Promise<0> {
  const senderId = textOption(context, 'sender');
  const since = timeOption(context, 'since');
  const limit = limitOption(context);
  const audit = await openAudit(context);
  const rows = await audit.list({
    ...query,
    ...(senderId === undefined ? {} : { senderId }),
    ...(since === undefined ? {} : { since }),
    ...(limit === undefined ? {} : { limit }),
  });
  if (context.json) context.print(writeJson(rows.map(auditView)));
  else if (rows.length === 0) context.print('There is no such row.');
  else context.table(auditHeadings, rows.map(auditCells));
  return 0;
}

/** An identifier type can be spelled in several ways, and registries can spell the same one differently. */
function keysOf(identifier: string, registryTypes: readonly RegistryType[]): readonly string[] {
  const at = identifier.indexOf(':');
  const [type, value] = [identifier.slice(0, at), identifier.slice(at + 1)];
  if (at < 1 || value === '') {
    throw new DciError('err.configuration.invalid', '--id must be type and value, for example UIN:123');
  }
  const types = registryTypes.map((registryType) => resolveIdentifierType(registryType, type));
  return [...new Set(types)].map((spelling) => recordKey(spelling, value));
}
