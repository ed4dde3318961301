import { identifierArgument } from 'dci-client/service';
import { type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, CliContext } from 'dci-host';
import type { AnswerEvidence } from '../../disability-source.ts';
import type { UnansweredIdentifier } from '../../disability-status.ts';
import type { DrService } from '../../dr-service.ts';
import type { RegistrantReference } from '../../registrant.ts';
import type { DrOptions } from '../options.ts';
import { alsoOption, identifiersOf, openForCommand, sourceOf, sourceOption } from './command-input.ts';
import { reportingFailure, warnOfUnanswered } from './failure-report.ts';
import { evidenceText } from './views.ts';

/** What a registry says of a registrant's record. */
interface RecordAnswer {
  readonly recordFound: boolean;
  readonly evidence: readonly AnswerEvidence[];
  readonly unanswered: readonly UnansweredIdentifier[];
}

/** What is particular to a command that shows a part of a record. */
export interface RecordCommand<Answer extends RecordAnswer> {
  readonly name: string;
  readonly summary: string;
  ask(service: DrService, registrant: RegistrantReference, signal: AbortSignal): Promise<Answer>;
  view(answer: Answer): JsonObject;
  /** Shows the part of a record that was found. */
  print(context: CliContext, answer: Answer): void;
}

/**
 * Makes a command that asks for a part of a registrant's record, and shows it.
 *
 * @param options - of the plug-in
 * @param command - what is particular to it
 * @returns the command
 */
export function recordCommand<Answer extends RecordAnswer>(
  options: DrOptions,
  { name, summary, ask, view, print }: RecordCommand<Answer>,
): CliCommand {
  return {
    name,
    summary,
    help: `The registry is asked always. Exit code 0: it has a record; 1: none; 2: it did not answer.

Example:
  dci ${name} UIN:1234567897`,
    arguments: [identifierArgument],
    options: [alsoOption, sourceOption],
    run: async (context) => {
      const identifiers = identifiersOf(context);
      const opened = await openForCommand(context, options);
      const service = await opened.service(sourceOf(context, opened));
      return reportingFailure(context, async () => {
        const answer = await ask(service, identifiers, context.signal);
        const { recordFound, evidence, unanswered } = answer;
        if (context.json) context.print(writeJson(view(answer)));
        else {
          if (recordFound) print(context, answer);
          else context.print('The registry has no record.');
          for (const each of evidence) context.print(`answered by ${evidenceText(each)}`);
        }
        warnOfUnanswered(context, unanswered);
        return recordFound ? 0 : 1;
      });
    },
  };
}
