import { maritalStatus, writeJson } from 'dci-core';
import { type CliCommand, type CliContext, type ExitCode, printable } from 'dci-host';
import type { MarriageStatus } from '../../verify/get-marriage-status.ts';
import type { ResolvedOptions } from '../options.ts';
import { aboutPerson } from './command-input.ts';
import { identifierText, identifierViews, provenanceLine, provenanceView } from './views.ts';

/**
 * `dci crvs marriage`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsMarriage(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs marriage',
    summary: 'ask for the marital status of a person',
    help: `Exit code 0: the registry states it; 1: it does not, or does not know the person; 2: no answer, or bad input.

Example:
  dci crvs marriage UIN:1234567897 --json`,
    ...aboutPerson(options, async (service, identifier, context) =>
      print(context, await service.getMarriageStatus(identifier, { signal: context.signal })),
    ),
  };
}

function print(context: CliContext, result: MarriageStatus): ExitCode {
  const code = result.status === 'known' ? 0 : 1;
  const { status, provenance } = result;
  if (context.json) {
    const common = { status, provenance: provenanceView(provenance) };
    if (status === 'ambiguous') context.print(writeJson({ ...common, count: result.count }));
    else if (status !== 'known') context.print(writeJson(common));
    else {
      context.print(
        writeJson({
          ...common,
          marital_status: result.maritalStatus,
          since: result.since,
          basis: result.basis,
          marriage_date: result.marriageDates,
          divorce_date: result.divorceDates,
          mrn: result.mrn,
          spouses: identifierViews(result.spouses),
        }),
      );
    }
    return code;
  }
  context.print(printable(lineOf(result)));
  if (status === 'known' && result.spouses.length > 0) {
    context.print(printable(`spouses, present or former: ${result.spouses.map(identifierText).join(', ')}`));
  }
  context.print(printable(provenanceLine(provenance)));
  return code;
}

function lineOf(result: MarriageStatus): string {
  switch (result.status) {
    case 'known': {
      const label = maritalStatus.toLabel(result.maritalStatus) ?? '';
      const since = result.since === undefined ? '' : ` since ${result.since}`;
      return `${result.maritalStatus} (${label})${since}${result.mrn === undefined ? '' : `, ${result.mrn}`}`;
    }
    case 'unknown':
      return 'the registry says nothing of marriages';
    case 'person_unknown':
      return 'the registry does not know the person';
    case 'ambiguous':
      return 'ambiguous: several people under this identifier';
  }
}
