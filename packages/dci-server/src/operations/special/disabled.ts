import {
  type DisabledRequest,
  type DisabledResponse,
  disabledRequestSchema,
  type Filter,
  type RequestHeader,
} from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { answerYesNo, type YesNoQuestion } from './answer-yes-no.ts';
import { existsInRegistry } from './ask-registry.ts';
import { defineSpecialOperation, type SpecialScope } from './special-operation.ts';

const name = 'disabled';
const attribute = 'disability_status';

/** `DisabilityStatusEnum` of the standard: 0 approved, 1 pending, 2 expired. */
const approved: Filter = { kind: 'comparison', attribute, operator: 'eq', value: '0' };
const expired: Filter = { kind: 'comparison', attribute, operator: 'eq', value: '2' };

/**
 * DR `sync/disabled` (OpenAPI v1.0.0, `DisabledRequest`): is anybody whom the query finds certified as disabled? `yes`
 * with an approved certification, `no` when the only ones have expired. Where nothing can be said, because there is no
 * record, none that the sender may see, or one on which nothing has been decided, the header is `succ` with the reason
 * and there is no item: every item must say yes or no, and no record does not mean not disabled. The three are
 * answered alike. A question that cannot be asked is `rjct` in the header.
 */
export const disabledOperation = defineSpecialOperation<DisabledRequest>({
  name,
  action: 'search',
  schema: disabledRequestSchema,
  answer: answerDisabled,
});

function answerDisabled(header: RequestHeader, message: DisabledRequest, scope: SpecialScope): Promise<Outcome> {
  const { disabled_criteria: criteria, transaction_id } = message;
  const referenceId = criteria.reference_id ?? transaction_id;
  const question: YesNoQuestion = {
    ...{ name, attribute, referenceId },
    reply: (answer): DisabledResponse => ({
      transaction_id,
      correlation_id: scope.correlationId,
      disabled_response: answer === undefined ? [] : [{ ...answer.frame, disabled_status: answer.value }],
    }),
    ask: async (readable) => {
      if (await existsInRegistry(criteria, referenceId, approved, readable)) return 'yes';
      return (await existsInRegistry(criteria, referenceId, expired, readable)) ? 'no' : undefined;
    },
  };
  return answerYesNo(header, question, scope);
}
