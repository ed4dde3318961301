import { writeJson } from 'dci-core';
import { type CliCommand, type CliContext, type ExitCode, printable } from 'dci-host';
import type { DeathCheck } from '../../verify/check-death.ts';
import type { ResolvedOptions } from '../options.ts';
import { aboutPerson } from './command-input.ts';
import { placeText, placeView, provenanceLine, provenanceView } from './views.ts';

/**
 * `dci crvs check-death`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsCheckDeath(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs check-death',
    summary: 'ask whether a death is recorded',
    help: `That no death is recorded does not mean that the person lives. Exit code 0: recorded; 1: not recorded, unknown person, or
a record that somebody must look at; 2: no answer, or bad input.

Example:
  dci crvs check-death UIN:1234567897`,
    ...aboutPerson(options, async (service, identifier, context) =>
      print(context, await service.checkDeath(identifier, { signal: context.signal })),
    ),
  };
}

function print(context: CliContext, result: DeathCheck): ExitCode {
  const code = result.status === 'recorded' ? 0 : 1;
  const { status, provenance } = result;
  if (context.json) {
    const common = { status, provenance: provenanceView(provenance) };
    if (status === 'ambiguous') context.print(writeJson({ ...common, reason: result.reason }));
    else if (status !== 'recorded') context.print(writeJson(common));
    else {
      const { deathDate, drn, deathPlace } = result;
      context.print(writeJson({ ...common, death_date: deathDate, drn, death_place: placeView(deathPlace) }));
    }
    return code;
  }
  context.print(printable(lineOf(result)));
  context.print(printable(provenanceLine(provenance)));
  return code;
}

function lineOf(result: DeathCheck): string {
  switch (result.status) {
    case 'recorded': {
      const { deathDate = 'on a day that is not stated', drn, deathPlace } = result;
      const place = placeText(deathPlace);
      return `recorded: died ${deathDate}${place === '' ? '' : ` at ${place}`}${drn === undefined ? '' : ` (${drn})`}`;
    }
    case 'not_recorded':
      return 'no death is recorded; that does not mean that the person lives';
    case 'person_unknown':
      return 'the registry does not know the person; that does not mean that the person lives';
    case 'ambiguous':
      return `ambiguous: ${result.reason}`;
  }
}
