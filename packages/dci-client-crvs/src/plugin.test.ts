import type { SubscribeReply, UnsubscribeReply } from 'dci-client';
import { DciError } from 'dci-core';
import {
  collectingLogger,
  createTestHost,
  manualClock,
  type TestHostOptions,
  temporaryDirectory,
} from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { clientDouble, evidence, lucia, luciaWith, NOW, notified, resultOf, uin } from './client.fixtures.ts';
import { clientPluginDouble } from './plugin/host.fixtures.ts';
import { type CrvsOptions, crvs } from './plugin.ts';
import { notingSink } from './sink/sink.fixtures.ts';

const signal = new AbortController().signal;
const dead = luciaWith({ death_date: '2024-12-24' });
const day = 86_400_000;

function setUp(options: Partial<CrvsOptions> = {}, client = clientDouble({ searchById: () => resultOf([lucia]) })) {
  const dciClient = clientPluginDouble(client);
  const sink = notingSink();
  const plugin = crvs({ client: dciClient, source: 'crvs_main', sink, ...options });
  const clock = manualClock(NOW);
  const logger = collectingLogger();
  const start = (more: TestHostOptions = {}) =>
    createTestHost({ senderId: 'mis.example.org', plugins: [dciClient, plugin], clock, logger, ...more });
  const tell = async (type: string, record = dead, id = 'n-1'): Promise<void> => {
    await dciClient.handlers.at(-1)?.onEvent?.(notified(type, [record], { id }), { signal, attempt: 1 });
  };
  return { plugin, sink, clock, start, tell, dciClient, client, logger };
}

describe('the plug-in of civil registries', () => {
  it('logs what is notified, and applies it by a job, once', async () => {
    const { plugin, sink, start, tell, dciClient, logger } = setUp();
    await using host = await start();
    expect(dciClient.handlers.map(({ name }) => name)).toEqual(['crvs:crvs_main']);
    await tell('Death');
    await tell('Death', dead, 'n-2');
    expect(sink.calls).toEqual([]);
    expect(await plugin.log().counts()).toMatchObject({ received: 1 });
    await host.runJobs();
    expect(sink.calls).toHaveLength(1);
    expect(await plugin.log().list({})).toMatchObject([{ type: 'Death', state: 'processed', outcome: 'applied' }]);
    expect(JSON.stringify(logger.lines())).not.toMatch(/Núñez|Lucía|1990|2024|1234567897/);
  });

  it('gives the service, which leaves applying to the jobs', async () => {
    const { plugin, start } = setUp();
    await expect(plugin.service()).rejects.toMatchObject({ code: 'err.service.unavailable' });
    await using _host = await start();
    const service = await plugin.service();
    expect(await service.verifyBirth(uin)).toMatchObject({ status: 'verified' });
    await expect(plugin.service('other')).rejects.toMatchObject({ code: 'err.configuration.invalid' });
    expect(service.log).toBe(plugin.log());
  });

  it('tries a failed event again at its time', async () => {
    const { plugin, sink, start, tell, clock } = setUp({ processing: { retryDelaysMs: [60_000] } });
    await using host = await start();
    sink.answer(() => {
      throw new DciError('err.service.unavailable', 'the local registry is away');
    });
    await tell('Death');
    await host.runJobs();
    expect(await plugin.log().list({})).toMatchObject([{ state: 'error', reason: 'err.service.unavailable' }]);
    sink.answer(() => 'applied');
    clock.advance(59_000);
    await host.runJobs();
    expect(sink.calls).toHaveLength(1);
    clock.advance(1_000);
    await host.runJobs();
    expect(await plugin.log().list({})).toMatchObject([{ state: 'processed', attempts: 2 }]);
  });

  it('goes on after a restart: with what was received, and with what was in hand when it crashed', async () => {
    const directory = temporaryDirectory();
    const { plugin, sink, start, tell, clock, dciClient } = setUp();
    const first = await start({ dataDirectory: directory.path });
    await tell('Death');
    await tell('BIRTH');
    const [, death] = await plugin.log().list({});
    expect(await plugin.log().claim(death?.id ?? '', NOW, NOW + 120_000)).toMatchObject({ kind: 'claimed' });
    await first.stop();

    const again = crvs({ client: clientPluginDouble(clientDouble({})), source: 'crvs_main', sink });
    const second = await createTestHost({
      ...{ senderId: 'mis.example.org', plugins: [dciClient, again], clock, dataDirectory: directory.path },
    });
    await second.runJobs();
    expect(sink.calls.map(({ method }) => method)).toEqual(['applyBirth']);
    clock.advance(120_000);
    await second.runJobs();
    expect(sink.calls.map(({ method }) => method)).toEqual(['applyBirth', 'applyDeath']);
    await second.stop();
    directory.remove();
  });

  it('forgets what was kept long enough, while it runs', async () => {
    const { plugin, start, tell, clock } = setUp({ retention: { contentDays: 2, eventDays: 4 } });
    await using running = await start();
    await tell('Death');
    await running.runJobs();
    clock.advance(3 * day);
    await running.runJobs();
    const [kept] = await plugin.log().list({});
    expect([kept?.state, kept?.content]).toEqual(['processed', undefined]);
    clock.advance(2 * day);
    await running.runJobs();
    expect(await plugin.log().list({})).toEqual([]);
  });

  it('has tables of its own only while it is there', async () => {
    const { dciClient, start } = setUp();
    await using host = await start();
    const tables = (database: typeof host.context.database) =>
      database.durable.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'dci_client_crvs%'").all();
    expect(tables(host.context.database).length).toBeGreaterThan(0);
    await using bare = await createTestHost({ senderId: 'mis.example.org', plugins: [dciClient] });
    expect(tables(bare.context.database)).toEqual([]);
  });

  it('is healthy while its log is there, whatever its sources are', async () => {
    const { start } = setUp();
    await using host = await start();
    const ready = await host.fetch(new Request('http://localhost/health/ready'));
    expect(JSON.stringify(await ready.json())).toContain('dci-client-crvs log');
    expect(ready.status).toBe(200);
    const missing = setUp({ source: ['crvs_main', 'gone'] });
    await using other = await missing.start();
    expect((await other.fetch(new Request('http://localhost/health/ready'))).status).toBe(200);
  });

  it('without a sink only asks', async () => {
    const dciClient = clientPluginDouble(clientDouble({ searchById: () => resultOf([]) }));
    const plugin = crvs({ client: dciClient, source: 'crvs_main' });
    await using host = await createTestHost({ senderId: 'mis.example.org', plugins: [dciClient, plugin] });
    expect(dciClient.handlers).toEqual([]);
    expect(await (await plugin.service()).checkDeath(uin)).toMatchObject({ status: 'person_unknown' });
    expect(await host.runJobs()).toBe(0);
  });

  it.each<[string, Partial<CrvsOptions>]>([
    ['no source', { source: [] }],
    ['a source twice', { source: ['a', 'a'] }],
    ['no concurrency', { processing: { concurrency: 0 } }],
    ['no time', { processing: { attemptMs: 0 } }],
    ['times that are none', { processing: { retryDelaysMs: [Number.NaN] } }],
    ['records that outlive their entries', { retention: { contentDays: 5, eventDays: 4 } }],
    ['no event', { subscribe: { eventTypes: [] } }],
    ['an unknown event', { subscribe: { eventTypes: ['moon'] } }],
  ])('refuses %s', (_, options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
  });

  it('refuses a subscription without a sink', () => {
    const client = clientPluginDouble();
    expect(() => crvs({ client, source: 'a', subscribe: { eventTypes: ['Death'] } })).toThrow(
      expect.objectContaining({ path: 'subscribe' }),
    );
  });
});

describe('a kept subscription', () => {
  const made = (code: string, expires?: string): SubscribeReply => ({
    outcomes: [{ status: 'succ', referenceId: 'r', codes: [code], ...(expires !== undefined && { expires }) }],
    evidence,
  });
  const taken: SubscribeReply = {
    outcomes: [{ status: 'rjct', referenceId: 'r', codes: [], code: 'rjct.event.already_subscribed' }],
    evidence,
  };
  const ended: UnsubscribeReply = { status: 'succ', subscriptions: [], evidence };

  /** A registry whose answers are given one after the other; an error is thrown. */
  function registry(...answers: (SubscribeReply | Error)[]) {
    return clientDouble({
      subscribe: () => {
        const next = answers.shift();
        if (next === undefined) throw new Error('asked once too often');
        if (next instanceof Error) throw next;
        return next;
      },
      unsubscribe: () => ended,
    });
  }
  const asked = (client: ReturnType<typeof registry>) => client.asked.map(({ method }) => method);
  const subscribe = { eventTypes: ['LiveBirth', 'Death'] };

  it('is made when the host listens, and again only before it ends', async () => {
    const client = registry(made('SUB-1', '2026-05-22T10:30:00Z'), made('SUB-2'));
    const { start, clock } = setUp({ subscribe }, client);
    await using host = await start();
    await host.runJobs();
    expect(asked(client)).toEqual([]);
    await host.listen();
    await host.runJobs();
    expect(client.asked).toMatchObject([
      { arguments: [[{ eventTypes: 'LiveBirth' }, { eventTypes: 'Death' }], { handler: 'crvs:crvs_main' }] },
    ]);
    clock.advance(27 * day);
    await host.runJobs();
    expect(client.asked).toHaveLength(1);
    clock.advance(1.5 * day);
    await host.runJobs();
    expect(asked(client)).toEqual(['subscribe', 'subscribe', 'unsubscribe']);
    expect(client.asked[2]?.arguments).toEqual([['SUB-1']]);
    clock.advance(400 * day);
    await host.runJobs();
    expect(client.asked).toHaveLength(3);
  });

  it('survives a restart, changes with the configuration, and ends with it', async () => {
    const directory = temporaryDirectory();
    const client = registry(made('SUB-1'), made('SUB-2'));
    const run = async (options: Partial<CrvsOptions>): Promise<void> => {
      await using host = await setUp(options, client).start({ dataDirectory: directory.path });
      await host.listen();
      await host.runJobs();
    };
    await run({ subscribe });
    await run({ subscribe: { eventTypes: ['death', 'BIRTH'] } });
    expect(asked(client)).toEqual(['subscribe']);
    await run({ subscribe: { eventTypes: ['Death'] } });
    expect(client.asked.slice(1)).toMatchObject([
      { method: 'subscribe' },
      { method: 'unsubscribe', arguments: [['SUB-1']] },
    ]);
    await run({});
    expect(client.asked.slice(3)).toMatchObject([{ method: 'unsubscribe', arguments: [['SUB-2']] }]);
    await run({});
    expect(client.asked).toHaveLength(4);
    directory.remove();
  });

  it('is asked for again where the registry cannot be reached or rejects it', async () => {
    const rejected: SubscribeReply = {
      outcomes: [{ status: 'rjct', referenceId: 'r', codes: [], code: 'rjct.notify_types.invalid' }],
      evidence,
    };
    const client = registry(new DciError('err.service.unavailable', 'gone'), rejected, made('SUB-1'));
    const { start, clock, logger } = setUp({ subscribe }, client);
    await using host = await start();
    await host.listen();
    for (const minutes of [0, 1, 2]) {
      clock.advance(minutes * 60_000);
      await host.runJobs();
    }
    expect(client.asked).toHaveLength(3);
    expect(logger.lines().filter(({ msg }) => msg.startsWith('subscribing'))).toHaveLength(2);
  });

  it('is renewed right after its end by registries that renew nothing before', async () => {
    const client = registry(made('SUB-1', '2026-04-24T10:30:00Z'), taken, made('SUB-2', '2027-04-24T10:30:00Z'));
    const { start, clock } = setUp({ subscribe }, client);
    await using host = await start();
    await host.listen();
    await host.runJobs();
    clock.advance(1.95 * day);
    await host.runJobs();
    expect(asked(client)).toEqual(['subscribe', 'subscribe']);
    clock.advance(0.05 * day + 1_000);
    await host.runJobs();
    expect(asked(client)).toEqual(['subscribe', 'subscribe', 'subscribe', 'unsubscribe']);
  });

  it('waits for its answer without keeping anybody, and is asked for anew where none comes', async () => {
    let state: 'open' | 'answered' = 'open';
    const double = registry();
    let asks = 0;
    const client = {
      ...double,
      subscribe: async () => {
        asks += 1;
        return { transactionId: 't', state: async () => state, result: async () => made('SUB-1') };
      },
    };
    const { start, clock } = setUp({ subscribe }, client);
    await using host = await start();
    await host.listen();
    for (const seconds of [0, 1, 2, 5, 15, 60, 60]) {
      clock.advance(seconds * 1_000);
      expect(await host.runJobs()).toBeGreaterThan(0);
    }
    expect(asks).toBe(1);
    clock.advance(3_600_000);
    await host.runJobs();
    expect(asks).toBe(2);
    state = 'answered';
    clock.advance(60_000);
    await host.runJobs();
    clock.advance(365 * day);
    await host.runJobs();
    expect(asks).toBe(2);
  });

  it('that was made elsewhere is as good', async () => {
    const client = registry(taken, taken);
    const { start, clock } = setUp({ subscribe }, client);
    await using host = await start();
    await host.listen();
    await host.runJobs();
    clock.advance(day);
    await host.runJobs();
    expect(asked(client)).toEqual(['subscribe', 'subscribe']);
  });
});
