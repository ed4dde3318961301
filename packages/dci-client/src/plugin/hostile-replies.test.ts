import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { generateKey, type JsonObject, writePrivateKeyPem } from 'dci-core';
import { type CollectingLogger, collectingLogger, createTestHost, runCommand, type TestHost } from 'dci-host/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClientFailure } from '../failure.ts';
import { dciClient } from '../plugin.ts';
import {
  answerJson,
  type Behaviour,
  CLIENT_ID,
  failureOf,
  honestReply,
  inHeader,
  inItem,
  inMessage,
  REGISTRY_ID,
  type ReceivedRequest,
  random,
  sign,
  startRegistry,
  type TestRegistry,
  TOKEN,
} from '../registry.fixtures.ts';
import type { DciClientPlugin } from './client-plugin.ts';
import { foundInFiles, storedRows } from './hostile.fixtures.ts';

const canary = 'CANARY-of-a-reply-3b9d';
const logger: CollectingLogger = collectingLogger();
let registry: TestRegistry;
let other: TestRegistry;
let client: DciClientPlugin;
let host: TestHost;
let keyPem: string;
/** What the caller asks for is no matter of logs either. */
const wanted = 'CANARY-of-a-request-88c1';

beforeAll(async () => {
  [registry, other] = await Promise.all([startRegistry(), startRegistry()]);
  keyPem = await writePrivateKeyPem(registry.clientKey);
  client = dciClient({
    callbackBase: 'http://127.0.0.1:9/dci_api/v1',
    sources: [
      {
        code: 'social',
        registry: 'social',
        baseUrl: registry.baseUrl,
        authorization: { kind: 'bearer', token: 'env:TOKEN' },
        key: 'env:KEY',
        keyId: 'key1',
        timeoutSeconds: 0.4,
        retries: 0,
        maxReplyBytes: 4096,
      },
    ],
  });
  host = await createTestHost({
    senderId: CLIENT_ID,
    plugins: [client],
    env: { TOKEN, KEY: keyPem },
    development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    logger,
  });
  // The key set is fetched once, in time.
  await (await client.client('social')).searchById('UIN', '1');
});
afterAll(async () => {
  await host.dispose();
  await Promise.all([registry.stop(), other.stop()]);
});
beforeEach(() => registry.requests.splice(0));
afterEach(() => registry.behave({}));

const record: JsonObject = {
  identifier: [{ identifier_type: 'UIN', identifier_value: canary }],
  name: { surname: canary },
};
const withRecord = inItem({ data: { reg_record_type: 'Person', reg_records: [record] } });
const json = { 'content-type': 'application/json' };
const begin = (response: ServerResponse, status: number, headers: Record<string, string | number>, body = ''): void => {
  response.writeHead(status, headers);
  response.write(body);
};
const answer = (send: (response: ServerResponse, text: string, request: ReceivedRequest) => unknown): Behaviour => ({
  answer: async (response, request) => {
    const parts = withRecord(honestReply(request), request);
    await send(response, await sign(parts, registry.key), request);
  },
});

let earlier = '';

const strangers = await generateKey('ed25519', { random });
const replies: readonly (readonly [what: string, behave: () => Behaviour, failure: Partial<ClientFailure>])[] = [
  ['unsigned', () => ({ signingKey: undefined }), { kind: 'signature', reason: 'signature_missing' }],
  [
    'signed with a key that nobody knows',
    () => ({ signingKey: { senderId: REGISTRY_ID, keyId: 'key1', privateKey: strangers } }),
    { kind: 'signature', reason: 'signature_mismatch' },
  ],
  [
    'signed by another registry',
    () => ({ signingKey: { ...other.key, keyId: 'key9' } }),
    { kind: 'signature', reason: 'key_unknown' },
  ],
  [
    'changed after it was signed',
    () => ({ rewrite: (text) => text.replace(canary, `${canary}x`) }),
    { kind: 'signature', reason: 'signature_mismatch' },
  ],
  [
    'replayed',
    () => answer((response) => response.writeHead(200, json).end(earlier)),
    { kind: 'protocol', fault: 'other_transaction' },
  ],
  [
    "another transaction's",
    () => ({ change: inMessage({ transaction_id: canary }) }),
    { kind: 'protocol', fault: 'other_transaction' },
  ],
  ["another item's", () => ({ change: inItem({ reference_id: canary }) }), { kind: 'protocol', fault: 'other_items' }],
  [
    'of another sender',
    () => ({ change: inHeader({ sender_id: 'other.example.org' }) }),
    { kind: 'signature', reason: 'sender_mismatch' },
  ],
  [
    'for another receiver',
    () => ({ change: inHeader({ receiver_id: canary }) }),
    { kind: 'protocol', fault: 'not_addressed_to_us' },
  ],
  [
    'of another action',
    () => ({ change: inHeader({ action: 'on-subscribe' }) }),
    { kind: 'protocol', fault: 'action' },
  ],
  [
    'oversized by what it says',
    () => answer((response, text) => begin(response, 200, { ...json, 'content-length': 5000 }, text.slice(0, 100))),
    { kind: 'protocol', fault: 'too_large' },
  ],
  [
    'oversized by what it is',
    () => answer((response, text) => response.writeHead(200, json).end(text.padEnd(5000))),
    { kind: 'protocol', fault: 'too_large' },
  ],
  ['never there', () => answer(() => undefined), { kind: 'timeout' }],
  ['dripping', () => answer((response, text) => begin(response, 200, json, text.slice(0, 300))), { kind: 'timeout' }],
  ['cut off before its header', () => answer((response) => response.socket?.destroy()), { kind: 'unreachable' }],
  [
    'cut off in its body',
    () =>
      answer(async (response, text) => {
        begin(response, 200, { ...json, 'content-length': Buffer.byteLength(text) }, text.slice(0, 200));
        await pause(30);
        response.socket?.destroy();
      }),
    { kind: 'unreachable' },
  ],
  ['cut short', () => ({ rewrite: (text) => text.slice(0, -20) }), { kind: 'protocol', fault: 'malformed' }],
  [
    'no JSON',
    () => answer((response) => response.writeHead(200, json).end(canary)),
    { kind: 'protocol', fault: 'malformed' },
  ],
  [
    'a page',
    () => answer((response) => response.writeHead(200, { 'content-type': 'text/html' }).end(canary)),
    { kind: 'protocol', fault: 'content_type' },
  ],
  [
    'a redirect',
    () => answer((response) => response.writeHead(302, { location: `https://${canary}.example` }).end()),
    { kind: 'protocol', fault: 'redirect' },
  ],
  [
    'a list',
    () => answer((response) => response.writeHead(200, json).end('[]')),
    { kind: 'protocol', fault: 'envelope' },
  ],
  [
    'with a message that is a text',
    () => ({ rewrite: () => JSON.stringify({ header: {}, message: canary, signature: canary }) }),
    { kind: 'protocol', fault: 'envelope' },
  ],
  [
    'with items that are a text',
    () => ({ change: inMessage({ search_response: canary }) }),
    { kind: 'protocol', fault: 'envelope' },
  ],
  [
    'with a record that is none',
    () => ({ change: inItem({ data: { reg_record_type: 'Person', reg_records: [canary] } }) }),
    { kind: 'protocol' },
  ],
  [
    'a refusal in words',
    () => ({ answer: answerJson(400, { errors: [{ code: canary, message: canary }] }) }),
    { kind: 'refused', status: 400 },
  ],
  [
    'a rejection in words',
    () => ({
      change: inItem({ status: 'rjct', status_reason_code: canary, status_reason_message: canary, data: undefined }),
    }),
    { kind: 'rejected' },
  ],
];

describe('a hostile reply is a typed failure, and nothing of it is accepted', () => {
  beforeAll(async () => {
    registry.behave({ change: withRecord, rewrite: (text) => (earlier = text) });
    expect((await (await client.client('social')).searchById('UIN', wanted)).records).toHaveLength(1);
  });

  it.each(replies)('%s', async (_what, behave, expected) => {
    registry.behave({ change: withRecord, ...behave() });
    const before = storedRows(host.context.database);
    const { error, failure } = await failureOf((await client.client('social')).searchById('UIN', wanted));
    expect(failure).toMatchObject(expected);
    expect(`${error.message}${error.stack}${error.path}`).not.toMatch(/CANARY/);
    expect(registry.requests).toHaveLength(1);
    expect(storedRows(host.context.database)).toBe(before);
  });
});

describe('a hostile acknowledgement', () => {
  const ack = (message: unknown) => answerJson(202, { message });
  it.each<[string, Behaviour, Partial<ClientFailure>, 'open' | 'refused']>([
    ['is none', { answer: ack(canary) }, { kind: 'protocol', fault: 'acknowledgement' }, 'open'],
    ['is of another form', { answer: answerJson(200, [canary]) }, { kind: 'protocol' }, 'open'],
    [
      'refuses',
      { answer: ack({ ack_status: 'NACK', error: { code: canary, message: canary } }) },
      { kind: 'refused' },
      'refused',
    ],
    ['breaks off', { answer: (response) => void response.socket?.destroy() }, { kind: 'unreachable' }, 'open'],
    ['never comes', { answer: () => undefined }, { kind: 'timeout' }, 'open'],
    [
      'is an unsigned answer',
      { signingKey: undefined, change: withRecord },
      { kind: 'signature', reason: 'signature_missing' },
      'open',
    ],
    [
      "is another transaction's answer",
      { change: inMessage({ transaction_id: canary }) },
      { kind: 'protocol', fault: 'other_transaction' },
      'open',
    ],
  ])('that %s', async (_what, behaviour, expected, state) => {
    registry.behave(behaviour);
    const count = (sql: string): unknown => host.context.database.relaxed.prepare(sql).pluck().get();
    const search = (await client.client('social')).searchAsync({
      queryType: 'idtype-value',
      query: { type: 'UIN', value: wanted },
    });
    const { error, failure } = await failureOf(search);
    expect(failure).toMatchObject(expected);
    expect(`${error.message}${error.stack}`).not.toMatch(/CANARY/);
    // What the registry may have accepted stays open for its callback, and the failure tells its id.
    const [row] = host.context.database.relaxed
      .prepare('SELECT transaction_id, state FROM dci_client_transaction ORDER BY rowid DESC LIMIT 1')
      .all() as readonly { readonly transaction_id: string; readonly state: string }[];
    expect(row?.state).toBe(state);
    if (state === 'open') expect(failure.transactionId).toBe(row?.transaction_id);
    expect(count('SELECT count(*) FROM dci_client_callback')).toBe(0);
  });
});

it('a command says what the registry said, and no more', async () => {
  registry.behave({ change: withRecord, signingKey: undefined });
  const { code, stdout, stderr } = await runCommand(['search', '--source', 'social', '--id', `UIN:${wanted}`], {
    config: {
      senderId: CLIENT_ID,
      dataDirectory: host.dataDirectory,
      plugins: [client],
      development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    },
    env: { TOKEN, KEY: keyPem },
  });
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    'signature: The signature of the reply is not accepted: signature_missing. At signature. (err.signature.missing)\n',
  ]);
});

it('nothing of it stands anywhere in clear: log, health, files', async () => {
  for (const path of ['/health/ready', '/health/live']) {
    const reply = await host.fetch(new Request(`http://localhost${path}`));
    expect(reply.status).toBe(200);
    expect(await reply.text()).not.toMatch(/CANARY/);
  }
  const pem = keyPem.split('\n')[1] ?? '';
  expect(pem.length).toBeGreaterThan(30);
  const secrets = [canary, wanted, TOKEN, pem];
  expect(logger.lines().length).toBeGreaterThan(1);
  for (const secret of secrets) expect(logger.text()).not.toContain(secret);
  expect(foundInFiles(host.dataDirectory, secrets)).toEqual([]);
  await host.stop();
  expect(foundInFiles(host.dataDirectory, secrets)).toEqual([]);
});
