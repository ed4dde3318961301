import type { RegistryType } from 'dci-core';
import type { JsonSchema } from 'dci-host';
import { nameOf, type RecordSchemas } from './record-schemas.ts';
import { id, list, object, referenceTo, status, text, timestamp } from './schema-parts.ts';

const count: JsonSchema = { type: 'integer', minimum: 0 };

const replyHeader = object(
  {
    version: { const: '1.0.0' },
    message_id: id,
    message_ts: timestamp,
    action: { type: 'string', examples: ['on-search'] },
    status,
    status_reason_code: { type: 'string', examples: ['rjct.total_count.limit_exceeded'] },
    status_reason_message: { type: 'string', maxLength: 999 },
    total_count: { ...count, description: 'Items of the transaction.' },
    completed_count: { ...count, description: 'Items of it that are done.' },
    sender_id: text,
    receiver_id: text,
    is_msg_encrypted: { type: 'boolean' },
    meta: { type: 'object' },
  },
  [
    'version',
    'message_id',
    'message_ts',
    'action',
    'status',
    'total_count',
    'completed_count',
    'sender_id',
    'receiver_id',
  ],
);

const pagination = object(
  {
    page_size: count,
    page_number: count,
    total_count: { ...count, description: 'Records that match and that the sender may see.' },
    next_cursor: { type: 'string', description: 'Asks for the next page, as `cursor`; absent on the last one.' },
  },
  ['page_size', 'page_number', 'total_count'],
);

const reasons = { status_reason_code: text, status_reason_message: { type: 'string', maxLength: 999 } } as const;

const searchAnswer = (
  registryType: RegistryType,
  record: JsonSchema,
  form: 'list' | 'object' | undefined,
): JsonSchema =>
  object(
    {
      transaction_id: id,
      correlation_id: id,
      search_response: list(
        object(
          {
            reference_id: id,
            timestamp,
            status,
            ...reasons,
            data: object(
              {
                version: text,
                reg_type: { const: registryType.code },
                reg_record_type: { enum: registryType.recordTypes.map(({ name }) => name) },
                reg_records: form === 'object' ? record : list(record),
              },
              ['version', 'reg_type', 'reg_record_type', 'reg_records'],
            ),
            pagination: referenceTo('Pagination'),
            locale: text,
          },
          ['reference_id', 'timestamp', 'status'],
        ),
      ),
    },
    ['transaction_id', 'search_response'],
  );

const notification = (registryType: RegistryType, record: JsonSchema): JsonSchema =>
  object(
    {
      transaction_id: id,
      notify_event: list(
        object(
          {
            reference_id: { ...id, description: 'A receipt names the event by it.' },
            timestamp,
            data: object(
              {
                version: text,
                reg_type: { const: registryType.code },
                reg_event_type: text,
                reg_record_type: text,
                reg_records: record,
              },
              ['version', 'reg_type', 'reg_record_type', 'reg_records'],
            ),
            event_type: {
              ...text,
              description: "An event that the standard's list lacks, in place of `reg_event_type`.",
            },
            locale: text,
          },
          ['reference_id', 'timestamp', 'data'],
        ),
      ),
    },
    ['transaction_id', 'notify_event'],
  );

const subscription = object(
  {
    version: text,
    code: { ...id, description: 'Notifications, receipts and `unsubscribe` name the subscription by it.' },
    status: { enum: ['subscribe', 'unsubscribe'] },
    timestamp,
    reg_type: text,
    reg_event_type: text,
    frequency: object({ start_time: timestamp, end_time: timestamp, frequency: text }),
    filter_type: text,
    filter: {},
    notify_record_type: text,
    locale: text,
  },
  ['code', 'status', 'timestamp'],
);

const yesNoAnswer = (name: 'enrolled' | 'disabled'): JsonSchema =>
  object(
    {
      transaction_id: id,
      correlation_id: id,
      [`${name}_response`]: list(
        object(
          {
            reference_id: id,
            timestamp,
            status,
            status_reason_message: reasons.status_reason_message,
            [`${name}_status`]: { enum: ['yes', 'no'] },
          },
          ['reference_id', 'timestamp', 'status'],
        ),
      ),
    },
    ['transaction_id'],
  );

/**
 * Describes what a server writes: reply header, messages of replies, callbacks and notifications (protocol.md sections
 * 1, 6 and 9).
 *
 * @param registryTypes - the served registry types
 * @param records - their records
 * @returns for `components.schemas`
 */
export function replySchemas(
  registryTypes: readonly RegistryType[],
  records: RecordSchemas,
): Readonly<Record<string, JsonSchema>> {
  const ofTypes = registryTypes.flatMap((registryType) => {
    const record = records.recordOf(registryType);
    const name = nameOf(registryType);
    return [
      [`${name}SearchAnswer`, searchAnswer(registryType, record, registryType.recordsForm)],
      [`${name}Notification`, notification(registryType, record)],
    ] as const;
  });
  return {
    ReplyHeader: replyHeader,
    Pagination: pagination,
    Subscription: subscription,
    ...Object.fromEntries(ofTypes),
    SubscribeAnswer: object(
      {
        transaction_id: id,
        correlation_id: id,
        subscribe_response: list(
          object(
            {
              reference_id: id,
              timestamp,
              status,
              ...reasons,
              subscriptions: list(referenceTo('Subscription')),
              pagination: referenceTo('Pagination'),
              locale: text,
            },
            ['reference_id', 'timestamp', 'status'],
          ),
        ),
      },
      ['transaction_id', 'subscribe_response'],
    ),
    UnsubscribeAnswer: object(
      {
        transaction_id: id,
        correlation_id: id,
        timestamp,
        status,
        ...reasons,
        subscription_status: list(
          object({ code: id, status: { enum: ['subscribe', 'unsubscribe'] } }, ['code', 'status']),
        ),
      },
      ['transaction_id', 'status'],
    ),
    TxnStatusAnswer: object(
      {
        transaction_id: id,
        correlation_id: id,
        txnstatus_response: object(
          {
            txn_type: { enum: ['search', 'subscribe', 'unsubscribe', 'receipt'] },
            txn_status: { type: 'object', description: 'The answer to the transaction that was asked for.' },
          },
          ['txn_type', 'txn_status'],
        ),
      },
      ['transaction_id'],
    ),
    ReceiptAnswer: object(
      {
        transaction_id: id,
        correlation_id: id,
        receipt_response: list(
          object({ reference_id: id, timestamp, status, status_reason_message: text }, [
            'reference_id',
            'timestamp',
            'status',
          ]),
        ),
      },
      ['transaction_id', 'receipt_response'],
    ),
    EnrolledAnswer: yesNoAnswer('enrolled'),
    DisabledAnswer: yesNoAnswer('disabled'),
    DisabilityAnswer: object(
      {
        transaction_id: id,
        correlation_id: id,
        search_response: list(object({ reference_id: id, timestamp, status, ...reasons }, ['timestamp', 'status'])),
      },
      ['transaction_id'],
    ),
    AnyAnswer: { type: 'object', description: 'The answer of this operation.' },
    Ack: object(
      {
        message: object({ ack_status: { const: 'ACK' }, timestamp, correlation_id: id }, [
          'ack_status',
          'timestamp',
          'correlation_id',
        ]),
      },
      ['message'],
    ),
  };
}
