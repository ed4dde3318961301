import { collectingLogger, createTestHost, manualClock, type TestHost } from 'dci-host/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBeneficiary } from './beneficiary-record.ts';
import { type BeneficiaryRegistry, startBeneficiaryRegistry } from './beneficiary-registry.fixtures.ts';
import { isClear } from './duplication.ts';
import { type ClientPluginOfTest, clientPlugin } from './plugin/host.fixtures.ts';
import { createRetention } from './plugin/retention.ts';
import { type IbrPlugin, ibr } from './plugin.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

const registrant = { identifiers: [{ type: 'UIN', value: '3141592653' }] };
const day = 86_400_000;

let registry: BeneficiaryRegistry;
let client: ClientPluginOfTest;
let plugin: IbrPlugin;
let host: TestHost;
const clock = manualClock('2026-04-22T10:30:00Z');
beforeAll(async () => {
  registry = await startBeneficiaryRegistry('national.example.org');
});
afterAll(() => registry.stop());
beforeEach(async () => {
  registry.records = [];
  registry.deviation = {};
  client = clientPlugin([registry.client()]);
  plugin = ibr({ client, sources: ['national'], retentionDays: 30 });
  host = await createTestHost({ senderId: 'mis.example.org', plugins: [client, plugin], clock });
});
afterEach(() => host.dispose());

describe('the plug-in in a host', () => {
  it('gives a service whose checks are kept in the state database', async () => {
    registry.records = [beneficiaryRecord({ identifiers: [['UIN', '3141592653']] })];
    const { checkId = '', status } = await plugin.service().checkDuplication(registrant, { askedBy: 'desk' });
    expect(status).toBe('confirmed');
    expect(await plugin.checks().find(checkId)).toMatchObject({
      at: clock.now(),
      askedBy: 'desk',
      status: 'confirmed',
      sources: [{ source: 'national', status: 'answered', failures: [] }],
    });
  });

  it('searches and reports through the data source as it is now', async () => {
    registry.records = [beneficiaryRecord()];
    const found: unknown[] = [];
    for await (const one of plugin.service().searchBeneficiary({ programme: 'P1' })) found.push(one.beneficiary);
    expect(found).toMatchObject([{ enrollment_status: '1' }]);
    const { beneficiary } = readBeneficiary(beneficiaryRecord());
    expect(await plugin.service().reportEnrollments([beneficiary])).toMatchObject({ complete: true });
    expect(await plugin.service().checkEnrollment({ type: 'UIN', value: '1' })).toMatchObject({ answer: 'yes' });
    client.clients.clear();
    expect(await plugin.service().reportEnrollments([beneficiary])).toMatchObject({
      outcomes: [{ status: 'refused' }],
    });
    const search = plugin.service().searchBeneficiary({ programme: 'P1' })[Symbol.asyncIterator]();
    await expect(search.next()).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });

  it('keeps checks over a restart, and finds them by identifier', async () => {
    const { checkId } = await plugin.service().checkDuplication(registrant);
    await host.stop();
    const again = ibr({ client, sources: ['national'] });
    await using restarted = await createTestHost({
      senderId: 'mis.example.org',
      dataDirectory: host.dataDirectory,
      plugins: [client, again],
      clock,
    });
    expect(restarted.dataDirectory).toBe(host.dataDirectory);
    const found = await again.checks().list({ identifier: { type: 'uin', value: '3141592653' } });
    expect(found.map((check) => check.checkId)).toEqual([checkId]);
  });

  it('has nothing to give before its host is set up', () => {
    const alone = ibr({ client, sources: ['national'] });
    for (const use of [() => alone.service(), () => alone.checks()]) {
      expect(use).toThrow(expect.objectContaining({ code: 'err.service.unavailable' }));
    }
  });

  it('takes a source that was disabled for one that failed, not for one less', async () => {
    const open = client.clients.get('national');
    client.clients.delete('national');
    const result = await plugin.service().checkDuplication(registrant);
    expect(result).toMatchObject({
      status: 'incomplete',
      sources: [{ source: 'national', status: 'failed', questions: [{ failure: { kind: 'error' } }] }],
    });
    if (open !== undefined) client.clients.set('national', open);
    expect(isClear(await plugin.service().checkDuplication(registrant))).toBe(true);
  });

  it('does not ask a source that became one of another kind', async () => {
    client.clients.set('national', { ...registry.client(), registry: 'crvs' });
    registry.requests.length = 0;
    expect(await plugin.service().checkDuplication(registrant)).toMatchObject({ status: 'incomplete' });
    expect(registry.requests).toEqual([]);
  });

  it('is ready while checks can be kept, whatever the registries do', async () => {
    const ready = async () => (await host.fetch(new Request('http://localhost/health/ready'))).json();
    client.clients.clear();
    expect(await ready()).toMatchObject({
      status: 'ready',
      checks: expect.arrayContaining([{ name: 'dci-client-ibr log of checks', status: 'ok' }]),
    });
  });

  it('tells when checks cannot be kept, and then gives no result', async () => {
    host.context.database.durable.exec('DROP TABLE dci_client_ibr_check');
    await expect(plugin.service().checkDuplication(registrant)).rejects.toThrow(/no such table/);
    const reply = await host.fetch(new Request('http://localhost/health/ready'));
    expect([reply.status, await reply.json()]).toMatchObject([
      503,
      { checks: expect.arrayContaining([{ name: 'dci-client-ibr log of checks', status: 'failing' }]) },
    ]);
  });

  it('is not made with options that cannot be used', () => {
    const faults = [
      { sources: [] },
      { sources: ['a', 'a'] },
      { sources: ['a'], timeoutSeconds: 0 },
      { sources: ['a'], retentionDays: 0 },
    ];
    for (const options of faults) {
      expect(() => ibr({ client, ...options })).toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
    }
  });
});

describe('old checks', () => {
  it('are removed when a host starts', async () => {
    const old = await plugin.service().checkDuplication(registrant);
    await host.stop();
    clock.advance(29 * day);
    const started = async (retentionDays: number) => {
      const again = ibr({ client, sources: ['national'], retentionDays });
      await using restarted = await createTestHost({
        dataDirectory: host.dataDirectory,
        plugins: [client, again],
        clock,
      });
      await restarted.listen();
      return again.checks().find(old.checkId ?? '');
    };
    expect(await started(30)).toBeDefined();
    clock.advance(2 * day);
    expect(await started(30)).toBeUndefined();
  });

  it('are removed from time to time; a failure is logged and tried again', async () => {
    const logger = collectingLogger();
    const times: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const checks = {
      forget: async (before: number): Promise<number> => {
        times.push(before);
        if (times.length === 1) throw new Error('busy');
        if (times.length === 3) resolve();
        return 0;
      },
    };
    const retention = createRetention({ checks, days: 1, clock: { now: () => 3 * day }, logger, intervalMs: 1 });
    await retention.start();
    await promise;
    await retention.stop();
    expect(new Set(times)).toEqual(new Set([2 * day]));
    expect(logger.lines()).toMatchObject([{ level: 'warn' }]);
  });
});
