import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { publicKeyOf, type SigningKey, writePublicKeyPem } from 'dci-core';
import { type CollectingLogger, collectingLogger, createTestHost, manualClock, type TestHost } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallbackPath, callbackPaths } from '../callbacks/callback-kind.ts';
import {
  canary,
  type EnvelopeOptions,
  keys,
  messages,
  newTransaction,
  OTHER_ID,
  OTHER_TOKEN,
  OWN_ID,
  REGISTRY_ID,
  signed,
  startTime,
  TOKEN,
} from '../callbacks/callback-world.fixtures.ts';
import { correctPlan, type Fault, faults, type Plan, unwanted } from '../callbacks/receive/callback-faults.fixtures.ts';
import type { HeldSubscription } from '../callbacks/subscriptions.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { dciClient } from '../plugin.ts';
import { foundInFiles, storedRows } from './hostile.fixtures.ts';
import { createSqliteHeldSubscriptionStore } from './stores/sqlite/held-subscription-store.ts';
import { createSqliteTransactionStore } from './stores/sqlite/transaction-store.ts';

const clock = manualClock(startTime);
const logger: CollectingLogger = collectingLogger(clock);
const seen: string[] = [];
let host: TestHost;
let url: string;

async function sourceOf(code: string, registry: string, id: string, key: SigningKey): Promise<DataSourceSettings> {
  return {
    code,
    registry,
    baseUrl: `https://${id}/dci_api/v1`,
    receiverId: id,
    peerKeys: { pem: await writePublicKeyPem(publicKeyOf(key.privateKey)), keyId: 'k1' },
    callbackToken: code === 'other' ? 'env:OTHER_TOKEN' : 'env:TOKEN',
  };
}

beforeAll(async () => {
  const client = dciClient({
    sources: [
      await sourceOf('crvs_main', 'crvs', REGISTRY_ID, keys.registry),
      await sourceOf('other', 'social', OTHER_ID, keys.other),
      // That one source cannot be used keeps no other from calling back.
      { ...(await sourceOf('broken', 'dr', 'broken.example.org', keys.other)), callbackToken: 'env:NOT_HERE' },
    ],
    handlers: [
      {
        name: 'births',
        onEvent: async ({ records }) => {
          seen.push('event');
          throw new Error(`cannot apply ${JSON.stringify(records)}`);
        },
        onSearchResult: async ({ outcomes }) => {
          seen.push('answer');
          throw new TypeError(`cannot take ${JSON.stringify(outcomes)}`);
        },
      },
    ],
  });
  host = await createTestHost({
    senderId: OWN_ID,
    plugins: [client],
    env: { TOKEN, OTHER_TOKEN },
    limits: { bodyTimeoutMs: 300, headersTimeoutMs: 300 },
    clock,
    logger,
  });
  url = (await host.listen()).url;
  const { database, sealer, jobs } = host.context;
  const transactions = createSqliteTransactionStore({ database, sealer, jobs: jobs.writer });
  const subscriptions = createSqliteHeldSubscriptionStore({ database });
  const transactionIds = {
    't-foreign': 'other',
    't-refused': 'crvs_main',
    't-expired': 'crvs_main',
    't-used': 'crvs_main',
  };
  for (const action of ['search', 'subscribe', 'unsubscribe', 'txn-status'] as const) {
    await transactions.open(newTransaction({ action }));
  }
  for (const [transactionId, source] of Object.entries(transactionIds)) {
    const expiresAt = transactionId === 't-expired' ? startTime : startTime + 60_000;
    await transactions.open(newTransaction({ transactionId, source, expiresAt }));
  }
  await transactions.refuse('t-refused');
  const held: HeldSubscription = {
    ...{ code: 's1', source: 'crvs_main', transactionId: 't-old', eventTypes: ['LiveBirth'], state: 'active' },
    ...{ handler: 'births', receipts: true, since: startTime },
  };
  for (const each of [
    held,
    { ...held, code: 's-ended', transactionId: 't-over', state: 'ended' as const },
    { ...held, code: 's-foreign', source: 'other' },
  ]) {
    await subscriptions.save(each);
  }
  // An answered transaction, and a message id that was used.
  const message = { ...messages['on-search'], transaction_id: 't-used' };
  expect((await deliver('on-search', { header: { message_id: 'used-before' }, message })).status).toBe(202);
  expect(await host.runJobs()).toBe(1);
  expect(seen).toEqual(['answer']);
});
afterAll(() => host.dispose());

const post = (
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/dci_api/v1/registry/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    body,
  });
const deliver = async (path: CallbackPath, envelope: EnvelopeOptions): Promise<Response> =>
  post(path, await signed(path, envelope));

async function deliverPlan({ path, envelope, delivery, body }: Plan): Promise<Response> {
  const given = {
    'content-type': 'contentType' in delivery ? delivery.contentType : 'application/json',
    'content-encoding': delivery.contentEncoding,
    authorization: 'authorization' in delivery ? delivery.authorization : `Bearer ${TOKEN}`,
  };
  const headers = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const text = body(await signed(path, envelope));
  return await fetch(`${url}/dci_api/v1/registry/${path}`, {
    method: 'POST',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: typeof text === 'string' ? new TextEncoder().encode(text) : text.slice(),
  });
}

/** Some need what a host has not: a quota, small limits. */
const usable = faults.filter(
  (fault) => fault.status !== 429 && fault.apply(correctPlan(fault.path ?? 'on-search')).size === 0,
);
/** What is the same at every path is tried at two of them. */
const triedInFull: readonly CallbackPath[] = ['on-search', 'notify'];
const refused: readonly (readonly [what: string, path: CallbackPath, fault: Fault])[] = callbackPaths.flatMap((path) =>
  usable
    .filter(
      (fault) =>
        (fault.path === undefined ? triedInFull.includes(path) : fault.path === path) &&
        !(fault.code === 'rjct.message_id.duplicate' && path !== 'on-search'),
    )
    .map((fault) => [`${path}: ${fault.name}`, path, fault] as const),
);

describe('a hostile callback is refused, and nothing of it is accepted', () => {
  it.each(refused)('%s', async (_what, path, fault) => {
    let plan = fault.apply(correctPlan(path));
    if (plan.before === 'another message of this id') {
      plan = {
        ...plan,
        envelope: { ...plan.envelope, header: { ...plan.envelope.header, message_id: 'used-before' } },
      };
    }
    const before = storedRows(host.context.database);
    const reply = await deliverPlan(plan);
    const text = await reply.text();
    expect([reply.status, JSON.parse(text).errors?.[0]?.code], text).toEqual([fault.status, fault.code]);
    expect(text).not.toContain(canary);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it.each(
    unwanted
      // An answered transaction is `t-used` here.
      .map((fault) => [`${fault.path}: ${fault.name}`, fault] as const),
  )('%s', async (_what, fault) => {
    const before = storedRows(host.context.database);
    const reply = await deliverPlan(fault.apply(correctPlan(fault.path ?? 'notify')));
    expect([reply.status, (await reply.json()).message.ack_status]).toEqual([200, 'NACK']);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it("another source's transaction, by a genuine message of its own", async () => {
    const before = storedRows(host.context.database);
    const body = await signed('on-search', { key: keys.other, header: { sender_id: OTHER_ID } });
    const reply = await post('on-search', body, { authorization: `Bearer ${OTHER_TOKEN}` });
    expect([reply.status, (await reply.json()).message.ack_status]).toEqual([200, 'NACK']);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it('the answer of a transaction once more, as another message', async () => {
    const before = storedRows(host.context.database);
    const reply = await deliver('on-search', { message: { ...messages['on-search'], transaction_id: 't-used' } });
    expect([reply.status, (await reply.json()).message.ack_status]).toEqual([200, 'NACK']);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it('the same message at another path', async () => {
    const before = storedRows(host.context.database);
    const reply = await post('notify', await signed('on-search'));
    expect([reply.status, (await reply.json()).errors[0].code]).toEqual([400, 'rjct.action.invalid']);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it.each<[string, CallbackPath, number]>([
    ['a notification over 1 MiB', 'notify', 1024 * 1024],
    ['an on-subscribe over 1 MiB', 'on-subscribe', 1024 * 1024],
    ['an on-search over 16 MiB', 'on-search', 16 * 1024 * 1024],
    ['a txn/on-status over 16 MiB', 'txn/on-status', 16 * 1024 * 1024],
  ])('%s, before it is read', async (_what, path, limit) => {
    const before = storedRows(host.context.database);
    const answered = Promise.withResolvers<number | undefined>();
    const sent = request(`${url}/dci_api/v1/registry/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': limit + 1 },
    });
    sent.on('response', ({ statusCode }) => answered.resolve(statusCode));
    sent.on('error', () => undefined);
    sent.flushHeaders();
    expect(await answered.promise).toBe(413);
    sent.destroy();
    expect(storedRows(host.context.database)).toBe(before);
  });

  it('a stream over 1 MiB, as soon as it is', async () => {
    const answered = Promise.withResolvers<number | undefined>();
    const sent = request(`${url}/dci_api/v1/registry/notify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    sent.on('response', ({ statusCode }) => answered.resolve(statusCode));
    sent.on('error', () => answered.resolve(undefined));
    sent.write(Buffer.alloc(1024 * 1024 + 1, 0x20));
    expect(await answered.promise).toBe(413);
    sent.destroy();
  });

  it.each([
    ['drips', (body: string) => body.slice(0, 200)],
    ['never begins', () => ''],
  ])('a body that %s', async (_what, begin) => {
    const before = storedRows(host.context.database);
    const body = await signed('on-search');
    const head = `POST /dci_api/v1/registry/on-search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const received = await exchange(`${head}${begin(body)}`);
    expect(received.split('\r\n')[0]).toBe('HTTP/1.1 408 Request Timeout');
    expect(storedRows(host.context.database)).toBe(before);
  });

  it('a body that breaks off', async () => {
    const before = storedRows(host.context.database);
    const body = await signed('on-search');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /dci_api/v1/registry/on-search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, -50)}`,
    );
    await pause(50);
    socket.destroy();
    await pause(50);
    expect(storedRows(host.context.database)).toBe(before);
  });
});

/** Sends bytes and reads until the host ends the connection. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(text);
  });
}

describe('a genuine callback', () => {
  it('is stored once, however often it is replayed', async () => {
    const body = await signed('on-search');
    const first = await post('on-search', body);
    const acknowledged = await first.text();
    expect([first.status, JSON.parse(acknowledged).message.ack_status]).toEqual([202, 'ACK']);
    const before = storedRows(host.context.database);
    clock.advance(1_000);
    const again = await post('on-search', body);
    expect([again.status, await again.text()]).toEqual([202, acknowledged]);
    expect(storedRows(host.context.database)).toBe(before);
  });

  it('may be as large as the limit, and without content type', async () => {
    const text = await signed('txn/on-status', {}, clock.now());
    const body = new Uint8Array(16 * 1024 * 1024).fill(0x20);
    body.set(new TextEncoder().encode(text));
    const reply = await fetch(`${url}/dci_api/v1/registry/txn/on-status`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body,
    });
    expect([reply.status, (await reply.json()).message.ack_status]).toEqual([202, 'ACK']);
  });

  it('is refused for a while when too many large ones are on their way', async () => {
    const size = 16 * 1024 * 1024;
    const most = Buffer.alloc(size - 1, 0x20);
    const open = Array.from({ length: 4 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    for (const socket of open) {
      socket.on('error', () => undefined);
      socket.write(
        `POST /dci_api/v1/registry/on-search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
      );
      socket.write(most);
    }
    const large = new Uint8Array(3 * 1024 * 1024).fill(0x20);
    await vi.waitFor(async () => expect((await post('on-search', large)).status).toBe(503), 10_000);
    const reply = await post('on-search', large);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await reply.json()).errors[0].code).toBe('err.service.unavailable');
    expect((await deliver('notify', {})).status).toBe(202);
    // What the others hold is given back when they break off.
    for (const socket of open) socket.destroy();
    await vi.waitFor(async () => expect((await post('on-search', large)).status).toBe(400), 10_000);
  });

  it('is refused while its source is disabled', async () => {
    const { database } = host.context;
    const before = storedRows(database);
    const set = database.durable.prepare(
      `INSERT INTO dci_client_source (code, is_disabled, changed_at) VALUES ('crvs_main', ?, 0)
       ON CONFLICT (code) DO UPDATE SET is_disabled = excluded.is_disabled`,
    );
    set.run(1);
    const body = await signed('notify', {}, clock.now());
    const reply = await post('notify', body);
    expect([reply.status, (await reply.json()).errors[0].code]).toEqual([401, 'err.auth.invalid_token']);
    const known = await post('notify', body, { authorization: `Bearer ${OTHER_TOKEN}` });
    expect([known.status, (await known.json()).errors[0].code]).toEqual([401, 'err.sender.unknown']);
    set.run(0);
    expect((await post('notify', body)).status).toBe(202);
    expect(storedRows(database)).not.toBe(before);
  });
});

it('nothing of it stands anywhere in clear: log, jobs, health, files; also when handlers fail', async () => {
  const attempts = await host.runJobs();
  expect(attempts).toBeGreaterThan(0);
  expect(seen).toContain('event');
  const rows = storedRows(host.context.database);
  expect(rows).toContain('"last_reason":"TypeError"');
  expect(rows).toContain('"reason":"Error"');
  for (const path of ['/health/ready', '/health/live', '/openapi.json']) {
    expect(await (await fetch(`${url}${path}`)).text()).not.toContain(canary);
  }
  const secrets = [canary, TOKEN, OTHER_TOKEN, 'Lucía'];
  expect(logger.lines().length).toBeGreaterThan(200);
  expect(logger.text()).toContain('a callback was refused');
  for (const secret of secrets) expect(logger.text()).not.toContain(secret);
  expect(logger.text()).not.toContain('"dropped"');
  const encoded = [...secrets, Buffer.from(canary).toString('base64').slice(0, 12)];
  expect(foundInFiles(host.dataDirectory, encoded)).toEqual([]);
  await host.stop();
  expect(foundInFiles(host.dataDirectory, encoded)).toEqual([]);
});
