import type { JsonSchema, OpenApiContribution, OpenApiPathItem, OpenApiReference } from 'dci-host';
import { type CallbackPath, callbackPaths } from '../../callbacks/callback-kind.ts';

const tag = 'Callbacks';

const summaries: Readonly<Record<CallbackPath, readonly [summary: string, member: string]>> = {
  'on-search': ['Take the answer to a search', 'search_response'],
  'on-subscribe': ['Take the answer to a subscription', 'subscribe_response'],
  'on-unsubscribe': ['Take the answer to the end of subscriptions', 'subscription_status'],
  'txn/on-status': ['Take the answer to a status question', 'txnstatus_response'],
  notify: ['Take a notification of events', 'notify_event'],
};

/**
 * Describes the routes at which registries call back (protocol.md sections 5 and 6; OpenAPI v1.0.0, callback paths).
 *
 * @returns the contribution for `PluginInstance.openApi`
 */
export function describeCallbackRoutes(): OpenApiContribution {
  return {
    tags: [{ name: tag, description: 'Where registries that this host asked send their answers and notifications.' }],
    paths: Object.fromEntries(
      callbackPaths.map((path): [string, OpenApiPathItem] => {
        const [summary, member] = summaries[path];
        return [`/registry/${path}`, { post: operation(path, summary, member) }];
      }),
    ),
    components: {
      schemas: { CallbackHeader: header, CallbackAck: ack },
      responses: {
        CallbackStored: {
          description: 'It is stored durably. The same message again gets the same answer.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/CallbackAck' } } },
        },
        CallbackUnwanted: {
          description: 'It is genuine, and nothing here waits for it: `ack_status` is `NACK`, nothing is stored.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/CallbackAck' } } },
        },
      },
    },
  };
}

const text: JsonSchema = { type: 'string' };

const header: JsonSchema = {
  type: 'object',
  description: 'Read leniently: every member may be absent, `null` or empty.',
  properties: {
    version: text,
    message_id: { type: 'string', description: 'The same on every attempt to deliver the message.' },
    message_ts: text,
    action: text,
    status: { enum: ['rcvd', 'pdng', 'succ', 'rjct'] },
    total_count: { type: 'integer', minimum: 0 },
    completed_count: { type: 'integer', minimum: 0 },
    sender_id: text,
    receiver_id: text,
    is_msg_encrypted: { type: 'boolean' },
  },
};

const ack: JsonSchema = {
  type: 'object',
  required: ['message'],
  properties: {
    message: {
      type: 'object',
      required: ['ack_status', 'timestamp', 'correlation_id'],
      properties: {
        ack_status: { enum: ['ACK', 'NACK'] },
        timestamp: { type: 'string', format: 'date-time' },
        correlation_id: text,
      },
    },
  },
};

function operation(path: CallbackPath, summary: string, member: string): NonNullable<OpenApiPathItem['post']> {
  const message: JsonSchema = {
    type: 'object',
    properties: { transaction_id: text, correlation_id: text, [member]: {} },
  };
  const envelope: JsonSchema = {
    type: 'object',
    required: ['header'],
    properties: { signature: text, header: { $ref: '#/components/schemas/CallbackHeader' }, message },
  };
  return {
    operationId: `callback_${path.replace(/[^a-z]+/g, '_')}`,
    summary,
    tags: [tag],
    requestBody: { required: true, content: { 'application/json': { schema: envelope } } },
    responses: {
      200: component('CallbackUnwanted'),
      202: component('CallbackStored'),
      400: component('BadRequest'),
      401: component('Unauthorized'),
      403: component('Forbidden'),
      409: component('Conflict'),
      413: component('TooLarge'),
      415: component('UnsupportedMediaType'),
      429: component('TooManyRequests'),
      500: component('InternalError'),
      503: component('Unavailable'),
    },
  };
}

function component(name: string): OpenApiReference {
  return { $ref: `#/components/responses/${name}` };
}
