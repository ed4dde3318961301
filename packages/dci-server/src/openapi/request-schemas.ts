import {
  disabledRequestSchema,
  encryptedMessageSchema,
  enrolledRequestSchema,
  enrollmentUpdatesRequestSchema,
  paginationRequestSchema,
  receiptRequestSchema,
  requestHeaderSchema,
  searchCriteriaSchema,
  searchRequestSchema,
  subscribeCriteriaSchema,
  subscribeRequestSchema,
  txnStatusRequestSchema,
  unsubscribeRequestSchema,
} from 'dci-core';
import { describeSchema, type JsonSchema } from 'dci-host';
import { customMeanings, extended, id, list, object, referenceTo, text, timestamp } from './schema-parts.ts';

const described = (schema: Parameters<typeof describeSchema>[0]): JsonSchema =>
  describeSchema(schema, { custom: customMeanings });

const query: JsonSchema = {
  description:
    'What is searched for, in the form that `query_type` names; without `query_type` its shape decides. `idtype-value`: `{"type": "UIN", "value": "123"}`. `expression`: attributes with operators, joined by `$and` and `$or`, or by `seq` and `or`. `predicate`: a CEL expression, or a list of `expression1`, `condition` and `expression2`.',
  anyOf: [
    { type: 'object', examples: [{ type: 'UIN', value: '123' }] },
    { type: 'string', examples: ['person.age >= 18'] },
    { type: 'array' },
  ],
};

const frequency: JsonSchema = {
  description: 'When notifications are sent: a cron line of five fields or of Quartz. Absent: at once.',
  anyOf: [
    { type: 'string' },
    object({ frequency: text, start_time: timestamp, end_time: timestamp }, ['frequency']),
    { type: 'null' },
  ],
};

/** The items of lists are read one by one, so that one bad item does not spoil the others. */
const item = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema =>
  object({ reference_id: id, timestamp, ...properties, locale: text }, ['reference_id', 'timestamp', ...required]);

/**
 * Describes what senders send: header, messages, envelope parts (protocol.md sections 1 and 11). Made from the schemas
 * that messages are read with.
 *
 * @returns for `components.schemas`
 */
export function requestSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    Signature: {
      type: 'string',
      description:
        'Signature over header and message, in a scheme that the sender is registered with: `namespace="dci", kidId="{sender_id}|{key_id}|{alg}", algorithm="…", created="…", expires="…", headers="(created) (expires) digest", signature="…"`, or a compact JWS.',
    },
    RequestHeader: described(requestHeaderSchema),
    EncryptedMessage: {
      ...described(encryptedMessageSchema),
      description: 'A flattened JWE, where the header says `is_msg_encrypted: true`.',
    },
    SearchItem: item({ search_criteria: referenceTo('SearchCriteria') }, ['search_criteria']),
    SearchCriteria: extended(described(searchCriteriaSchema), {
      query,
      sort: list(object({ attribute_name: text, sort_order: { enum: ['asc', 'desc'] } }, ['attribute_name'])),
      pagination: described(paginationRequestSchema),
    }),
    SearchMessage: extended(described(searchRequestSchema), {
      search_request: { ...list(referenceTo('SearchItem')), minItems: 1 },
    }),
    SubscribeItem: item({ subscribe_criteria: referenceTo('SubscribeCriteria') }, ['subscribe_criteria']),
    SubscribeCriteria: extended(
      described(subscribeCriteriaSchema),
      { reg_event_type: { anyOf: [text, list(text)] }, filter: query, frequency },
      ['reg_event_type'],
    ),
    SubscribeMessage: extended(described(subscribeRequestSchema), {
      subscribe_request: { ...list(referenceTo('SubscribeItem')), minItems: 1 },
      subscribe_criteria: {
        ...referenceTo('SubscribeCriteria'),
        description: 'The early form: one subscription in place of the list.',
      },
    }),
    UnsubscribeMessage: described(unsubscribeRequestSchema),
    TxnStatusMessage: described(txnStatusRequestSchema),
    ReceiptMessage: described(receiptRequestSchema),
    EnrolledMessage: described(enrolledRequestSchema),
    EnrollmentUpdatesMessage: described(enrollmentUpdatesRequestSchema),
    DisabledMessage: described(disabledRequestSchema),
    FileInfo: object(
      {
        action: { ...text, description: 'The action of the path.' },
        fileFormat: { enum: ['json', 'csv'], default: 'json' },
        envelope: {
          ...text,
          description:
            'For files of items: the signed envelope whose message holds the digest of the file. It comes before the file.',
        },
        fileName: {
          type: 'string',
          contentMediaType: 'application/octet-stream',
          description: 'The file: a whole envelope, or for `search` a list of items or a CSV of identifiers.',
        },
      },
      ['action', 'fileName'],
    ),
    AnyMessage: { type: 'object', description: 'The message of this operation.' },
  };
}
