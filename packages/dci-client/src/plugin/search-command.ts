import { DciError, isJsonObject } from 'dci-core';
import type { CliCommand, CliContext, CliOption } from 'dci-host';
import { createClient } from '../client.ts';
import type { DciClient } from '../dci-client.ts';
import type { SearchCriteria, SearchResult } from '../search.ts';
import type { DciClientOptions } from './client-plugin.ts';
import { badOption, textOption } from './option.ts';
import { printFailure } from './print-failure.ts';
import { readSearchCriteria } from './search-criteria.ts';
import { printResult } from './search-report.ts';
import { readSearchSource, registryTypes } from './search-source.ts';
import { openSources } from './sources/open-sources.ts';

const MOST_RECORDS = 10_000;

/** `dci search` of a program that has no data sources: all that it needs is given. */
export const searchCommand: CliCommand = searchCommandOf(undefined);

/**
 * Makes `dci search`, which asks a registry and verifies its answer (protocol.md sections 5 and 7).
 *
 * @param options - of the plug-in, whose data sources can be named; absent: there are none
 * @returns the command
 */
export function searchCommandOf(options: DciClientOptions | undefined): CliCommand {
  const sourceOption: CliOption = { flags: '--source <code>', description: 'data source to ask, with its settings' };
  const ofSources = `
With --source the settings are those of the data source, and none of the environment.
`;
  return {
    name: 'search',
    summary: 'search a registry and verify its signed answer',
    help: `${options === undefined ? '' : ofSources}
Each setting comes from its option, else from the file of --credentials (DCI_CLIENT_CREDENTIALS), else from the
environment: DCI_URL, DCI_CLIENT_SENDER_ID, DCI_CLIENT_KEY, DCI_CLIENT_KEY_ID, DCI_CLIENT_TOKEN,
DCI_CLIENT_RECEIVER_ID. Exit code 1: no record, refused, rejected, or an answer that is not the registry's;
2: no answer, or bad input.

Examples:
${options === undefined ? '' : '  dci search --source crvs_main --id UIN:1234567897\n'}  dci search --credentials demo.json --registry social --id UIN:1234567897
  dci search --credentials demo.json --registry social --record-type Group \\
    --expression '{"seq":[{"attribute":"poverty_score","operator":"<","value":20}]}' --sort poverty_score
  dci search --credentials demo.json --registry social --predicate 'person.age >= 80 && person.is_disabled == true'
  dci search --url https://registry.example.org/dci_api/v1 --registry fr --id NationalID:XX123 \\
    --sender-id mis.example.org --key mis.pem --key-id key1 --token env:MIS_TOKEN`,
    options: [
      ...(options === undefined ? [] : [sourceOption]),
      { flags: '--url <url>', description: 'base address of the registry; without a path: /dci_api/v1' },
      {
        flags: '--registry <type>',
        description: `type of the registry: ${registryTypes.map(({ name }) => name).join(', ')}`,
      },
      { flags: '--id <type:value>', description: 'identifier to look up' },
      { flags: '--expression <json>', description: 'expression, or @FILE' },
      { flags: '--predicate <text>', description: 'CEL predicate' },
      { flags: '--record-type <name>', description: 'type of the records wanted, for example Person or Group' },
      { flags: '--sort <attribute[:desc]>', description: 'attribute to sort by; may be repeated', repeatable: true },
      { flags: '--page <n>', description: 'number of the page, from 1' },
      { flags: '--page-size <n>', description: 'records a page' },
      { flags: '--cursor <text>', description: 'go on where another page ended' },
      { flags: '--all', description: `all pages in one table, at most ${MOST_RECORDS} records` },
      { flags: '--credentials <file>', description: 'JSON file with url, senderId, keyFile, keyId, token' },
      { flags: '--sender-id <id>', description: 'our own id, as registered with the registry' },
      { flags: '--key <pem>', description: 'file with our private key' },
      { flags: '--key-id <id>', description: 'our name of that key' },
      { flags: '--token <token>', description: 'bearer token, env:NAME or file:PATH' },
      { flags: '--receiver-id <id>', description: 'id of the registry; default: as its JWKS says' },
      { flags: '--server-key <pem>', description: 'file with the public key of the registry; needs --receiver-id' },
      { flags: '--jwks <url>', description: 'JWKS of the registry; default: {url}/.well-known/jwks.json' },
      {
        flags: '--timeout <seconds>',
        description: 'time for the whole call; default: 30, or as the data source has it',
      },
    ],
    async run(context) {
      const criteria = await readSearchCriteria(context);
      const all = context.options.all === true;
      if (all && context.json) throw new DciError('err.request.bad', 'give either --all or --json');
      const client = await clientOf(context, options);
      try {
        const pages = await searchPages(client, criteria, all, context.signal);
        return printResult(context, pages, identifierTypeOf(criteria));
      } catch (error) {
        return printFailure(context, error);
      }
    },
  };
}

async function clientOf(context: CliContext, options: DciClientOptions | undefined): Promise<DciClient> {
  const code = textOption(context, 'source');
  if (code !== undefined && options !== undefined) return await openNamedSource(context, code, options);
  return createClient({ ...(await readSearchSource(context)), ...portsOf(context) });
}

/** All that says who is asked and as whom is in the settings of a data source. */
const settingOptions = [
  ...['url', 'registry', 'credentials', 'senderId', 'key', 'keyId', 'token', 'receiverId', 'serverKey', 'jwks'],
] as const;

async function openNamedSource(context: CliContext, code: string, options: DciClientOptions): Promise<DciClient> {
  for (const name of settingOptions) {
    if (textOption(context, name) !== undefined) throw badOption(name, 'is a matter of the data source: leave it out');
  }
  const timeout = textOption(context, 'timeout');
  const { directory, clients } = openSources(await context.openState(), options);
  const { settings } = directory.enabled(code);
  const changed = timeout === undefined ? settings : { ...settings, timeoutSeconds: Number(timeout) };
  return (await clients.make(changed)).client;
}

function portsOf({
  crypto,
  clock,
  random,
  fetch,
}: CliContext): Pick<CliContext, 'crypto' | 'clock' | 'random' | 'fetch'> {
  return { crypto, clock, random, fetch };
}

async function searchPages(
  client: DciClient,
  criteria: SearchCriteria,
  all: boolean,
  signal: AbortSignal,
): Promise<readonly [SearchResult, ...SearchResult[]]> {
  const first = await client.search(criteria, { signal });
  const pages: [SearchResult, ...SearchResult[]] = [first];
  let count = first.records.length;
  for (let next = first.next; all && next !== undefined && count < MOST_RECORDS; ) {
    const page = await client.search({ ...criteria, page: next }, { signal });
    if (page.records.length === 0) break;
    pages.push(page);
    count += page.records.length;
    next = page.next;
  }
  return pages;
}

function identifierTypeOf({ queryType, query }: SearchCriteria): string | undefined {
  const type = queryType === 'idtype-value' && isJsonObject(query) ? query.type : undefined;
  return typeof type === 'string' ? type : undefined;
}
