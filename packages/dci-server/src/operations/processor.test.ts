import { DciError, type JsonObject, social } from 'dci-core';
import type { RunningJob, StateDatabase } from 'dci-host';
import { manualClock, silentLogger } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../access/compile-policy.ts';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, callbacksOf, correlationOf, request, silentEgress, storesOf } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byId,
  grantAll,
  searchItem,
  searchMessage,
  startTestServer,
  type TestServer,
  testCrypto,
} from '../server.fixtures.ts';
import { createSqliteOutgoingStore } from '../stores/sqlite/outgoing-store.ts';
import { openedState } from '../stores/sqlite/state-database.fixtures.ts';
import { createSqliteTransactionStore } from '../stores/sqlite/transaction-store.ts';
import { createProcessor, processJob } from './processor.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const minute = 60_000;

const start = (registry: RegistryAdapter = adapter, limits = {}): Promise<TestServer> =>
  startTestServer({
    registries: [{ type: social, adapter: registry }],
    host: { egressPort: silentEgress() },
    limits: { maxItems: 2, ...limits },
  });

/** Five items, two of them for each callback. */
const message: JsonObject = {
  ...searchMessage(...['1', '2', '3', '4', '5'].map((number) => searchItem(byId('UIN', `UIN-${number}`)))),
  transaction_id: 't-1',
};

type Commit = StateDatabase['commit'];

/** Lets one commit of a host fail that changes something: before it is on the disk, or when it is. */
function breakCommit(
  server: TestServer,
  broken: number,
  moment: 'before' | 'after',
): { readonly commits: () => number } {
  const { database } = server.host.context;
  const real = database.commit.bind(database) as Commit;
  const changes = database.durable.prepare<[], number>('SELECT total_changes()').pluck();
  let count = 0;
  const died = () => new Error('the process died here');
  const commit: Commit = async (work) => {
    let isBroken = false;
    const result = await real(() => {
      const before = changes.get();
      const done = work();
      if (changes.get() !== before) {
        count += 1;
        isBroken = count === broken;
      }
      if (isBroken && moment === 'before') throw died();
      return done;
    });
    if (isBroken) throw died();
    return result;
  };
  Object.defineProperty(database, 'commit', { value: commit });
  return { commits: () => count };
}

/** Runs jobs until nothing is left to do, retries included. */
async function runToEnd(server: TestServer): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    await server.host.runJobs();
    server.clock.advance(6 * minute);
  }
}

const shapeOf = async (server: TestServer, correlationId: string) =>
  (await callbacksOf(server, correlationId)).map(({ sequence, content }) => ({
    sequence,
    status: content.header.status,
    completed: content.header.completed_count,
    items: answersIn(content.message).map((item) => [item.reference_id, item.status]),
  }));

describe('a process that dies at a commit', () => {
  it('leaves nothing half done and nothing twice, wherever it dies', async () => {
    let expected: Awaited<ReturnType<typeof shapeOf>>;
    let commits: number;
    {
      await using server = await start();
      const correlationId = correlationOf(await request(server, 'search', message));
      const counted = breakCommit(server, -1, 'before');
      await runToEnd(server);
      commits = counted.commits();
      expected = await shapeOf(server, correlationId);
      expect(expected).toHaveLength(3);
      expect(commits).toBeGreaterThanOrEqual(3);
    }
    for (let broken = 1; broken <= commits; broken += 1) {
      for (const moment of ['before', 'after'] as const) {
        await using server = await start();
        const correlationId = correlationOf(await request(server, 'search', message));
        breakCommit(server, broken, moment);
        await runToEnd(server);
        const stored = await storesOf(server).transactions.find(correlationId);
        expect(stored, `${moment} commit ${broken}`).toMatchObject({
          state: 'succ',
          completedCount: 5,
          rejectedCount: 0,
        });
        expect(await shapeOf(server, correlationId), `${moment} commit ${broken}`).toEqual(expected);
      }
    }
  });

  it('has accepted all or nothing', async () => {
    for (const moment of ['before', 'after'] as const) {
      await using server = await start();
      const header = { message_id: 'm-1', message_ts: '2026-04-22T10:30:00Z' };
      const { commits } = breakCommit(server, 1, moment);
      expect((await request(server, 'search', message, { header })).status).toBe(500);
      expect(commits()).toBe(1);
      const correlationId = correlationOf(await request(server, 'search', message, { header }));
      await runToEnd(server);
      expect(await shapeOf(server, correlationId)).toHaveLength(3);
      const found = await storesOf(server).transactions.search(server.peer.senderId, { transactionId: 't-1' });
      expect(found.map(({ state }) => state)).toEqual(['succ']);
    }
  });
});

describe('a registry that does not answer', () => {
  /** Fails as often as told, then answers. */
  function failing(times: number, error: () => Error): RegistryAdapter & { readonly calls: () => number } {
    let calls = 0;
    return {
      ...adapter,
      calls: () => calls,
      search: async (query) => {
        calls += 1;
        if (calls <= times) throw error();
        return adapter.search(query);
      },
    };
  }
  const unavailable = () => new DciError('err.service.unavailable', 'the registry is away');

  it('is asked again; meanwhile the transaction is pending', async () => {
    const registry = failing(3, unavailable);
    await using server = await start(registry);
    const correlationId = correlationOf(await request(server, 'search', message));
    const { transactions } = storesOf(server);
    expect((await transactions.find(correlationId))?.state).toBe('rcvd');
    await server.host.runJobs();
    expect((await transactions.find(correlationId))?.state).toBe('pdng');
    expect(await callbacksOf(server, correlationId)).toEqual([]);
    await runToEnd(server);
    expect((await transactions.find(correlationId))?.state).toBe('succ');
    expect(await shapeOf(server, correlationId)).toHaveLength(3);
  });

  it.each([
    ['unavailable', unavailable],
    ['an error of another kind', () => new Error('a fault')],
  ])('for ever: the sender is told so after the last attempt (%s)', async (_name, error) => {
    const registry = failing(Number.POSITIVE_INFINITY, error);
    await using server = await start(registry, { processingAttempts: 4 });
    const correlationId = correlationOf(await request(server, 'search', message));
    await runToEnd(server);
    expect(registry.calls()).toBe(4);
    const [callback, ...others] = await callbacksOf(server, correlationId);
    expect(others).toEqual([]);
    expect(callback?.content.header).toMatchObject({
      action: 'on-search',
      status: 'rjct',
      status_reason_message: expect.stringContaining('could not be processed'),
      total_count: 5,
      completed_count: 0,
    });
    expect(callback?.content.message).toEqual({
      transaction_id: 't-1',
      correlation_id: correlationId,
      search_response: [],
    });
    const stored = await storesOf(server).transactions.find(correlationId);
    expect(stored).toMatchObject({ state: 'rjct', completedCount: 0 });
    expect(stored?.finishedAt).toBeDefined();
  });

  it('in the middle: what was answered stays, the rest is told to have failed', async () => {
    let calls = 0;
    const registry: RegistryAdapter = {
      ...adapter,
      search: async (query) => {
        calls += 1;
        if (calls > 2) throw unavailable();
        return adapter.search(query);
      },
    };
    await using server = await start(registry, { processingAttempts: 2 });
    const correlationId = correlationOf(await request(server, 'search', message));
    await runToEnd(server);
    expect((await shapeOf(server, correlationId)).map(({ status, completed }) => [status, completed])).toEqual([
      ['pdng', 2],
      ['rjct', 2],
    ]);
  });
});

describe('a sender that is disabled after its request', () => {
  it('gets no callback, and its transaction ends', async () => {
    await using server = await start();
    const correlationId = correlationOf(await request(server, 'search', message));
    await server.senders.setState(server.peer.senderId, 'disabled');
    await runToEnd(server);
    expect(await callbacksOf(server, correlationId)).toEqual([]);
    expect(await storesOf(server).transactions.find(correlationId)).toMatchObject({ state: 'rjct', completedCount: 0 });
  });
});

describe('work on which the process dies every time', () => {
  it('is given up without being tried again, and told', async () => {
    const opened = openedState((state) => ({
      transactions: createSqliteTransactionStore(state),
      outgoing: createSqliteOutgoingStore(state),
    }));
    const { transactions, outgoing } = opened.store;
    const header = {
      message_id: 'm',
      message_ts: '2026-04-22T10:30:00Z',
      action: 'search',
      sender_id: 'mis.example.org',
    };
    await transactions.accept(
      {
        correlationId: 'c1',
        senderId: 'mis.example.org',
        messageId: 'm',
        transactionId: 't-1',
        registry: 'social',
        action: 'search',
        isEncrypted: false,
        totalCount: 5,
        acceptedAt: 1,
        bodyDigest: 'd',
        content: { header, message },
        referenceIds: [],
      },
      { claimExpiresAt: 9, jobs: [] },
    );
    const sender = {
      senderId: 'mis.example.org',
      state: 'active',
      dialect: 'spdci-1.0',
      schemes: ['dci'],
      keys: [],
      policy: grantAll(social),
    } as const;
    const processor = createProcessor({
      quotas: { debit: async () => {} },
      transactions,
      outgoing,
      directory: {
        find: async () => ({
          sender,
          keys: async () => [],
          encryptionKey: async () => undefined,
          access: () => compilePolicy(sender.policy, social),
        }),
      },
      registries: [{ type: social, adapter }],
      operations: {
        search: {
          // biome-ignore lint/correctness/useYield: it must not be called
          process: async function* () {
            throw new Error('tried again');
          },
          compose: async () => undefined,
        },
      },
      senderId: 'registry.example.org',
      attempts: 12,
      crypto: testCrypto,
      clock: manualClock(5),
      logger: silentLogger,
    });
    const job: RunningJob = {
      ...processJob('c1'),
      jobId: 'j',
      attempt: 13,
      requestedAt: 1,
      fence: 1,
      signal: new AbortController().signal,
    };
    expect(await processor.run(job)).toBe('settled');
    expect(await transactions.find('c1')).toMatchObject({ state: 'rjct', finishedAt: 5 });
    const [callback] = await outgoing.list({ subject: 'c1' });
    expect(callback).toMatchObject({ source: { failed: 1 }, action: 'on-search' });
    expect(opened.applied().at(-1)?.settle).toEqual({ job: { ...job }, outcome: { kind: 'done' } });
    opened.close();
  });
});
