import { describe, expect, it } from 'vitest';
import { failureOf, personRecord, uin } from './disability-source.fixtures.ts';
import type { RegistrantReference } from './registrant.ts';
import { type ServiceTest, serviceTest } from './service.fixtures.ts';
import type { SyncCounts } from './sync-disability-data.ts';

const approved = { disability_status: '0' };
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

function testWith(count: number): ServiceTest & { readonly registrants: RegistrantReference[] } {
  const test = serviceTest();
  for (const value of numbers(count)) test.registry.people.set(value, [personRecord(approved, value)]);
  return { ...test, registrants: numbers(count).map(uin) };
}

describe('a synchronisation', () => {
  it('asks for many in few messages, and fills the cache', async () => {
    const { registry, service, registrants } = testWith(60);
    registry.people.set('7', []);
    const progress: SyncCounts[] = [];
    const report = await service.syncDisabilityData(registrants, { onProgress: (counts) => progress.push(counts) });
    expect(report).toEqual({
      ...{ source: 'dr_main', done: 60, updated: 59, unchanged: 0, noRecord: 1, fresh: 0, failed: 0, failures: [] },
    });
    expect(registry.messages.map((values) => values.length).sort()).toEqual([10, 25, 25]);
    expect(
      progress
        .map(({ done }) => done)
        .sort((one, other) => one - other)
        .at(-1),
    ).toBe(60);
    expect(progress).toHaveLength(3);
    expect(await service.getDisabilityStatus(uin('3'))).toMatchObject({ status: 'disabled', fromCache: true });
    expect(await service.getDisabilityStatus(uin('7'))).toMatchObject({ status: 'unknown', fromCache: true });
  });

  it('asks for those only who are not known or too long ago', async () => {
    const { registry, service, clock, registrants } = testWith(4);
    await service.syncDisabilityData(registrants.slice(0, 2));
    clock.advance(100);
    expect(await service.syncDisabilityData(registrants)).toMatchObject({ fresh: 2, updated: 2 });
    expect(registry.messages.at(-1)).toEqual(['2', '3']);
    registry.people.set('1', [personRecord({ disability_status: '2' }, '1')]);
    registry.people.set('2', []);
    clock.advance(100);
    expect(await service.syncDisabilityData(registrants, { maxAge: 150 })).toMatchObject({
      ...{ fresh: 2, unchanged: 1, updated: 1, noRecord: 0 },
    });
    expect(await service.syncDisabilityData(registrants, { maxAge: 0 })).toMatchObject({
      ...{ fresh: 0, unchanged: 3, updated: 0, noRecord: 1 },
    });
  });

  it('counts a person of several identifiers once', async () => {
    const { registry, service } = testWith(3);
    const people = [{ identifiers: [uin('0'), uin('x')] }, { identifiers: [uin('x'), uin('y')] }];
    expect(await service.syncDisabilityData(people)).toMatchObject({ done: 2, updated: 1, noRecord: 1 });
    expect(registry.messages).toEqual([['0', 'x', 'x', 'y']]);
    registry.people.set('x', [personRecord({ is_disabled: false }, 'x')]);
    expect(await service.syncDisabilityData(people, { maxAge: 0 })).toMatchObject({ updated: 2 });
  });

  it('takes registrants as they are needed, from whatever gives them', async () => {
    const { registry, service } = testWith(100);
    let taken = 0;
    async function* endless(): AsyncGenerator<RegistrantReference> {
      for (;;) {
        yield uin(String(taken));
        taken += 1;
      }
    }
    const controller = new AbortController();
    registry.underWay = async () => {
      if (registry.messages.length === 4) controller.abort();
    };
    const report = await service.syncDisabilityData(endless(), { batchSize: 10, signal: controller.signal });
    expect(report.stopped).toBe('aborted');
    expect(report.done).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(70);
  });

  it('has no more messages under way than it was told', async () => {
    const { registry, service, registrants } = testWith(40);
    let [running, most] = [0, 0];
    registry.underWay = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await service.syncDisabilityData(registrants, { batchSize: 2, concurrency: 3 });
    expect(most).toBe(3);
    most = 0;
    await service.syncDisabilityData(registrants, { maxAge: 0, batchSize: 2, concurrency: 1 });
    expect(most).toBe(1);
  });

  it('counts what failed, by cause, and leaves what was known with its age', async () => {
    const { registry, service, clock, registrants } = testWith(5);
    await service.syncDisabilityData(registrants);
    clock.advance(100);
    registry.people.set('1', { status: 'rjct', code: 'rjct.filter.invalid' });
    registry.people.set('3', [personRecord(approved, 'somebody else')]);
    const report = await service.syncDisabilityData([...registrants, uin('')], { maxAge: 0 });
    expect(report).toMatchObject({ done: 6, unchanged: 3, failed: 3 });
    expect(report.failures).toEqual([
      { index: 1, kind: 'rejected', code: 'rjct.search_criteria.invalid' },
      { index: 3, kind: 'protocol', code: 'err.service.unavailable' },
      { index: 5, kind: 'error', code: 'err.request.bad' },
    ]);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({
      ...{ status: 'disabled', fromCache: true, ageSeconds: 100 },
    });
    expect(await service.getDisabilityStatus(uin('0'))).toMatchObject({ ageSeconds: 0 });
  });

  it('does not let one record that cannot be read spoil the others of its message', async () => {
    const { registry, service, registrants } = testWith(16);
    registry.people.set('5', failureOf({ kind: 'protocol', fault: 'record', path: 'x' }));
    const report = await service.syncDisabilityData(registrants, { concurrency: 1 });
    expect(report).toMatchObject({ updated: 15, failed: 1, failures: [{ index: 5, kind: 'protocol' }] });
    expect(report).not.toHaveProperty('stopped');
  });

  it('goes on where it stopped', async () => {
    const { registry, service, registrants } = testWith(50);
    registry.underWay = async () => {
      if (registry.messages.length > 2) throw failureOf({ kind: 'unreachable', systemCode: 'ECONNREFUSED' });
    };
    const options = { batchSize: 5, concurrency: 1, maxFailedBatches: 2 };
    const first = await service.syncDisabilityData(registrants, options);
    expect(first).toMatchObject({ stopped: 'failures', done: 20, updated: 10, failed: 10 });
    expect(first.failures[0]).toEqual({ index: 10, kind: 'unreachable', code: 'err.service.unavailable' });
    registry.underWay = async () => {};
    const second = await service.syncDisabilityData(registrants, options);
    expect(second).toMatchObject({ done: 50, fresh: 10, updated: 40, failed: 0 });
    expect(second).not.toHaveProperty('stopped');
  });

  it('goes on after failures that are not one after another', async () => {
    const { registry, service, registrants } = testWith(40);
    registry.underWay = async () => {
      if (registry.messages.length % 3 !== 0) throw failureOf({ kind: 'timeout', seconds: 1 });
    };
    const report = await service.syncDisabilityData(registrants, { batchSize: 4, concurrency: 1 });
    expect(report).toMatchObject({ done: 40, updated: 12, failed: 28 });
    expect(report).not.toHaveProperty('stopped');
  });

  it('throws what the cache and the registrants throw', async () => {
    const { service } = testWith(1);
    function* broken(): Generator<RegistrantReference> {
      yield uin('1');
      throw new Error('the file ended');
    }
    await expect(service.syncDisabilityData(broken())).rejects.toThrow('the file ended');
  });

  it.each([
    { batchSize: 0 },
    { batchSize: 101 },
    { concurrency: 1.5 },
    { maxFailedBatches: 0 },
    { maxAge: Number.NaN },
  ])('refuses %o', async (options) => {
    const { registry, service, registrants } = testWith(1);
    await expect(service.syncDisabilityData(registrants, options)).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(registry.messages).toEqual([]);
  });
});
