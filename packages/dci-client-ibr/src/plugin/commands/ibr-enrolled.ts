import { identifierArgument, identifierArguments, textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand, ExitCode } from 'dci-host';
import type { EnrolledAnswer } from '../../check-enrollment.ts';
import type { IbrOptions } from '../open-service.ts';
import { openBeside, secondsOption } from './command-input.ts';
import { enrolledView, warnOfFailure } from './views.ts';

const exitCodes: Readonly<Record<EnrolledAnswer, ExitCode>> = { yes: 0, no: 1, unknown: 2 };

/**
 * `dci ibr enrolled`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrEnrolled(options: IbrOptions): CliCommand {
  return {
    name: 'ibr enrolled',
    summary: 'is somebody enrolled? yes, no or unknown',
    help: 'Exit code 0: yes; 1: no; 2: unknown, because a registry did not answer or does not say.',
    arguments: [identifierArgument],
    options: [
      { flags: '--programme <id>', description: 'in this programme; absent: in any' },
      { flags: '--timeout <seconds>', description: 'time for each registry' },
    ],
    run: async (context) => {
      const [identifier] = identifierArguments(context);
      const programme = textOption(context, 'programme');
      const timeoutSeconds = secondsOption(context, 'timeout');
      const { service } = await openBeside(context, options);
      const { answer, sources } = await service.checkEnrollment(identifier, {
        ...(programme !== undefined && { programme }),
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        signal: context.signal,
      });
      if (context.json) context.print(writeJson({ answer, sources: sources.map(enrolledView) }));
      else {
        context.print(answer);
        context.table(
          ['source', 'answer', 'asked by'],
          sources.map(({ source, answer: said, by }) => [source, said, by]),
        );
        for (const { source, failure } of sources) {
          if (failure !== undefined) warnOfFailure(context, source, [failure]);
        }
      }
      return exitCodes[answer];
    },
  };
}
