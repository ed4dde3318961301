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
import { assessmentView, evidenceText } from './views.ts';

/**
 * `dci dr assessment`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function assessmentCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr assessment',
    summary: 'show functional scores and impairments of a registrant',
    help: `The registry is asked always. Exit code 0: it has a record; 1: none; 2: it did not answer.

Example:
  dci dr assessment UIN:1234567897`,
    arguments: [identifierArgument],
    options: [alsoOption, sourceOption],
    run: async (context) => {
      const identifiers = identifiersOf(context);
      const opened = await openForCommand(context, options);
      const service = await opened.service(sourceOf(context, opened));
      return reportingFailure(context, async () => {
        const assessment = await service.getFunctionalAssessment(identifiers, { signal: context.signal });
        const { recordFound, limitations, impairments, evidence } = assessment;
        if (context.json) context.print(writeJson(assessmentView(assessment)));
        else if (!recordFound) context.print('The registry has no record.');
        else {
          const rows = limitations.map(({ domain, severity, label }) => [domain, String(severity), label]);
          if (rows.length === 0) context.print('The registry gives no functional scores.');
          else context.table(['domain', 'severity', 'meaning'], rows);
          if (impairments.length > 0) {
            context.print('');
            context.table(
              ['impairment', 'level', 'cause', 'onset'],
              impairments.map(({ type, level, cause, onset }) =>
                [type, level, cause, onset].map((value) => value?.label ?? ''),
              ),
            );
          }
          context.print('');
        }
        if (!context.json) for (const each of evidence) context.print(`answered by ${evidenceText(each)}`);
        warnOfUnanswered(context, assessment.unanswered);
        return recordFound ? 0 : 1;
      });
    },
  };
}
