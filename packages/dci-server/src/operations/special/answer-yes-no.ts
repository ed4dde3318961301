import { formatTimestamp, type JsonObject, type RequestHeader, type RequestStatus, type YesNo } from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { answerOrRefuse, faultOutcome, readingOnly, readsAttribute } from './ask-registry.ts';
import type { SpecialScope } from './special-operation.ts';

/** What every item of a reply that says yes or no carries. */
export interface AnswerFrame {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
}

/** A question that is answered yes or no. */
export interface YesNoQuestion {
  /** Name of the call, which the sender's policy must grant. */
  readonly name: string;
  /** The attribute that the answer is made from; who may not read it is not answered. */
  readonly attribute: string;
  readonly referenceId: string;
  /** @returns the message of the reply; without arguments one without items */
  reply(answer?: { readonly frame: AnswerFrame; readonly value: YesNo }): JsonObject;
  /**
   * @param readable - the scope, with the record types of which the attribute may be read
   * @returns the answer; `undefined` when neither can be said
   */
  ask(readable: SpecialScope): Promise<YesNo | undefined>;
}

/**
 * Answers a question with yes or no. Where neither can be said the header is `succ` with the reason and there is no item,
 * because every item must say one of them; a question that cannot be asked is `rjct` in the header.
 *
 * @param header - the request header
 * @param question - what is asked, and how the reply is written
 * @param scope - sender, limits and time
 * @returns the reply
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function answerYesNo(
  header: RequestHeader,
  question: YesNoQuestion,
  scope: SpecialScope,
): Promise<Outcome> {
  const { name, attribute, referenceId, reply } = question;
  const fault = faultOutcome(header, name, scope, reply());
  if (fault !== undefined) return fault;
  const counts = { totalCount: 1, completedCount: 1 } as const;
  const ask = async (): Promise<Outcome> => {
    const value = await question.ask(readingOnly(scope, readsAttribute(attribute)));
    if (value === undefined) {
      return { status: 'succ', reasonMessage: 'nothing is known that says yes or no', ...counts, message: reply() };
    }
    const frame: AnswerFrame = {
      reference_id: referenceId,
      timestamp: formatTimestamp(scope.now),
      status: 'succ',
    };
    return { status: 'succ', ...counts, message: reply({ frame, value }) };
  };
  return answerOrRefuse(referenceId, scope, ask, (error) => ({
    status: 'rjct',
    reasonMessage: error.message,
    ...counts,
    message: reply(),
  }));
}
