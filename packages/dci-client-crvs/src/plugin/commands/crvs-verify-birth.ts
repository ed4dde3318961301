import { parseIdentifier } from 'dci-client';
import { identifierArgument, identifierArguments, listOption, textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import { type CliCommand, type CliContext, type ExitCode, printable } from 'dci-host';
import type { ExpectedBirth } from '../../verify/expected-birth.ts';
import type { BirthVerification } from '../../verify/verify-birth.ts';
import type { ResolvedOptions } from '../options.ts';
import { serviceOf, sourceOption } from './command-input.ts';
import { withFailures } from './print-failure.ts';
import { birthView, identifierText, nameText, placeText, provenanceLine, provenanceView } from './views.ts';

/**
 * `dci crvs verify-birth`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsVerifyBirth(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs verify-birth',
    summary: 'verify a birth, and compare what is known with what the registry says',
    help: `Exit code 0: verified; 1: not found, several people, another birth, or an answer that cannot be trusted; 2: no answer, or
bad input.

Examples:
  dci crvs verify-birth UIN:1234567897
  dci crvs verify-birth UIN:1234567897 --birth-date 1990-05-17 --name 'Lucía Núñez' --sex female
  dci crvs verify-birth BRN:B-1990-17 --parent UIN:900 --json`,
    arguments: [identifierArgument],
    options: [
      { flags: '--birth-date <day>', description: 'expected day, for example 1990-05-17' },
      { flags: '--name <name>', description: 'expected name, its words in any order' },
      { flags: '--sex <sex>', description: 'expected sex: female, male, other' },
      { flags: '--brn <number>', description: 'expected birth registration number' },
      { flags: '--birth-place <name>', description: 'expected place, or one around it' },
      { flags: '--parent <type:value>', description: 'expected parent; may be repeated', repeatable: true },
      sourceOption(options.sources),
    ],
    run: (context) =>
      withFailures(context, async () => {
        const [identifier] = identifierArguments(context);
        const expected = expectedBirth(context);
        const service = await serviceOf(context, options);
        return print(context, await service.verifyBirth(identifier, expected, { signal: context.signal }));
      }),
  };
}

function expectedBirth(context: CliContext): ExpectedBirth {
  const birthDate = textOption(context, 'birthDate');
  const name = textOption(context, 'name');
  const sex = textOption(context, 'sex');
  const brn = textOption(context, 'brn');
  const birthPlace = textOption(context, 'birthPlace');
  const parents = listOption(context, 'parent').map(parseIdentifier);
  return {
    ...(birthDate !== undefined && { birthDate }),
    ...(name !== undefined && { name }),
    ...(sex !== undefined && { sex }),
    ...(brn !== undefined && { brn }),
    ...(birthPlace !== undefined && { birthPlace }),
    ...(parents.length > 0 && { parents }),
  };
}

const headlines: Readonly<Record<BirthVerification['status'], string>> = {
  verified: 'verified',
  mismatch: 'mismatch: the registry says otherwise',
  not_found: 'not found',
  ambiguous: 'ambiguous: several people under this identifier',
};

function print(context: CliContext, result: BirthVerification): ExitCode {
  const code = result.status === 'verified' ? 0 : 1;
  if (context.json) {
    context.print(writeJson(jsonOf(result)));
    return code;
  }
  context.print(result.status === 'not_found' ? `not found: ${reasons[result.reason]}` : headlines[result.status]);
  if (result.status === 'verified' || result.status === 'mismatch') {
    const { birth, fields } = result;
    const compared: Readonly<Record<string, string | undefined>> = fields;
    context.print('');
    context.table(
      ['field', 'registry', 'as expected'],
      [
        ['birth_date', birth.birthDate],
        ['name', nameText(birth.name)],
        ['sex', birth.sex ?? ''],
        ['brn', birth.brn ?? ''],
        ['birth_place', placeText(birth.birthPlace)],
        ['parents', birth.parents.map(identifierText).join(', ')],
      ].map(([field = '', value = '']) => [field, value, compared[field] ?? '']),
    );
    context.print('');
  }
  context.print(printable(provenanceLine(result.provenance)));
  return code;
}

const reasons = {
  no_person: 'the registry does not know the person',
  no_birth_date: 'the person is known, and no birth date is recorded',
  unreadable_birth_date: 'the recorded birth date is no day that has been',
};

function jsonOf(result: BirthVerification) {
  const { status, provenance } = result;
  const common = { status, provenance: provenanceView(provenance) };
  if (status === 'not_found') return { ...common, reason: result.reason };
  if (status === 'ambiguous') return { ...common, count: result.count };
  return {
    ...common,
    birth: birthView(result.birth),
    fields: { ...result.fields },
    mismatched: status === 'mismatch' ? result.mismatched : [],
    unconfirmed: result.unconfirmed,
  };
}
