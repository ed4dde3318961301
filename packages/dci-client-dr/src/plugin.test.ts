import type { NotifiedEvent } from 'dci-client';
import { DciError } from 'dci-core';
import { collectingLogger, createTestHost, type TestHost } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { failureOf, personRecord, readPerson, uin } from './disability-source.fixtures.ts';
import { type FakeClientPlugin, fakeClientPlugin } from './plugin/dr-plugin.fixtures.ts';
import { createPurge } from './plugin/purge.ts';
import { type DrOptions, type DrPlugin, dr } from './plugin.ts';
import { type ManualClock, manualClock } from './service.fixtures.ts';

const approved = { disability_status: '0' };

interface PluginTest extends AsyncDisposable {
  readonly host: TestHost;
  readonly plugin: DrPlugin;
  readonly client: FakeClientPlugin;
  readonly clock: ManualClock;
  readonly logger: ReturnType<typeof collectingLogger>;
}

async function pluginTest(options: Partial<DrOptions> = {}): Promise<PluginTest> {
  const client = fakeClientPlugin('dr_main', 'dr_north');
  const clock = manualClock();
  const logger = collectingLogger(clock);
  const plugin = dr({ client, source: 'dr_main', ...options });
  const host = await createTestHost({ senderId: 'mis.example.org', plugins: [client, plugin], clock, logger });
  client.registries.get('dr_main')?.people.set('1', [personRecord(approved, '1')]);
  return { host, plugin, client, clock, logger, [Symbol.asyncDispose]: () => host.dispose() };
}

async function readiness({ host }: PluginTest): Promise<{ readonly status: number; readonly body: string }> {
  const reply = await host.fetch(new Request('http://localhost/health/ready'));
  return { status: reply.status, body: await reply.text() };
}

describe('the plug-in', () => {
  it('gives services whose cache lives in the host', async () => {
    await using test = await pluginTest({ source: ['dr_main', 'dr_north'] });
    const { plugin } = test;
    expect(await (await plugin.service()).getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled' });
    expect(await (await plugin.service('dr_main')).getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: true });
    expect(await (await plugin.service('dr_north')).getDisabilityStatus(uin('1'))).toMatchObject({
      recordFound: false,
    });
    await expect(plugin.service('dr_south')).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });

  it('has no service before its host is set up, and none of a data source that is gone', async () => {
    const client = fakeClientPlugin('dr_main');
    await expect(dr({ client, source: 'dr_main' }).service()).rejects.toMatchObject({
      code: 'err.service.unavailable',
    });
    await using test = await pluginTest();
    test.client.registries.delete('dr_main');
    await expect(test.plugin.service()).rejects.toMatchObject({ code: 'err.configuration.invalid' });
    expect(await readiness(test)).toMatchObject({ status: 200, body: expect.stringContaining('dci-client-dr cache') });
  });

  it('tells when its cache cannot be used', async () => {
    await using test = await pluginTest();
    test.host.context.database.relaxed.exec('DROP TABLE dci_client_dr_cache');
    expect(await readiness(test)).toMatchObject({ status: 503, body: expect.stringContaining('dci-client-dr cache') });
  });

  it('takes notified changes into the cache', async () => {
    await using test = await pluginTest();
    const service = await test.plugin.service();
    await service.getDisabilityStatus(uin('1'));
    const [handler] = test.client.handlers;
    expect(handler?.name).toBe('dci-client-dr/dr_main');
    test.clock.advance(3_600);
    const event: NotifiedEvent = {
      ...{ source: 'dr_main', id: 'event-1', eventType: 'UPDATE', recordType: 'DisabledPerson', warnings: [] },
      ...{ records: [readPerson(personRecord({ disability_status: '2' }, '1'))], timestamp: '2026-04-22T13:00:00Z' },
      evidence: { verified: true, senderId: 'dr.example.org', header: {}, message: {} },
    };
    await handler?.onEvent?.(event, { signal: new AbortController().signal, attempt: 1 });
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'expired', fromCache: true });
  });

  it('keeps nothing where the cache is switched off', async () => {
    await using test = await pluginTest({ cache: false });
    const service = await test.plugin.service();
    for (let times = 0; times < 2; times += 1) {
      expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: false });
    }
    expect(test.client.handlers).toEqual([]);
    expect((await readiness(test)).body).not.toContain('dci-client-dr cache');
  });

  const registrants = () => [];
  it.each<[string, Partial<DrOptions>]>([
    ['no source', { source: [] }],
    ['an empty source', { source: '' }],
    ['a source twice', { source: ['dr_main', 'dr_main'] }],
    ['a schedule that is too tight', { sync: { registrants, everySeconds: 1 } }],
    ['a schedule without time', { sync: { registrants, everySeconds: Number.NaN } }],
    ['a schedule without cache', { cache: false, sync: { registrants, everySeconds: 3_600 } }],
  ])('is refused with %s', (_case, options) => {
    expect(() => dr({ client: fakeClientPlugin(), source: 'dr_main', ...options })).toThrow(DciError);
  });
});

describe('the schedule', () => {
  it('synchronises again and again, and asks for those only who are due', async () => {
    await using test = await pluginTest({ sync: { registrants: () => [uin('1'), uin('2')], everySeconds: 3_600 } });
    const registry = test.client.registries.get('dr_main');
    expect(await test.host.runJobs()).toBe(1);
    expect(registry?.messages).toEqual([['1', '2']]);
    expect(await (await test.plugin.service()).getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: true });
    test.clock.advance(3_599);
    expect(await test.host.runJobs()).toBe(0);
    test.clock.advance(1);
    expect(await test.host.runJobs()).toBe(1);
    expect(registry?.messages).toHaveLength(2);
    expect(test.logger.text()).toContain('1 updated, 0 unchanged, 1 without record');
    expect(test.logger.text()).toContain('0 updated, 1 unchanged, 1 without record');
    expect(test.logger.text()).not.toMatch(/UIN|"1"|disabled"/);
  });

  it('goes on soon after a registry that fails, and is never given up', async () => {
    await using test = await pluginTest({ sync: { registrants: () => [uin('1')], everySeconds: 86_400 } });
    const registry = test.client.registries.get('dr_main');
    if (registry === undefined) throw new Error('no registry');
    registry.failure = failureOf({ kind: 'timeout', seconds: 1 });
    for (let times = 0; times < 25; times += 1) {
      expect(await test.host.runJobs()).toBe(1);
      test.clock.advance(86_400);
    }
    expect(test.logger.lines().filter(({ msg }) => msg.includes('synchronised in part'))).toHaveLength(25);
    registry.failure = undefined;
    expect(await test.host.runJobs()).toBe(1);
    expect(registry.messages).toHaveLength(26);
  });

  it('waits for a data source that is gone, or registrants that cannot be read', async () => {
    let broken = false;
    const sync = {
      registrants: () => {
        if (broken) throw new DciError('err.service.unavailable', 'the table is locked');
        return [uin('1')];
      },
      everySeconds: 86_400,
    };
    await using test = await pluginTest({ sync });
    const registry = test.client.registries.get('dr_main');
    if (registry === undefined) throw new Error('no registry');
    test.client.registries.clear();
    await test.host.runJobs();
    test.client.registries.set('dr_main', registry);
    broken = true;
    test.clock.advance(900);
    await test.host.runJobs();
    broken = false;
    test.clock.advance(900);
    await test.host.runJobs();
    expect(registry.messages).toEqual([['1']]);
    expect(test.logger.lines().flatMap(({ code }) => code ?? [])).toEqual([
      'err.configuration.invalid',
      'err.service.unavailable',
    ]);
  });
});

describe('the purge', () => {
  it('deletes until nothing is left, once at a time, and lives through failures', async () => {
    const logger = collectingLogger();
    const clock = manualClock();
    const left = [2, 1, 0];
    const times: (number | undefined)[] = [];
    const purge = createPurge({
      ...{ clock, logger, intervalMs: 3_600_000 },
      cache: {
        purge: async (expiredBy) => {
          times.push(expiredBy);
          const count = left.shift();
          if (count === undefined) throw new DciError('err.service.unavailable', 'locked');
          return count;
        },
      },
    });
    purge.start();
    await Promise.all([purge.run(), purge.run()]);
    expect(times).toEqual([clock.now(), clock.now(), clock.now()]);
    await purge.run();
    expect(logger.lines()).toMatchObject([{ level: 'warn' }]);
    await purge.stop();
  });
});
