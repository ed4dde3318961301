import { formatTimestamp, type JsonObject, type JsonValue } from 'dci-core';
import { manualClock } from 'dci-host/testing';
import { senderUri } from '../async.fixtures.ts';
import {
  byId,
  type EnvelopeChanges,
  searchItem,
  searchMessage,
  type TestPeer,
  type TestServer,
} from '../server.fixtures.ts';

/** In every query of these tests; no refusal and no log may repeat it. */
export const canary = 'CANARY-7f3a';

/** A bearer token of the host, bound to no sender. */
export const hostToken = 'host-wide-token-of-the-test';

/** A POST endpoint of a registry. */
export interface Endpoint {
  /** Slug of the registry type. */
  readonly registry: string;
  /** Under `/registry`. */
  readonly path: string;
  readonly action: string;
  /** HTTP status of a correct request. */
  readonly status: 200 | 202;
  /** @returns the message of a correct request, another each time */
  readonly message: () => JsonObject;
  /** Messages of which the shape is wrong. */
  readonly wrong: readonly (readonly [name: string, message: JsonObject])[];
}

/** A request in the making. */
export interface Plan {
  readonly endpoint: Endpoint;
  readonly peer: TestPeer;
  readonly method: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: string | null;
  readonly envelope: EnvelopeChanges;
  /** Changes the text of the signature. */
  readonly signature: (signature: string) => string | undefined;
  /** Changes the signed body. */
  readonly body: (text: string) => string | Uint8Array<ArrayBuffer>;
  /** Spaces are added after the body up to this size in bytes. */
  readonly size: number;
  /** Sends the same message before. */
  readonly before: 'nothing' | 'the same message';
}

/** One way in which a request can be wrong. */
export interface Fault {
  readonly step: number;
  readonly name: string;
  readonly status: number;
  /** `errors[0].code` */
  readonly code: string;
  /** `message.error.code` */
  readonly standardCode: string;
  /** Makes the request wrong. */
  readonly apply: (plan: Plan, server: TestServer) => Plan | Promise<Plan>;
  /** The endpoint that it is for; absent: all. */
  readonly endpoint?: string;
}

type Row = readonly [name: string, apply: Fault['apply']];

const rows = (step: number, status: number, code: string, standardCode: string, ...list: readonly Row[]): Fault[] =>
  list.map(([name, apply]) => ({ step, name, status, code, standardCode, apply }));

const envelope = (plan: Plan, changes: EnvelopeChanges): Plan => ({
  ...plan,
  envelope: { ...plan.envelope, ...changes, header: { ...plan.envelope.header, ...changes.header } },
});
const header =
  (name: string, value: JsonValue | undefined): Fault['apply'] =>
  (plan) =>
    envelope(plan, { header: { [name]: value } });
const message =
  (value: JsonObject): Fault['apply'] =>
  (plan) =>
    envelope(plan, { message: value });
const signature =
  (change: Plan['signature']): Fault['apply'] =>
  (plan) => ({ ...plan, signature: change });
const body =
  (change: Plan['body']): Fault['apply'] =>
  (plan) => ({ ...plan, body: change });
const bearer =
  (authorization: string | null): Fault['apply'] =>
  (plan) => ({ ...plan, authorization });

const replaced =
  (pattern: string | RegExp, replacement: string) =>
  (text: string): string => {
    const changed = text.replace(pattern, replacement);
    if (changed === text) throw new Error(`nothing to replace: ${String(pattern)}`);
    return changed;
  };
/** Adds members at the start of the message, whatever is in it. */
const inMessage =
  (members: string) =>
  (text: string): string =>
    text.replace(/"message":\{(\}?)/, (_match, end: string) => `"message":{${members}${end === '' ? ',' : end}`);
const bytes = (prefix: readonly number[], text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...prefix, ...new TextEncoder().encode(text)]);

const time = '2026-04-22T10:30:00Z';
const item = (): JsonObject => searchItem(byId('UIN', canary));
const transactionId = (): JsonObject => ({ transaction_id: crypto.randomUUID() });

type Operation = Pick<Endpoint, 'action' | 'message' | 'wrong'>;

const search: Operation = {
  action: 'search',
  message: () => searchMessage(item()),
  wrong: [
    ['an empty message', {}],
    ['no transaction id', { search_request: [item()] }],
    ['a transaction id that is a number', { transaction_id: 1, search_request: [item()] }],
    ['no items', { transaction_id: 't' }],
    ['an empty list of items', { transaction_id: 't', search_request: [] }],
    ['items that are an object', { transaction_id: 't', search_request: item() }],
  ],
};
const status: Operation = {
  action: 'txn-status',
  message: () => ({
    ...transactionId(),
    txnstatus_request: {
      reference_id: 'r',
      txn_type: 'search',
      attribute_type: 'transaction_id',
      attribute_value: canary,
    },
  }),
  wrong: [
    ['an empty message', {}],
    ['no question', { transaction_id: 't' }],
    [
      'an unknown attribute',
      { transaction_id: 't', txnstatus_request: { attribute_type: 'name', attribute_value: 'x' } },
    ],
    ['no value', { transaction_id: 't', txnstatus_request: { attribute_type: 'transaction_id' } }],
    [
      'no values',
      { transaction_id: 't', txnstatus_request: { attribute_type: 'transaction_id', attribute_value: [] } },
    ],
    [
      'an unknown type',
      {
        transaction_id: 't',
        txnstatus_request: { txn_type: 'find', attribute_type: 'transaction_id', attribute_value: 'x' },
      },
    ],
  ],
};
const receipt: Operation = {
  action: 'receipt',
  message: () => ({ ...transactionId(), receipt_request: [{ reference_id: canary, timestamp: time }] }),
  wrong: [
    ['an empty message', {}],
    ['no receipts', { transaction_id: 't' }],
    ['receipts that are text', { transaction_id: 't', receipt_request: 'x' }],
    ['a receipt without reference', { transaction_id: 't', receipt_request: [{ timestamp: time }] }],
  ],
};

/** @returns a question of IBR or DR about one person */
const question = (member: string): Operation => ({
  action: 'search',
  message: () => ({
    ...transactionId(),
    [member]: { query_type: 'idtype-value', query: { type: 'UIN', value: canary } },
  }),
  wrong: [
    ['an empty message', {}],
    ['no criteria', { transaction_id: 't' }],
    ['criteria that are a list', { transaction_id: 't', [member]: [] }],
    ['a page without records', { transaction_id: 't', [member]: { pagination: { page_size: 0 } } }],
  ],
});
const updates: Operation = {
  action: 'notify',
  message: () => ({ ...transactionId(), enrolled_updates: { beneficiaries: [{ name: canary }] } }),
  wrong: [
    ['an empty message', {}],
    ['no beneficiaries', { transaction_id: 't' }],
    ['beneficiaries that are text', { transaction_id: 't', enrolled_updates: { beneficiaries: 'x' } }],
  ],
};

/** The POST endpoints of the social registry, and those that only IBR and DR have. */
export const endpoints: readonly Endpoint[] = [
  { ...question('enrolled_criteria'), registry: 'ibr', path: 'sync/enrolled', status: 200 },
  { ...updates, registry: 'ibr', path: 'sync/enrollment/updates', status: 200 },
  ...['sync/disabled', 'sync/get-disability-support', 'sync/get-disability-details'].map(
    (path): Endpoint => ({ ...question('disabled_criteria'), registry: 'dr', path, status: 200 }),
  ),
  { ...search, registry: 'social', path: 'sync/search', status: 200 },
  { ...search, registry: 'social', path: 'search', status: 202 },
  {
    registry: 'social',
    path: 'subscribe',
    action: 'subscribe',
    status: 202,
    message: () => ({
      ...transactionId(),
      subscribe_request: [
        {
          reference_id: canary,
          timestamp: time,
          subscribe_criteria: { reg_event_type: 'REGISTER', notify_record_type: 'Person' },
        },
      ],
    }),
    wrong: [
      ['an empty message', {}],
      ['no items', { transaction_id: 't' }],
      ['an empty list of items', { transaction_id: 't', subscribe_request: [] }],
    ],
  },
  {
    registry: 'social',
    path: 'unsubscribe',
    action: 'unsubscribe',
    status: 202,
    message: () => ({ ...transactionId(), timestamp: time, subscription_codes: [canary] }),
    wrong: [
      ['an empty message', {}],
      ['no codes', { transaction_id: 't' }],
      ['an empty list of codes', { transaction_id: 't', subscription_codes: [] }],
      ['a code that is a number', { transaction_id: 't', subscription_codes: [1] }],
    ],
  },
  { ...status, registry: 'social', path: 'txn/status', status: 202 },
  { ...status, registry: 'social', path: 'sync/txn/status', status: 200 },
  { ...receipt, registry: 'social', path: 'receipt', status: 202 },
  { ...receipt, registry: 'social', path: 'sync/receipt', status: 200 },
];

/** Every refusal of protocol.md section 4, each with the requests that must get it. */
export const faults: readonly Fault[] = [
  ...rows(
    1,
    405,
    'err.request.bad',
    'err.request.bad',
    ['GET', (plan) => ({ ...plan, method: 'GET' })],
    ['PUT', (plan) => ({ ...plan, method: 'PUT' })],
  ),
  ...rows(
    1,
    415,
    'err.request.bad',
    'err.request.bad',
    ['another content type', (plan) => ({ ...plan, contentType: 'text/plain' })],
    ['a charset that is not UTF-8', (plan) => ({ ...plan, contentType: 'application/json; charset=utf-16' })],
    ['a content coding', (plan) => ({ ...plan, headers: { ...plan.headers, 'content-encoding': 'gzip' } })],
  ),
  ...rows(1, 413, 'err.request.bad', 'err.request.bad', [
    'a body of more than 1 MiB',
    (plan) => ({ ...plan, size: 1024 * 1024 + 1 }),
  ]),

  ...rows(2, 401, 'err.auth.missing_header', 'err.request.unauthorized', ['no Authorization header', bearer(null)]),
  ...rows(
    2,
    401,
    'err.auth.invalid_format',
    'err.request.unauthorized',
    ['another authorization scheme', bearer('Basic bWlzOnNlY3JldA==')],
    ['a bearer without token', bearer('Bearer')],
    ['two tokens', bearer(`Bearer ${hostToken} ${hostToken}`)],
    ['two headers', bearer(`Bearer ${hostToken}, Bearer ${hostToken}`)],
  ),
  ...rows(
    2,
    401,
    'err.auth.invalid_token',
    'err.request.unauthorized',
    ['an unknown token', bearer('Bearer dci_unknown')],
    ['a token that differs in its last character', (plan) => ({ ...plan, authorization: `${plan.authorization}x` })],
    [
      'a token that was revoked',
      async (plan, server) => {
        const { token, tokenId } = await server.senders.issueToken(plan.peer.senderId);
        await server.senders.revokeToken(plan.peer.senderId, tokenId);
        return { ...plan, authorization: `Bearer ${token}` };
      },
    ],
  ),

  ...rows(
    3,
    400,
    'err.request.bad',
    'err.request.bad',
    ['an empty body', body(() => '')],
    ['no JSON', body(() => 'hello')],
    ['a body cut off', body((text) => text.slice(0, -1))],
    ['text after the document', body((text) => `${text}{}`)],
    ['a list', body((text) => `[${text}]`)],
    ['a duplicate member in the header', body(replaced('"action":', '"action":"search","action":'))],
    ['a duplicate member in a query', body(inMessage('"a":[{"b":1,"b":1}]'))],
    ['a member __proto__', body(inMessage('"__proto__":{}'))],
    ['a byte order mark', body((text) => bytes([0xef, 0xbb, 0xbf], text))],
    ['invalid UTF-8', body((text) => bytes([0xff], text))],
    ['a lone surrogate', body(inMessage('"a":"\\ud800"'))],
    ['a NUL', body(inMessage('"a":"\\u0000"'))],
    ['a number that overflows', body(inMessage('"a":1e400'))],
    ['nesting of 5,000 levels', body(inMessage(`"a":${'['.repeat(5_000)}${']'.repeat(5_000)}`))],
    ['no header', body(replaced('"header":', '"other":'))],
    ['a header that is a list', body(replaced(/"header":\{[^}]*\}/, '"header":[]'))],
    ['no message', body(replaced('"message":', '"other":'))],
    ['a message that is text', body((text) => text.replace(/"message":.*,"signature"/, '"message":"x","signature"'))],
    [
      'a signature that is a number',
      body((text) => text.replace(/"signature":"(?:[^"\\]|\\.)*"\}$/, '"signature":1}')),
    ],
    ['no message id', header('message_id', undefined)],
    ['a message id of 100 characters', header('message_id', 'x'.repeat(100))],
    ['no timestamp', header('message_ts', undefined)],
    ['a timestamp without zone', header('message_ts', '2026-04-22T10:30:00')],
    ['no action', header('action', undefined)],
    ['no sender', header('sender_id', undefined)],
    ['a negative count', header('total_count', -1)],
  ),

  ...rows(
    4,
    401,
    'err.sender.unknown',
    'err.sender_id.invalid',
    [
      'an unknown sender',
      (plan) => ({
        ...envelope(plan, { header: { sender_id: 'unknown.example.org' } }),
        authorization: `Bearer ${hostToken}`,
      }),
    ],
    [
      'a disabled sender',
      async (plan, server) => {
        await server.senders.setState(plan.peer.senderId, 'disabled');
        return plan;
      },
    ],
  ),
  ...rows(
    4,
    403,
    'err.auth.sender_mismatch',
    'err.sender_id.invalid',
    ['the token of another sender', (plan, server) => ({ ...plan, authorization: `Bearer ${server.peer.token}` })],
    [
      'a token bound to a sender, for a sender that does not exist',
      (plan) => envelope(plan, { header: { sender_id: 'unknown.example.org' } }),
    ],
  ),

  ...rows(
    5,
    401,
    'err.signature.missing',
    'err.signature.missing',
    ['no signature', signature(() => undefined)],
    ['an empty signature', signature(() => '')],
    ['the stub of test tools', signature(() => 'unsigned-stub')],
  ),
  ...rows(
    5,
    401,
    'err.signature.invalid',
    'err.signature.invalid',
    ['a signature that is no parameter list', signature(() => 'c2lnbmF0dXJl')],
    ['the literal of OpenG2P', signature(() => 'signature_validation_disabled')],
    ['a tampered header', body(replaced(/"message_ts":"([^"]*):00Z"/, '"message_ts":"$1:01Z"'))],
    [
      'a tampered message',
      body((text) => (text.includes(canary) ? text.replace(canary, 'CANARY-7f3b') : inMessage('"a":1')(text))),
    ],
    ['an added message member', body(inMessage('"a":1'))],
    [
      'a tampered signature',
      signature((text) =>
        text.replace(/signature="(.)/, (_match, first: string) => `signature="${first === 'A' ? 'B' : 'A'}`),
      ),
    ],
    ['no coverage of the digest', signature(replaced('(created) (expires) digest', '(created) (expires)'))],
    ['no coverage of created', signature(replaced('(created) (expires) digest', '(expires) digest'))],
    ['no coverage of expires', signature(replaced('(created) (expires) digest', '(created) digest'))],
    ['no list of what is covered', signature(replaced(/ headers="[^"]*",/, ''))],
    ['another algorithm', signature(replaced('algorithm="ed25519"', 'algorithm="rs256"'))],
    ['the algorithm none', signature(replaced('algorithm="ed25519"', 'algorithm="none"'))],
    ['another algorithm in the kidId', signature(replaced('|ed25519"', '|rs256"'))],
    ['a later end', signature(replaced(/expires="(\d+)"/, 'expires="1776855600"'))],
    ['another key of the same algorithm', (plan, server) => envelope(plan, { key: server.peer.key })],
    [
      'the key of another sender under its own name',
      (plan, server) => envelope(plan, { key: server.peer.key, signerId: server.peer.senderId }),
    ],
    ['an unknown key id', (plan) => envelope(plan, { keyId: 'key2' })],
    ['a signature of another scheme', (plan) => envelope(plan, { scheme: 'dci-legacy' })],
    ['two signatures', signature((text) => `${text}, ${text}`)],
    ['a foreign parameter', signature((text) => `${text}, jku="https://keys.example.org"`)],
    [
      'a revoked key',
      async (plan, server) => {
        await server.senders.revokeKey(plan.peer.senderId, plan.peer.keyId);
        return plan;
      },
    ],
  ),
  ...rows(5, 401, 'err.signature.expired', 'err.signature.invalid', [
    'an expired signature',
    (plan, server) => envelope(plan, { clock: manualClock(server.clock.now() - 361_000) }),
  ]),
  ...rows(5, 401, 'err.signature.not_yet_valid', 'err.signature.invalid', [
    'a signature from the future',
    (plan, server) => envelope(plan, { clock: manualClock(server.clock.now() + 61_000) }),
  ]),

  ...rows(
    6,
    403,
    'err.receiver_id.invalid',
    'err.receiver_id.invalid',
    ['another receiver', header('receiver_id', 'other.example.org')],
    ['our id in other letters', header('receiver_id', 'REGISTRY.example.org')],
  ),
  ...rows(
    6,
    400,
    'rjct.action.invalid',
    'err.request.bad',
    [
      'the action of another path',
      (plan) => envelope(plan, { header: { action: plan.endpoint.action === 'search' ? 'subscribe' : 'search' } }),
    ],
    ['the action of a reply', header('action', 'on-search')],
    ['no action that exists', header('action', 'find')],
  ),
  ...rows(
    6,
    400,
    'err.version.not_supported',
    'err.version.not_supported',
    ['version 2', header('version', '2.0.0')],
    ['version 1.1', header('version', '1.1.0')],
  ),

  ...rows(
    7,
    429,
    'err.request.too_many_requests',
    'err.request.too_many_requests',
    ['a quota per minute that is used up', (plan, server) => withQuota(plan, server, { perMinute: 1, perDay: 1_000 })],
    ['a quota per day that is used up', (plan, server) => withQuota(plan, server, { perMinute: 1_000, perDay: 1 })],
  ),

  ...rows(8, 409, 'rjct.message_id.duplicate', 'err.request.bad', [
    'a replayed message',
    (plan) => ({
      ...plan,
      before: 'the same message',
    }),
  ]),

  ...rows(9, 400, 'err.encryption.invalid', 'err.encryption.invalid', [
    'an encrypted message',
    header('is_msg_encrypted', true),
  ]),

  ...rows(10, 400, 'err.request.bad', 'err.request.bad', [
    'a message that only looks encrypted',
    message({ header: { alg: 'none', enc: 'none', kid: 'k' }, ciphertext: 'x' }),
  ]),
  ...endpoints.flatMap(({ path, wrong }) =>
    wrong.map(
      ([name, value]): Fault => ({
        step: 10,
        name,
        status: 400,
        code: 'err.request.bad',
        standardCode: 'err.request.bad',
        apply: message(value),
        endpoint: path,
      }),
    ),
  ),
  // Where callbacks go is judged between steps 8 and 9.
  ...endpoints
    .filter(({ path, status: accepted }) => accepted === 202 && path !== 'receipt')
    .flatMap(({ path }) =>
      ['http://mis.example.org/', 'https://127.0.0.1/x', 'https://[::ffff:10.0.0.1]/'].map(
        (address): Fault => ({
          step: 8.5,
          name: `the callback address ${address}`,
          status: 400,
          code: 'err.sender_uri.invalid',
          standardCode: 'err.sender_uri.invalid',
          apply: header('sender_uri', address),
          endpoint: path,
        }),
      ),
    ),
];

/**
 * @param endpoint - an endpoint
 * @returns the faults that a request to it can have
 */
export function faultsAt({ path }: Endpoint): readonly Fault[] {
  return faults.filter(({ endpoint }) => endpoint === undefined || endpoint === path);
}

async function withQuota(plan: Plan, server: TestServer, quota: { perMinute: number; perDay: number }): Promise<Plan> {
  const sender = await server.senders.find(plan.peer.senderId);
  if (sender === undefined) throw new Error('the sender is not registered');
  await server.senders.setPolicy(sender.senderId, { ...sender.policy, quota });
  const first = await server.envelope({ message: search.message() }, plan.peer);
  const reply = await server.send(first, {}, plan.peer);
  if (reply.status !== 200) throw new Error(`the first message was refused: ${reply.text}`);
  return plan;
}

/** @returns a request that nothing is wrong with */
export function correctPlan(endpoint: Endpoint, peer: TestPeer, messageId: string, now: number): Plan {
  return {
    endpoint,
    peer,
    method: 'POST',
    contentType: 'application/json',
    headers: {},
    authorization: `Bearer ${peer.token}`,
    envelope: {
      header: {
        message_id: messageId,
        message_ts: formatTimestamp(now),
        action: endpoint.action,
        total_count: 1,
        ...(endpoint.status === 202 ? { sender_uri: senderUri } : {}),
      },
      message: endpoint.message(),
    },
    signature: (text) => text,
    body: (text) => text,
    size: 0,
    before: 'nothing',
  };
}
