import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DciError,
  type EnrollmentUpdatesRequest,
  type EnrollmentUpdatesResponse,
  type EnrollmentUpdatesResponseItem,
  enrollmentUpdatesRequestSchema,
  formatTimestamp,
  type JsonValue,
  type RecordType,
  type RequestHeader,
} from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { faultOfMessage } from '../message-fault.ts';
import type { EnrollmentSink } from './enrollment-sink.ts';
import { defineSpecialOperation, type SpecialScope } from './special-operation.ts';

const name = 'enrollment-updates';

/**
 * IBR `sync/enrollment/updates` (OpenAPI v1.0.0, `EnrollmentUpdatesRequest`): a programme delivers beneficiaries to this
 * registry. Each is read and handed to the application's `onEnrollmentUpdate`, one after another, and gets an answer of
 * its own in their order; its `reference_id` is its place in the message. Without such a function the call is refused.
 */
export const enrollmentUpdatesOperation = defineSpecialOperation<EnrollmentUpdatesRequest>({
  name,
  action: 'notify',
  schema: enrollmentUpdatesRequestSchema,
  answer: answerUpdates,
});

async function answerUpdates(
  header: RequestHeader,
  message: EnrollmentUpdatesRequest,
  scope: SpecialScope,
): Promise<Outcome> {
  const { transaction_id, enrolled_updates } = message;
  const { beneficiaries } = enrolled_updates;
  const { limits, sender, now, registry, onEnrollmentUpdate: sink } = scope;
  const [recordType] = registry.type.recordTypes;
  const reply = (enrolled_response: EnrollmentUpdatesResponse['enrolled_response']): EnrollmentUpdatesResponse => ({
    transaction_id,
    correlation_id: scope.correlationId,
    enrolled_response,
  });
  const fault = faultOfMessage(
    // The call has the header of a callback, whose count is that of a transaction, not of the beneficiaries.
    { message_ts: header.message_ts },
    {
      ...{ sender, limits, receivedAt: now, count: beneficiaries.length, maxItems: limits.maxItems },
      isGranted: scope.access.actions.has(name) && sink !== undefined && recordType !== undefined,
    },
  );
  if (fault !== undefined || sink === undefined || recordType === undefined) {
    return {
      status: 'rjct',
      ...fault,
      totalCount: beneficiaries.length,
      completedCount: 0,
      message: reply([]),
    };
  }
  const answers: EnrollmentUpdatesResponseItem[] = [];
  for (const [index, received] of beneficiaries.entries()) {
    // A function that blocks the event loop gives other senders their turn between two beneficiaries.
    if (index > 0) await nextTurn();
    answers.push(await deliver(received, `beneficiaries[${index}]`, { header, message, scope, sink, recordType }));
  }
  const succeeded = answers.filter(({ status }) => status === 'succ').length;
  return {
    status: succeeded > 0 ? 'succ' : 'rjct',
    ...(succeeded > 0 ? {} : { reasonMessage: 'no item of the message could be processed' }),
    totalCount: answers.length,
    completedCount: answers.length,
    message: reply(answers),
  };
}

/** What a beneficiary is delivered with. */
interface Delivery {
  readonly header: RequestHeader;
  readonly message: EnrollmentUpdatesRequest;
  readonly scope: SpecialScope;
  readonly sink: EnrollmentSink;
  readonly recordType: RecordType;
}

async function deliver(
  received: JsonValue,
  referenceId: string,
  { header, message, scope, sink, recordType }: Delivery,
): Promise<EnrollmentUpdatesResponseItem> {
  const frame = { reference_id: referenceId, timestamp: formatTimestamp(scope.now) };
  try {
    const { record, warnings } = recordType.read(received);
    await sink({
      senderId: scope.sender.senderId,
      transactionId: message.transaction_id,
      messageId: header.message_id,
      referenceId,
      recordType: recordType.name,
      record,
      warnings,
      receivedAt: scope.now,
    });
    return { ...frame, status: 'succ' };
  } catch (error) {
    if (error instanceof DciError) return { ...frame, status: 'rjct', status_reason_message: error.message };
    // Its text might hold data of the person, so it is not said.
    const { message_id, sender_id } = header;
    scope.logger.error({ message_id, sender_id, registry: scope.registry.type.name }, 'onEnrollmentUpdate failed');
    return { ...frame, status: 'rjct', status_reason_message: 'the beneficiary could not be taken; try again later' };
  }
}
