import {
  type DisabledRequest,
  type DisabledResponse,
  disabledRequestSchema,
  type Filter,
  formatTimestamp,
  type RequestHeader,
  type YesNo,
} from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { answerOrRefuse, existsInRegistry, faultOutcome, readingOnly, readsAttribute } from './ask-registry.ts';
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

async function answerDisabled(header: RequestHeader, message: DisabledRequest, scope: SpecialScope): Promise<Outcome> {
  const { disabled_criteria: criteria, transaction_id } = message;
  const referenceId = criteria.reference_id ?? transaction_id;
  const reply = (disabled_response: DisabledResponse['disabled_response']): DisabledResponse => ({
    transaction_id,
    correlation_id: scope.correlationId,
    disabled_response,
  });
  const fault = faultOutcome(header, name, scope, reply([]));
  if (fault !== undefined) return fault;
  const ask = async (): Promise<Outcome> => {
    const readable = readingOnly(scope, readsAttribute(attribute));
    const exists = (condition: Filter) => existsInRegistry(criteria, referenceId, condition, readable);
    const disabled_status: YesNo | undefined = (await exists(approved))
      ? 'yes'
      : (await exists(expired))
        ? 'no'
        : undefined;
    const done = { status: 'succ', totalCount: 1, completedCount: 1 } as const;
    if (disabled_status === undefined) {
      return { ...done, reasonMessage: 'nothing is known that says yes or no', message: reply([]) };
    }
    const item = { reference_id: referenceId, timestamp: formatTimestamp(scope.now), status: 'succ' } as const;
    return { ...done, message: reply([{ ...item, disabled_status }]) };
  };
  return answerOrRefuse(referenceId, scope, ask, (error) => ({
    status: 'rjct',
    reasonMessage: error.message,
    totalCount: 1,
    completedCount: 1,
    message: reply([]),
  }));
}
