import type { CallbackPath } from '../callback-kind.ts';
import {
  canary,
  type DeliveryOptions,
  type EnvelopeOptions,
  keys,
  messages,
  OTHER_ID,
  OTHER_TOKEN,
  OWN_ID,
  TOKEN,
} from '../callback-world.fixtures.ts';

/** A callback in the making. */
export interface Plan {
  readonly path: CallbackPath;
  readonly envelope: EnvelopeOptions;
  readonly delivery: DeliveryOptions;
  /** Changes the signed body. */
  readonly body: (text: string) => string | Uint8Array;
  /** Spaces are added after the body up to this size in bytes. */
  readonly size: number;
  /** What is done before. */
  readonly before: 'nothing' | 'another message of this id' | 'the quota is used up';
}

/** One way in which a callback can be wrong. */
export interface Fault {
  readonly step: number;
  readonly name: string;
  readonly status: number;
  /** `errors[0].code`; absent: the callback is not refused, but not wanted. */
  readonly code: string;
  /** `message.error.code` */
  readonly standardCode: string;
  readonly apply: (plan: Plan) => Plan;
  /** The path that it is for; absent: all. */
  readonly path?: CallbackPath;
}

type Row = readonly [name: string, apply: Fault['apply'], path?: CallbackPath];

const rows = (step: number, status: number, code: string, standardCode: string, ...list: readonly Row[]): Fault[] =>
  list.map(([name, apply, path]) => ({
    ...{ step, name, status, code, standardCode, apply },
    ...(path !== undefined && { path }),
  }));

const delivery =
  (change: DeliveryOptions): Fault['apply'] =>
  (plan) => ({ ...plan, delivery: { ...plan.delivery, ...change } });
const envelope =
  (change: EnvelopeOptions): Fault['apply'] =>
  (plan) => ({
    ...plan,
    envelope: { ...plan.envelope, ...change, header: { ...plan.envelope.header, ...change.header } },
  });
const header = (members: NonNullable<EnvelopeOptions['header']>): Fault['apply'] => envelope({ header: members });
const message =
  (members: NonNullable<EnvelopeOptions['message']>): Fault['apply'] =>
  (plan) =>
    envelope({ message: { ...messages[plan.path], ...plan.envelope.message, ...members } })(plan);
const body =
  (change: Plan['body']): Fault['apply'] =>
  (plan) => ({ ...plan, body: (text) => change(String(plan.body(text))) });
const replaced = (pattern: string | RegExp, by: string) =>
  body((text) => {
    const changed = text.replace(pattern, by);
    if (changed === text) throw new Error(`nothing to replace: ${String(pattern)}`);
    return changed;
  });
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
/** Tells the sizes of large and small callbacks apart without making large ones. */
export const limits = { maxBytes: 8_000, maxResultBytes: 16_000 };

const signature = /,"signature":"(?:[^"\\]|\\.)*"\}$/;
const bad = ['err.request.bad', 'err.request.bad'] as const;

/** Every refusal of protocol.md section 4, each with the callbacks that must get it, and what is not wanted. */
export const faults: readonly Fault[] = [
  ...rows(
    1,
    415,
    ...bad,
    ['another content type', delivery({ contentType: 'text/plain' })],
    ['a charset that is not UTF-8', delivery({ contentType: 'application/json; charset=utf-16' })],
    ['a form', delivery({ contentType: 'multipart/form-data; boundary=x' })],
    ['a content coding', delivery({ contentEncoding: 'gzip' })],
  ),
  ...rows(
    1,
    413,
    ...bad,
    ['a body over the limit', (plan) => ({ ...plan, size: limits.maxResultBytes + 1 })],
    ['a notification over the limit', (plan) => ({ ...plan, size: limits.maxBytes + 1 }), 'notify'],
    ['an on-subscribe over the limit', (plan) => ({ ...plan, size: limits.maxBytes + 1 }), 'on-subscribe'],
  ),
  ...rows(
    2,
    401,
    'err.auth.missing_header',
    'err.request.unauthorized',
    ['no Authorization', delivery({ authorization: undefined })],
    ['an empty one', delivery({ authorization: '' })],
  ),
  ...rows(
    2,
    401,
    'err.auth.invalid_format',
    'err.request.unauthorized',
    ['Basic', delivery({ authorization: 'Basic eDp5' })],
    ['two tokens', delivery({ authorization: `Bearer ${TOKEN} ${TOKEN}` })],
  ),
  ...rows(
    2,
    401,
    'err.auth.invalid_token',
    'err.request.unauthorized',
    ['an unknown token', delivery({ authorization: `Bearer ${TOKEN}x` })],
    ['a token cut short', delivery({ authorization: `Bearer ${TOKEN.slice(0, -1)}` })],
  ),
  ...rows(
    3,
    400,
    ...bad,
    ['nothing', body(() => '')],
    ['no JSON', body(() => canary)],
    ['a list', body(() => '[]')],
    ['no header', replaced('"header":', '"head":')],
    ['no message', replaced('"message":', '"body":')],
    [
      'a message that is a text',
      body((text) => text.replace(/"message":\{.*\},"signature"/, '"message":"x","signature"')),
    ],
    ['broken off', body((text) => text.slice(0, -20))],
    ['followed by more', body((text) => `${text}{}`)],
    ['a name that is there twice', replaced('"message":{', '"message":{"x":1,"x":2,')],
    ['a byte order mark', body((text) => `\ufeff${text}`)],
    ['no UTF-8', (plan) => ({ ...plan, body: () => Uint8Array.of(0x7b, 0xff, 0x7d) })],
    ['a member __proto__', replaced('"message":{', '"message":{"__proto__":{},')],
    ['nested too deeply', replaced('"message":{', `"message":{"x":${deep(31)},`)],
    ['a number that is too large', replaced('"message":{', '"message":{"x":1e999,')],
    ['a message id that is a number', header({ message_id: 1 })],
    ['a message id that is too long', header({ message_id: 'x'.repeat(100) })],
    ['a status that is none', header({ status: canary })],
    ['a signature that is an object', body((text) => text.replace(signature, ',"signature":{}}'))],
  ),
  ...rows(
    4,
    401,
    'err.sender.unknown',
    'err.sender_id.invalid',
    ['an unknown sender', header({ sender_id: `${canary}.example.org` })],
    ['no sender', header({ sender_id: undefined })],
    ['ourselves', header({ sender_id: OWN_ID })],
  ),
  ...rows(4, 403, 'err.auth.sender_mismatch', 'err.sender_id.invalid', [
    'the token of another registry',
    delivery({ authorization: `Bearer ${OTHER_TOKEN}` }),
  ]),
  ...rows(
    5,
    401,
    'err.signature.missing',
    'err.signature.missing',
    ['no signature', body((text) => text.replace(signature, '}'))],
    ['an empty one', body((text) => text.replace(signature, ',"signature":""}'))],
    ['the stub of test tools', body((text) => text.replace(signature, ',"signature":"unsigned-stub"}'))],
  ),
  ...rows(
    5,
    401,
    'err.signature.invalid',
    'err.signature.invalid',
    ['garbage', body((text) => text.replace(signature, `,"signature":"${canary}"}`))],
    ['a key of another registry', envelope({ key: { ...keys.other, senderId: keys.registry.senderId } })],
    ['a key that is not known', envelope({ key: { ...keys.registry, keyId: 'k9' } })],
    ['a key that was revoked', envelope({ key: keys.revoked })],
    ['a scheme that is not agreed', envelope({ scheme: 'jws' })],
    ['a message that was changed', replaced('"message":{', '"message":{"changed":true,')],
    ['a header that was changed', replaced('"version":"1.0.0"', '"version":"1.0"')],
    ['another kid', replaced(`|k1|`, '|k0|')],
  ),
  ...rows(5, 401, 'err.signature.expired', 'err.signature.invalid', [
    'an old signature',
    envelope({ ahead: -3_000_000 }),
  ]),
  ...rows(5, 401, 'err.signature.not_yet_valid', 'err.signature.invalid', [
    'a signature of the future',
    envelope({ ahead: 120_000 }),
  ]),
  ...rows(6, 403, 'err.receiver_id.invalid', 'err.receiver_id.invalid', [
    'another receiver',
    header({ receiver_id: OTHER_ID }),
  ]),
  ...rows(
    6,
    400,
    'rjct.action.invalid',
    'err.request.bad',
    ['the action of the request', header({ action: 'search' })],
    ['the action of another path', (plan) => header({ action: plan.path === 'notify' ? 'on-search' : 'notify' })(plan)],
    ['no action', header({ action: undefined })],
  ),
  ...rows(6, 400, 'err.version.not_supported', 'err.version.not_supported', [
    'another version',
    header({ version: '2.0.0' }),
  ]),
  ...rows(7, 429, 'err.request.too_many_requests', 'err.request.too_many_requests', [
    'the quota is used up',
    (plan) => ({ ...plan, before: 'the quota is used up' }),
  ]),
  ...rows(8, 409, 'rjct.message_id.duplicate', 'err.request.bad', [
    'another message of this id',
    (plan) => ({ ...plan, before: 'another message of this id' }),
  ]),
  ...rows(
    9,
    400,
    'err.encryption.invalid',
    'err.encryption.invalid',
    ['said to be encrypted', header({ is_msg_encrypted: true })],
    ['encrypted to another key', envelope({ encryptTo: 'foreign' })],
  ),
  ...rows(
    10,
    400,
    ...bad,
    ['a transaction id that is a number', message({ transaction_id: 1 })],
    ['a transaction id that is too long', message({ transaction_id: 'x'.repeat(100) })],
    ['items that are a text', message({ search_response: canary }), 'on-search'],
    ['an item that is a text', message({ search_response: [canary] }), 'on-search'],
    ['records that are a text', message({ search_response: [{ data: { reg_records: canary } }] }), 'on-search'],
    ['a status of an item that is none', message({ search_response: [{ status: canary }] }), 'on-search'],
    ['items that are a number', message({ subscribe_response: 1 }), 'on-subscribe'],
    ['codes that are numbers', message({ subscribe_response: [{ subscriptions: [{ code: 1 }] }] }), 'on-subscribe'],
    ['a status that is a number', message({ status: 1 }), 'on-unsubscribe'],
    ['states that are a text', message({ subscription_status: canary }), 'on-unsubscribe'],
    ['no answer', message({ txnstatus_response: undefined }), 'txn/on-status'],
    ['an answer without status', message({ txnstatus_response: {} }), 'txn/on-status'],
    ['no events', message({ notify_event: undefined }), 'notify'],
    ['events that are a text', message({ notify_event: canary }), 'notify'],
    ['an event that is a text', message({ notify_event: [canary] }), 'notify'],
    ['a record that is a number', message({ notify_event: [{ data: { reg_records: 1 } }] }), 'notify'],
    ['a record that is a list of texts', message({ notify_event: [{ data: { reg_records: [canary] } }] }), 'notify'],
  ),
];

/** Callbacks of a known registry that nobody here waits for. */
export const unwanted: readonly Fault[] = [
  ...answers(
    ['an unknown transaction', message({ transaction_id: canary })],
    ['no transaction', message({ transaction_id: undefined, correlation_id: undefined })],
    ['a correlation id that nobody knows', message({ transaction_id: undefined, correlation_id: canary })],
    ["another counterpart's transaction", message({ transaction_id: 't-foreign' })],
    ['a refused transaction', message({ transaction_id: 't-refused' })],
    ['an expired transaction', message({ transaction_id: 't-expired' })],
    ['an answered transaction', message({ transaction_id: 't-answered' })],
    [
      'a transaction of another action',
      (plan) => message({ transaction_id: plan.path === 'on-search' ? 't-subscribe' : 't-search' })(plan),
    ],
  ),
  ...rows(
    11,
    200,
    '',
    '',
    ['an unknown subscription', message({ transaction_id: 't-search', subscription_code: canary }), 'notify'],
    ['an unknown subscription of ours by name', message({ subscription_code: canary }), 'notify'],
    ['an ended subscription', message({ subscription_code: 's-ended' }), 'notify'],
    ["another counterpart's subscription", message({ subscription_code: 's-foreign' }), 'notify'],
    ['only ended ones of a transaction', message({ transaction_id: 't-over', subscription_code: undefined }), 'notify'],
  ),
];

function answers(...list: readonly Row[]): Fault[] {
  const paths = ['on-search', 'on-subscribe', 'on-unsubscribe', 'txn/on-status'] as const;
  return paths.flatMap((path) => rows(11, 200, '', '', ...list.map(([name, apply]): Row => [name, apply, path])));
}

/** @returns a correct callback */
export const correctPlan = (path: CallbackPath): Plan => ({
  path,
  envelope: {},
  delivery: {},
  body: (text) => text,
  size: 0,
  before: 'nothing',
});
