import { countOption, identifierArgument } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { alsoOption, identifiersOf, maxAgeOption, openForCommand, sourceOf, sourceOption } from './command-input.ts';
import { reportingFailure, warnOfUnanswered } from './failure-report.ts';
import { evidenceText, findingRows, statusView } from './views.ts';

/**
 * `dci dr status`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function statusCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr status',
    summary: 'tell whether a registrant is disabled, as the registry knows it',
    help: `Exit code 0: disabled; 1: not disabled, expired, pending, contradictory or unknown; 2: the registry did not answer.

Examples:
  dci dr status UIN:1234567897
  dci dr status UIN:1234567897 --also NationalID:AB-123 --max-age 0 --json`,
    arguments: [identifierArgument],
    options: [
      alsoOption,
      maxAgeOption,
      { flags: '--stale', description: 'when the registry does not answer, use what is known, however old' },
      sourceOption,
    ],
    run: async (context) => {
      const identifiers = identifiersOf(context);
      const maxAge = countOption(context, 'maxAge', { least: 0 });
      const opened = await openForCommand(context, options);
      const service = await opened.service(sourceOf(context, opened));
      return reportingFailure(context, async () => {
        const status = await service.getDisabilityStatus(identifiers, {
          signal: context.signal,
          staleOnFailure: context.options.stale === true,
          ...(maxAge !== undefined && { maxAge }),
        });
        if (context.json) context.print(writeJson(statusView(status)));
        else {
          const age = status.fromCache ? `${status.ageSeconds} s ago, from the cache` : 'now';
          context.table(
            ['property', 'value'],
            [
              ...findingRows(status),
              ['record', status.recordFound ? 'found' : 'none: this says nothing about the registrant'],
              ['as of', `${status.asOf} (${age})`],
              ['source', status.source],
              ...status.evidence.map((evidence) => ['answered by', evidenceText(evidence)]),
            ],
          );
        }
        warnOfUnanswered(context, status.unanswered);
        return status.status === 'disabled' ? 0 : 1;
      });
    },
  };
}
