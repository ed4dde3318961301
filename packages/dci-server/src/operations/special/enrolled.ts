import {
  type EnrolledRequest,
  type EnrolledResponse,
  endedEnrollment,
  enrolledRequestSchema,
  type Filter,
  type RequestHeader,
} from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { answerYesNo, type YesNoQuestion } from './answer-yes-no.ts';
import { existsInRegistry } from './ask-registry.ts';
import { defineSpecialOperation, type SpecialScope } from './special-operation.ts';

const name = 'enrolled';
const attribute = 'enrollment_status';

/** A suspended enrolment goes on; one whose record has no status has not ended. */
const isEnrolled: Filter = { kind: 'not', filter: { kind: 'in', attribute, values: endedEnrollment } };

/**
 * IBR `sync/enrolled` (OpenAPI v1.0.0, `EnrolledRequest`): is anybody whom the query finds enrolled? `yes` when a record
 * that the sender may see is of an enrolment that has not ended. `no` when there is none: the registry of beneficiaries
 * is what enrolment means. A question that cannot be asked is `rjct` in the header, with its reason and no item,
 * because every item must say yes or no.
 */
export const enrolledOperation = defineSpecialOperation<EnrolledRequest>({
  name,
  action: 'search',
  schema: enrolledRequestSchema,
  answer: answerEnrolled,
});

function answerEnrolled(header: RequestHeader, message: EnrolledRequest, scope: SpecialScope): Promise<Outcome> {
  const { enrolled_criteria: criteria, transaction_id } = message;
  const referenceId = criteria.reference_id ?? transaction_id;
  const question: YesNoQuestion = {
    ...{ name, attribute, referenceId },
    reply: (answer): EnrolledResponse => ({
      transaction_id,
      correlation_id: scope.correlationId,
      enrolled_response: answer === undefined ? [] : [{ ...answer.frame, enrolled_status: answer.value }],
    }),
    ask: async (readable) => ((await existsInRegistry(criteria, referenceId, isEnrolled, readable)) ? 'yes' : 'no'),
  };
  return answerYesNo(header, question, scope);
}
