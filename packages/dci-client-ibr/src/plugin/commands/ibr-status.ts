import { identifierArgument, identifierArguments } from 'dci-client/service';
import { type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, ExitCode } from 'dci-host';
import type { EnrollmentStatusResult, FoundEnrollment } from '../../enrollment-status.ts';
import type { IbrOptions } from '../open-service.ts';
import { openBeside, secondsOption } from './command-input.ts';
import { enrollmentCells, enrollmentHeadings, enrollmentView, sourceView, warnOfFailures } from './views.ts';

/**
 * `dci ibr status`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrStatus(options: IbrOptions): CliCommand {
  return {
    name: 'ibr status',
    summary: 'all enrolments of somebody, with status, dates and benefits',
    help: 'Exit code 0: found, and every registry answered; 1: there is none; 2: not every registry answered.',
    arguments: [identifierArgument],
    options: [{ flags: '--timeout <seconds>', description: 'time for each registry' }],
    run: async (context) => {
      const [identifier] = identifierArguments(context);
      const timeoutSeconds = secondsOption(context, 'timeout');
      const { service } = await openBeside(context, options);
      const result = await service.getEnrollmentStatus(identifier, {
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        signal: context.signal,
      });
      const { status, complete, enrollments, sources } = result;
      if (context.json) {
        context.print(
          writeJson({ status, complete, enrollments: enrollments.map(view), sources: sources.map(sourceView) }),
        );
      } else if (enrollments.length === 0) {
        context.print(complete ? 'no enrolment' : 'nothing was found, but not every registry answered');
      } else {
        context.table(
          [...enrollmentHeadings, 'benefits'],
          enrollments.map((one) => [...enrollmentCells(one, one.source), benefitText(one)]),
        );
      }
      if (!context.json) warnOfFailures(context, sources);
      return exitCode(result);
    },
  };
}

function exitCode({ complete, enrollments }: EnrollmentStatusResult): ExitCode {
  if (!complete) return 2;
  return enrollments.length > 0 ? 0 : 1;
}

function view(enrollment: FoundEnrollment): JsonObject {
  const { source, identifierShown, benefits, evidence } = enrollment;
  return {
    source,
    ...enrollmentView(enrollment),
    identifier_shown: identifierShown,
    benefits,
    message_id: evidence.messageId,
  };
}

function benefitText({ benefits }: FoundEnrollment): string {
  return benefits
    .map(({ benefit_value, benefit_description, benefit_date }) =>
      [benefit_value ?? benefit_description ?? 'benefit', benefit_date].filter((text) => text !== undefined).join(' '),
    )
    .join(', ');
}
