import { type JsonObject, social } from 'dci-core';
import { manualClock, temporaryDirectory } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { callbacksOf, correlationOf, request, senderUri, silentEgress, storesOf } from '../async.fixtures.ts';
import { dciServer } from '../plugin.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byId,
  grantAll,
  searchItem,
  searchMessage,
  startTestServer,
  startTime,
  type TestReply,
  type TestServer,
  type TestServerOptions,
} from '../server.fixtures.ts';
import { createSqliteSubscriptionStore } from '../stores/sqlite/subscription-store.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const path = '/dci_api/v1/social/registry/search';

const start = (options: Partial<TestServerOptions> = {}): Promise<TestServer> =>
  startTestServer({
    registries: [{ type: social, adapter }],
    ...options,
    host: { egressPort: silentEgress(), ...options.host },
  });

const envelope = (server: TestServer, message: JsonObject = searchMessage(searchItem(byId('UIN', 'UIN-1')))) =>
  server.envelope({ message, header: { sender_uri: senderUri, message_id: 'm-1' } });

const ackOf = ({ status, body }: TestReply) => ({ status, message: body.message });

describe('an accepted message', () => {
  it('is acknowledged with 202, and its transaction is stored', async () => {
    await using server = await start();
    const reply = await server.send(await envelope(server), { path });
    const correlationId = correlationOf(reply);
    expect(reply.body).toEqual({
      message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00Z', correlation_id: correlationId },
    });
    const { transactions } = storesOf(server);
    expect(await transactions.find(correlationId)).toMatchObject({
      senderId: server.peer.senderId,
      messageId: 'm-1',
      registry: 'social',
      action: 'search',
      state: 'rcvd',
      totalCount: 1,
      completedCount: 0,
    });
    expect((await transactions.content(correlationId))?.header.sender_uri).toBe(senderUri);
  });

  it('gets the same ACK a hundred times, also with a fresh signature and later', async () => {
    await using server = await start();
    const message = searchMessage(searchItem(byId('UIN', 'UIN-1')));
    const header = { sender_uri: senderUri, message_id: 'm-1', message_ts: '2026-04-22T10:30:00Z' };
    const body = await server.envelope({ message, header });
    const first = ackOf(await server.send(body, { path }));
    expect(first.status).toBe(202);
    for (let count = 0; count < 99; count += 1) expect(ackOf(await server.send(body, { path }))).toEqual(first);
    expect(await server.host.runJobs()).toBeGreaterThan(0);
    server.clock.advance(3 * 3_600_000);
    const later = await server.envelope({ message, header });
    expect(later).not.toBe(body);
    expect(ackOf(await server.send(later, { path }))).toEqual(first);
    await server.host.runJobs();
    expect(await callbacksOf(server, correlationOf(await server.send(later, { path })))).toHaveLength(1);
  });

  it('is accepted once of fifty at the same time; all get the same ACK', async () => {
    await using server = await start();
    const body = await envelope(server);
    const replies = await Promise.all(Array.from({ length: 50 }, () => server.send(body, { path })));
    expect(new Set(replies.map((reply) => JSON.stringify(ackOf(reply)))).size).toBe(1);
    const [transaction, ...others] = await storesOf(server).transactions.search(server.peer.senderId, {
      correlationId: correlationOf(replies[0] as TestReply),
    });
    expect(transaction?.state).toBe('rcvd');
    expect(others).toEqual([]);
    expect(await server.host.runJobs()).toBeGreaterThan(0);
  });

  it('gets the same ACK after a restart, and is processed by the new process', async () => {
    using directory = temporaryDirectory();
    const options = { dataDirectory: directory.path };
    let body: string;
    let authorization: string;
    let first: ReturnType<typeof ackOf>;
    {
      await using server = await start({ host: options });
      body = await envelope(server);
      authorization = `Bearer ${server.peer.token}`;
      first = ackOf(await server.send(body, { path }));
    }
    await using server = await start({
      host: options,
      sender: { senderId: 'second.example.org' },
      clock: manualClock(startTime + 60_000),
    });
    const again = await server.send(body, { path, authorization });
    expect(ackOf(again)).toEqual(first);
    await server.host.runJobs();
    const [callback] = await callbacksOf(server, correlationOf(again));
    expect(callback?.content.header).toMatchObject({ action: 'on-search', status: 'succ' });
    expect(ackOf(await server.send(body, { path, authorization }))).toEqual(first);
  });
});

describe('a message id that was used', () => {
  const conflict = { status: 409, code: 'rjct.message_id.duplicate' };
  const codeOf = ({ status, body }: TestReply) => {
    const [error] = body.errors as readonly JsonObject[];
    return { status, code: error?.code };
  };

  it('is refused for another body, by acceptance and by replay check', async () => {
    await using server = await start();
    const accepted = await envelope(server);
    const reply = await server.send(accepted, { path });
    expect(codeOf(await server.send(await envelope(server), { path }))).toEqual(conflict);
    const sync = await server.envelope({ header: { message_id: 'm-1' } });
    expect(codeOf(await server.send(sync))).toEqual(conflict);
    expect(codeOf(await server.send(accepted))).toEqual(conflict);
    expect(ackOf(await server.send(accepted, { path }))).toEqual(ackOf(reply));
  });

  it('is refused when a synchronous call used it', async () => {
    await using server = await start();
    const body = await envelope(server);
    expect((await server.send(body)).status).toBe(200);
    expect(codeOf(await server.send(body, { path }))).toEqual(conflict);
  });

  it('is free for another sender', async () => {
    await using server = await start();
    const other = await server.addPeer({ senderId: 'other.example.org', policy: grantAll(social) });
    const first = correlationOf(await server.send(await envelope(server), { path }));
    const body = await server.envelope({ header: { message_id: 'm-1', sender_uri: senderUri } }, other);
    const second = correlationOf(await server.send(body, { path }, other));
    expect(second).not.toBe(first);
  });

  it('is free after a refusal', async () => {
    await using server = await start();
    const wrong = await server.envelope({ message: { transaction_id: 't' }, header: { message_id: 'm-1' } });
    expect((await server.send(wrong, { path })).status).toBe(400);
    expect((await server.send(await envelope(server), { path })).status).toBe(202);
  });
});

describe('the callback address', () => {
  const reply = async (options: Partial<TestServerOptions>, address: string | undefined): Promise<TestReply> => {
    await using server = await startTestServer({ registries: [{ type: social, adapter }], ...options });
    const header = address === undefined ? {} : { sender_uri: address };
    return await request(server, 'search', searchMessage(), { header: { sender_uri: '', ...header } });
  };
  const invalid = (answer: TestReply) => {
    expect(answer.status, answer.text).toBe(400);
    expect(answer.body).toMatchObject({
      message: { error: { code: 'err.sender_uri.invalid' } },
      errors: [{ code: 'err.sender_uri.invalid' }],
    });
  };

  it.each([
    'http://mis.example.org/callback',
    'https://127.0.0.1/callback',
    'https://u:p@mis.example.org/',
    'callback',
  ])('is refused when no callback would ever go there: %s', async (address) => {
    invalid(await reply({}, address));
  });

  it('is refused when its host is not registered', async () => {
    const sender = { callbackHosts: ['mis.example.org', 'b.example.org:8443'] };
    invalid(await reply({ sender }, 'https://other.example.org/callback'));
    invalid(await reply({ sender }, 'https://mis.example.org.evil.example/callback'));
    invalid(await reply({ sender }, 'https://mis.example.org:8443/callback'));
    expect((await reply({ sender }, senderUri)).status).toBe(202);
    expect((await reply({ sender }, 'https://b.example.org:8443/x')).status).toBe(202);
  });

  it('does not matter where the registration fixes one', async () => {
    const sender = { callbackBase: 'https://mis.example.org/fixed' };
    expect((await reply({ sender }, 'https://127.0.0.1/callback')).status).toBe(202);
  });

  it('may be missing, as the standard lets it', async () => {
    expect((await reply({}, undefined)).status).toBe(202);
  });
});

it('stores nothing that the sender decides beyond its own message', async () => {
  await using server = await start();
  const message = { ...searchMessage(), correlation_id: 'mine', status: 'succ', sender_id: 'other.example.org' };
  const header = { correlation_id: 'mine', status: 'succ', completed_count: 9 };
  const correlationId = correlationOf(await request(server, 'search', message, { header }));
  expect(correlationId).not.toBe('mine');
  const stored = await storesOf(server).transactions.find(correlationId);
  expect(stored).toMatchObject({ senderId: server.peer.senderId, state: 'rcvd', completedCount: 0 });
});

it('acknowledges the end of a subscription only when nothing more is under way to it', async () => {
  const { promise: delivered, resolve: deliver } = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const silent = silentEgress();
  let holds = false;
  const egressPort = {
    ...silent,
    send: async (message: Parameters<typeof silent.send>[0]) => {
      if (holds) {
        message.signal?.addEventListener('abort', () => aborted.resolve());
        started.resolve();
        await delivered;
      }
      return silent.send(message);
    },
  };
  const grants = grantAll(social).registries.social;
  if (grants === undefined) throw new Error('no grants');
  const policy = { registries: { social: { ...grants, actions: ['search', 'subscribe'], events: ['*'] } } };
  const plugin = dciServer({ registries: [{ type: social, adapter }] });
  await using server = await startTestServer({
    registries: [{ type: social, adapter }],
    policy,
    host: { egressPort, plugins: [plugin] },
  });
  const item = {
    reference_id: 's-1',
    timestamp: '2026-04-22T10:30:00Z',
    subscribe_criteria: { reg_event_type: 'REGISTER', notify_record_type: 'Person' },
  };
  const subscribe = { transaction_id: 't', subscribe_request: [item] };
  const correlationId = correlationOf(await request(server, 'subscribe', subscribe));
  await server.host.runJobs();
  const [callback] = await callbacksOf(server, correlationId);
  const [answer] = (callback?.content.message.subscribe_response ?? []) as readonly JsonObject[];
  const [made] = (answer?.subscriptions ?? []) as readonly JsonObject[];
  const subscriptionState = async () => {
    const { database, sealer, jobs } = server.host.context;
    const subscriptions = createSqliteSubscriptionStore({ database, sealer, jobs: jobs.writer });
    return (await subscriptions.find(String(made?.code)))?.state;
  };
  await plugin.publish({
    registry: 'social',
    eventType: 'REGISTER',
    recordType: 'Person',
    record: socialPersons[0] ?? {},
  });
  holds = true;
  const running = server.host.runJobs();
  await started.promise;
  const end = { transaction_id: 'e', timestamp: '2026-04-22T10:30:00Z', subscription_codes: [String(made?.code)] };
  const header = { message_id: 'end', message_ts: '2026-04-22T10:30:00Z' };
  const order: string[] = [];
  const asked = Promise.all(
    [1, 2].map(async () => {
      const reply = await request(server, 'unsubscribe', end, { header });
      order.push(`ACK ${reply.status}`);
    }),
  );
  await aborted.promise;
  // The end of the subscription is committed by now; other requests are answered meanwhile.
  expect((await server.send(await server.envelope())).status).toBe(200);
  order.push('delivered');
  deliver();
  await Promise.all([asked, running]);
  expect(order).toEqual(['delivered', 'ACK 202', 'ACK 202']);
  expect(await subscriptionState()).toBe('ended');
});
