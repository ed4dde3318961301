import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import {
  alsoOption,
  identifierArgument,
  identifiersOf,
  openForCommand,
  sourceOf,
  sourceOption,
} from './command-input.ts';
import { reportingFailure, warnOfUnanswered } from './failure-report.ts';
import { evidenceText, supportView } from './views.ts';

/**
 * `dci dr support`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function supportCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr support',
    summary: 'show what support a registrant needs or has',
    help: `The registry is asked always. Exit code 0: it has a record; 1: none; 2: it did not answer.

Example:
  dci dr support UIN:1234567897`,
    arguments: [identifierArgument],
    options: [alsoOption, sourceOption],
    run: async (context) => {
      const identifiers = identifiersOf(context);
      const opened = await openForCommand(context, options);
      const service = await opened.service(sourceOf(context, opened));
      return reportingFailure(context, async () => {
        const report = await service.getDisabilitySupport(identifiers, { signal: context.signal });
        const { recordFound, support, evidence } = report;
        if (context.json) context.print(writeJson(supportView(report)));
        else if (!recordFound) context.print('The registry has no record.');
        else if (support.length === 0) context.print('The registry knows of no support.');
        else {
          context.table(
            ['kind', 'type', 'status', 'how often'],
            support.map(({ kind, type, status, intensity }) => [
              kind.replaceAll('_', ' '),
              ...[type, status, intensity].map((value) => value?.label ?? ''),
            ]),
          );
          context.print('');
        }
        if (!context.json) for (const each of evidence) context.print(`answered by ${evidenceText(each)}`);
        warnOfUnanswered(context, report.unanswered);
        return recordFound ? 0 : 1;
      });
    },
  };
}
