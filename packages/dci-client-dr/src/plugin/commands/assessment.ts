import type { CliCommand, CliContext } from 'dci-host';
import type { FunctionalAssessment } from '../../functional-assessment.ts';
import type { DrOptions } from '../options.ts';
import { recordCommand } from './record-command.ts';
import { assessmentView } from './views.ts';

/**
 * `dci dr assessment`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function assessmentCommand(options: DrOptions): CliCommand {
  return recordCommand(options, {
    name: 'dr assessment',
    summary: 'show functional scores and impairments of a registrant',
    ask: (service, registrant, signal) => service.getFunctionalAssessment(registrant, { signal }),
    view: assessmentView,
    print,
  });
}

function print(context: CliContext, { limitations, impairments }: FunctionalAssessment): void {
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
