import { isJsonObject, type JsonObject, type RegistryType, readJson, social } from 'dci-core';
import type { Egress } from 'dci-host';
import { manualClock } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../access/compile-policy.ts';
import type { AccessPolicy } from '../access/policy.ts';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import {
  answersIn,
  callbacksOf,
  correlationOf,
  request,
  type StoredCallback,
  silentEgress,
  storesOf,
} from '../async.fixtures.ts';
import { defaultLimits, type ServerLimits } from '../limits.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  grantAll,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../server.fixtures.ts';
import type { OutgoingContent } from '../stores/outgoing.ts';
import { createAsyncSearch } from './async-search.ts';
import { createCallbackSource } from './callback-source.ts';
import { createCursorCodec } from './cursor.ts';
import type { ServedRegistry } from './served-registry.ts';

/** Persons whose UIN is their number; the odd ones are women. */
const persons = (count: number, text = ''): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    ...socialPersons[0],
    identifier: [{ identifier_type: 'UIN', identifier_value: String(index + 1) }],
    name: { given_name: `Given${index + 1}${text}`, surname: 'Test' },
    sex: index % 2 === 0 ? '2' : '1',
  }));

const registriesOf = (records: readonly JsonObject[]) => [
  { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: records } }) },
];

const start = (records: readonly JsonObject[], options: Partial<TestServerOptions> = {}): Promise<TestServer> =>
  startTestServer({ registries: registriesOf(records), host: { egressPort: silentEgress() }, ...options });

/** Sends a message, processes it, and returns its callbacks. */
async function ask(
  server: TestServer,
  message: JsonObject,
  header: Readonly<Record<string, string | number>> = {},
): Promise<readonly StoredCallback[]> {
  const correlationId = correlationOf(await request(server, 'search', message, { header }));
  await server.host.runJobs();
  return callbacksOf(server, correlationId);
}

/** Makes a callback again with the policy that its receiver has now, as the delivery does. */
async function compose(
  { host, senders }: TestServer,
  registries: readonly ServedRegistry[],
  limits: Partial<ServerLimits>,
  callback: StoredCallback,
): Promise<OutgoingContent | undefined> {
  const { config, clock, crypto, sealer } = host.context;
  const operation = createAsyncSearch({
    limits: { ...defaultLimits, ...limits },
    cursors: createCursorCodec(sealer, crypto),
  });
  const source = createCallbackSource({
    ...storesOf({ host }),
    senderId: config.senderId,
    registries,
    operations: { search: operation },
    clock,
  });
  const sender = await senders.find(callback.receiverId);
  if (sender === undefined) throw new Error('not registered');
  const access = (type: RegistryType) => compilePolicy(sender.policy, type);
  return source.compose(callback, { sender, keys: async () => [], encryptionKey: async () => undefined, access });
}

const all = byExpression(['name.surname', '=', 'Test']);
const countsOf = ({ content: { header } }: StoredCallback) => [
  header.status,
  header.completed_count,
  header.total_count,
];
const uinsOf = (callbacks: readonly StoredCallback[]): readonly string[] =>
  callbacks.flatMap(({ content }) =>
    answersIn(content.message).flatMap((item) =>
      recordsOf(item).map((record) => {
        const [identifier] = record.identifier as readonly JsonObject[];
        return String(identifier?.identifier_value);
      }),
    ),
  );
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const numerically = (list: readonly string[]) => [...list].sort((a, b) => Number(a) - Number(b));

describe('an asynchronous search', () => {
  // Four pages of five points, one page of five, and two identifiers of one.
  it.each([
    [26, 429],
    [27, 200],
  ])('costs for every page, which only the next message feels: a quota of %i answers it %i', async (points, status) => {
    await using server = await start(persons(7), { limits: { maxPageSize: 2 } });
    const policy = { ...grantAll(social), quota: { perMinute: points, perDay: 1_000 } };
    const peer = await server.addPeer({ senderId: 'limited.example.org', policy });
    const small = async () =>
      (await request(server, 'search', searchMessage(searchItem(byId('UIN', '1'))), { sync: true }, peer)).status;
    const large = searchMessage(searchItem(all), searchItem({ ...all, pagination: { page_size: 2, page_number: 1 } }));
    const correlationId = correlationOf(await request(server, 'search', large, {}, peer));
    expect(await small()).toBe(200);
    await server.host.runJobs();
    expect(uinsOf(await callbacksOf(server, correlationId))).toHaveLength(9);
    expect(await small()).toBe(status);
  });

  it('is answered by one callback where it fits', async () => {
    await using server = await start(persons(3));
    const message = searchMessage(searchItem(byId('UIN', '2')), searchItem(byId('UIN', '9')), searchItem(all));
    const [callback, ...others] = await ask(server, message);
    expect(others).toEqual([]);
    expect(callback).toMatchObject({
      kind: 'callback',
      receiverId: server.peer.senderId,
      action: 'on-search',
      sequence: 0,
      senderUri: 'https://mis.example.org/callback',
      state: 'delivered',
    });
    expect(callback?.content.header).toEqual({
      version: '1.0.0',
      message_id: callback?.messageId,
      message_ts: '2026-04-22T10:30:00Z',
      action: 'on-search',
      status: 'succ',
      total_count: 3,
      completed_count: 3,
      sender_id: 'registry.example.org',
      receiver_id: server.peer.senderId,
      is_msg_encrypted: false,
    });
    expect(callback?.content.message).toMatchObject({
      transaction_id: message.transaction_id,
      correlation_id: callback?.subject,
    });
    const items = answersIn(callback?.content.message);
    expect(items.map((item) => [item.status, recordsOf(item).length])).toEqual([
      ['succ', 1],
      ['succ', 0],
      ['succ', 3],
    ]);
  });

  it('gives all pages of an item without pagination, one callback each', async () => {
    await using server = await start(persons(25), { limits: { maxPageSize: 10 } });
    const callbacks = await ask(server, searchMessage(searchItem(byId('UIN', '1')), searchItem(all)));
    expect(callbacks.map(countsOf)).toEqual([
      ['pdng', 1, 2],
      ['pdng', 1, 2],
      ['succ', 2, 2],
    ]);
    const last = callbacks.map(({ content }) => answersIn(content.message).at(-1)?.pagination);
    expect(last).toEqual([1, 2, 3].map((page_number) => ({ page_size: 10, page_number, total_count: 25 })));
    expect(numerically(uinsOf(callbacks).slice(1))).toEqual(numbers(25));
    expect(new Set(callbacks.map(({ messageId }) => messageId)).size).toBe(3);
    const stored = await storesOf(server).transactions.find(callbacks[0]?.subject ?? '');
    expect(stored).toMatchObject({ state: 'succ', completedCount: 2, rejectedCount: 0 });
  });

  it('gives an item with pagination the page that it asks for', async () => {
    await using server = await start(persons(25), { limits: { maxPageSize: 10 } });
    const asked = searchItem({ ...all, pagination: { page_size: 4, page_number: 2 } });
    const callbacks = await ask(server, searchMessage(asked));
    expect(callbacks).toHaveLength(1);
    const [item] = answersIn(callbacks[0]?.content.message);
    expect(item?.pagination).toMatchObject({ page_size: 4, page_number: 2, total_count: 25 });
    expect(uinsOf(callbacks)).toHaveLength(4);
  });

  it('packs small items together, as many as a callback holds', async () => {
    await using server = await start(persons(7), { limits: { maxItems: 3, maxRecords: 100 } });
    const items = numbers(8).map((number) => searchItem(byId('UIN', number)));
    const callbacks = await ask(server, searchMessage(...items));
    expect(callbacks.map(({ content }) => answersIn(content.message).length)).toEqual([3, 3, 2]);
    expect(callbacks.map(countsOf)).toEqual([
      ['pdng', 3, 8],
      ['pdng', 6, 8],
      ['succ', 8, 8],
    ]);
  });

  it('begins a callback when the one before holds enough records', async () => {
    await using server = await start(persons(6), { limits: { maxRecords: 7, maxPageSize: 7 } });
    const callbacks = await ask(server, searchMessage(searchItem(all), searchItem(all), searchItem(byId('UIN', '1'))));
    expect(callbacks.map((callback) => uinsOf([callback]).length)).toEqual([6, 7]);
  });

  it('makes pages smaller that are too large for a callback', async () => {
    await using server = await start(persons(8, 'x'.repeat(2_000)), { limits: { maxReplyBytes: 8_000 } });
    const callbacks = await ask(server, searchMessage(searchItem(all)));
    expect(numerically(uinsOf(callbacks))).toEqual(numbers(8));
    expect(callbacks.length).toBeGreaterThan(2);
    expect(callbacks.at(-1)?.content.header.status).toBe('succ');
  });

  it('rejects an item of which one record is too large', async () => {
    await using server = await start(persons(2, 'x'.repeat(9_000)), { limits: { maxReplyBytes: 8_000 } });
    const [callback] = await ask(server, searchMessage(searchItem(byId('UIN', '1'))));
    expect(answersIn(callback?.content.message)[0]).toMatchObject({
      status: 'rjct',
      status_reason_code: 'rjct.search.too_many_records_found',
    });
  });

  it('rejects an item that finds more records than one message may', async () => {
    await using server = await start(persons(12), { limits: { maxPageSize: 5, maxAsyncRecords: 20 } });
    const callbacks = await ask(server, searchMessage(searchItem(all), searchItem(all), searchItem(byId('UIN', '1'))));
    const items = callbacks.flatMap(({ content }) => answersIn(content.message));
    expect(items.map(({ status }) => status)).toEqual(['succ', 'succ', 'succ', 'rjct', 'succ']);
    expect(items[3]).toMatchObject({ status_reason_code: 'rjct.search.too_many_records_found' });
    expect(items[3]?.data).toBeUndefined();
    expect(callbacks.at(-1)?.content.header).toMatchObject({ status: 'succ', completed_count: 3 });
    const stored = await storesOf(server).transactions.find(callbacks[0]?.subject ?? '');
    expect(stored).toMatchObject({ completedCount: 3, rejectedCount: 1 });
  });

  it('answers each bad item for itself', async () => {
    await using server = await start(persons(1));
    const items = [searchItem(byExpression(['unknown', '=', '1'])), searchItem(byId('UIN', '1'), { reference_id: '' })];
    const [callback] = await ask(server, searchMessage(...items));
    expect(answersIn(callback?.content.message).map((item) => item.status_reason_code)).toEqual([
      'rjct.filter.invalid',
      'rjct.reference_id.invalid',
    ]);
    expect(callback?.content.header).toMatchObject({ status: 'rjct', completed_count: 2, total_count: 2 });
    expect((await storesOf(server).transactions.find(callback?.subject ?? ''))?.state).toBe('rjct');
  });

  it.each<[string, Readonly<Record<string, string | number>>, AccessPolicy | undefined, string]>([
    ['a stale message', { message_ts: '2026-04-20T10:30:00Z' }, undefined, 'rjct.message_ts.invalid'],
    ['a wrong count', { total_count: 5 }, undefined, 'rjct.total_count.invalid'],
    ['a sender without the grant', {}, { registries: {} }, 'rjct.action.not_supported'],
  ])('%s is answered in the callback', async (_name, header, policy, code) => {
    await using server = await start(persons(1), policy === undefined ? {} : { policy });
    const [callback, ...others] = await ask(server, searchMessage(), header);
    expect(others).toEqual([]);
    expect(callback?.content.header).toMatchObject({ status: 'rjct', status_reason_code: code, completed_count: 0 });
    expect(answersIn(callback?.content.message)).toEqual([]);
  });

  it('takes more items than a synchronous one, up to its own limit', async () => {
    await using server = await start(persons(1), { limits: { maxAsyncItems: 150 } });
    const items = (count: number) => Array.from({ length: count }, () => searchItem(byId('UIN', '1')));
    const callbacks = await ask(server, searchMessage(...items(150)));
    expect(callbacks.map(countsOf)).toEqual([
      ['pdng', 100, 150],
      ['succ', 150, 150],
    ]);
    const [refused] = await ask(server, searchMessage(...items(151)));
    expect(refused?.content.header).toMatchObject({ status_reason_code: 'rjct.total_count.limit_exceeded' });
  });

  it('judges the age of a message by when it came, not by when it is processed', async () => {
    const clock = manualClock('2026-04-22T10:30:00Z');
    await using server = await start(persons(1), { clock });
    const correlationId = correlationOf(await request(server, 'search', searchMessage(searchItem(byId('UIN', '1')))));
    clock.advance(3 * 86_400_000);
    await server.host.runJobs();
    const [callback] = await callbacksOf(server, correlationId);
    expect(callback?.content.header.status).toBe('succ');
  });

  it('tells what it discloses', async () => {
    await using server = await start(persons(2));
    const [callback] = await ask(server, searchMessage(searchItem(all), searchItem(byExpression(['x', '=', '1']))));
    expect(callback?.content.disclosures).toEqual([
      expect.objectContaining({ recordType: 'Person', count: 2, recordKeys: ['UIN:1', 'UIN:2'] }),
      { recordKeys: [], count: 0, reason: 'rjct.filter.invalid' },
    ]);
  });

  it('keeps no data outside the sealed content', async () => {
    await using server = await start(persons(25), { limits: { maxPageSize: 10 } });
    const callbacks = await ask(server, searchMessage(searchItem(byExpression(['name.given_name', '!=', 'CANARY']))));
    expect(callbacks).toHaveLength(3);
    const { durable } = server.host.context.database;
    const rows = ['dci_server_outgoing', 'dci_server_transaction', 'dci_host_outbox'].flatMap((table) =>
      durable.prepare(`SELECT * FROM ${table}`).all(),
    );
    const text = JSON.stringify(rows, (_key, value: unknown) => (value instanceof Uint8Array ? 'bytes' : value));
    expect(text).not.toMatch(/CANARY|Given1/);
  });
});

describe('a callback made again', () => {
  it('comes to the same while access is the same', async () => {
    const limits = { maxPageSize: 10, maxItems: 2 };
    await using server = await start(persons(25), { limits });
    const items = [searchItem(byId('UIN', '1')), searchItem(byId('UIN', '2')), searchItem(all), searchItem(all)];
    const callbacks = await ask(server, searchMessage(...items));
    server.clock.advance(60_000);
    expect(callbacks.length).toBeGreaterThan(4);
    for (const callback of callbacks) {
      expect(await compose(server, registriesOf(persons(25)), limits, callback)).toEqual(callback.content);
    }
  });

  it('holds only what may be seen now', async () => {
    const limits = { maxPageSize: 10 };
    await using server = await start(persons(25), { limits });
    const callbacks = await ask(server, searchMessage(searchItem(all)));
    await server.senders.setPolicy(server.peer.senderId, {
      registries: {
        social: {
          actions: ['search'],
          recordTypes: { Person: { fields: ['identifier', 'name.surname', 'sex'], visible: 'sex == "2"' } },
        },
      },
    });
    for (const callback of callbacks) {
      const content = await compose(server, registriesOf(persons(25)), limits, callback);
      for (const record of recordsOf(answersIn(content?.message)[0] ?? {})) {
        expect(record.sex).toBe('2');
        expect(record.birth_date).toBeUndefined();
        expect(JSON.stringify(record)).not.toContain('Given');
      }
      expect(content?.header).toMatchObject({ message_id: callback.messageId, total_count: 1 });
    }
  });

  it('says that the search is not granted any more', async () => {
    await using server = await start(persons(3));
    const [callback] = await ask(server, searchMessage(searchItem(all)));
    await server.senders.setPolicy(server.peer.senderId, { registries: {} });
    if (callback === undefined) throw new Error('no callback');
    const again = () => compose(server, registriesOf(persons(3)), {}, callback);
    const content = await again();
    expect(content?.header).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.action.not_supported' });
    expect(answersIn(content?.message)).toEqual([]);
    await server.senders.setState(server.peer.senderId, 'disabled');
    expect(await again()).toBeUndefined();
  });
});

it('a search whose grant ends while it is answered is told so', async () => {
  const [registry] = registriesOf(persons(25));
  if (registry === undefined) throw new Error('no registry');
  let calls = 0;
  const adapter: RegistryAdapter = {
    ...registry.adapter,
    search: async (query) => {
      calls += 1;
      if (calls === 2) await server.senders.setPolicy(server.peer.senderId, { registries: {} });
      return registry.adapter.search(query);
    },
  };
  await using server = await startTestServer({
    registries: [{ type: social, adapter }],
    limits: { maxPageSize: 10 },
    host: { egressPort: silentEgress() },
  });
  const callbacks = await ask(server, searchMessage(searchItem(byId('UIN', '1')), searchItem(all)));
  expect(calls).toBe(2);
  expect(callbacks.map(countsOf)).toEqual([
    // Stored when there was a grant, and made again because it was sent when there was none.
    ['rjct', 0, 2],
    ['rjct', 1, 2],
  ]);
  expect(callbacks[1]?.content.header.status_reason_code).toBe('rjct.action.not_supported');
});

it('a callback that is sent again discloses only what may be seen then', async () => {
  const silent = silentEgress();
  const answers = [503, 202];
  const egressPort: Egress = {
    ...silent,
    send: async (message) => ({ ...(await silent.send(message)), status: answers.shift() ?? 202 }),
  };
  await using server = await start(persons(2), { host: { egressPort } });
  await ask(server, searchMessage(searchItem(all)));
  await server.senders.setPolicy(server.peer.senderId, {
    registries: {
      social: {
        actions: ['search'],
        recordTypes: { Person: { fields: ['identifier', 'name.surname', 'sex'], visible: 'sex == "1"' } },
      },
    },
  });
  server.clock.advance(3_600_000);
  await server.host.runJobs();
  const bodies = silent.requests.map(({ body }) => String(body));
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toContain('Given1');
  expect(bodies[1]).not.toContain('Given');
  const [first, second] = bodies.map((body) => readJson(body).value);
  expect(isJsonObject(second) && second.header).toEqual(isJsonObject(first) && first.header);
  const items = isJsonObject(second) && isJsonObject(second.message) ? answersIn(second.message) : [];
  expect(items.map(({ pagination }) => pagination)).toEqual([{ page_size: 1_000, page_number: 1, total_count: 1 }]);
});
