import type { JsonObject } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistryAdapter } from './adapter.ts';
import type { ConsentRegister } from './consent.ts';
import { memoryAdapter } from './memory-adapter.ts';
import type { RecordKeeper } from './record-keeping.ts';
import { person, personRegistry, uinsFound } from './record-store/record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store/record-store-adapter.ts';

type Keeper = RegistryAdapter & RecordKeeper & ConsentRegister;

const seed = Number(process.env.DCI_TEST_SEED ?? Date.now() % 2 ** 31);
const registryType = personRegistry();

type Step =
  | { readonly do: 'put'; readonly uin: string; readonly sex: string; readonly reversed: boolean }
  | { readonly do: 'delete'; readonly uin: string }
  | { readonly do: 'read'; readonly limit: number };

const uinArbitrary = fc.constantFrom('1', '2', '3', '4');
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('put' as const),
    uin: uinArbitrary,
    sex: fc.constantFrom('female', 'male'),
    reversed: fc.boolean(),
  }),
  fc.record({ do: fc.constant('delete' as const), uin: uinArbitrary }),
  fc.record({ do: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }),
);

function uinOf(record: JsonObject): string {
  return String((record.identifier as JsonObject[])[0]?.identifier_value);
}

/** A copy of the registry that knows nothing but the feed. */
class Replica {
  readonly records = new Map<string, JsonObject>();
  private position: string | undefined;
  private readonly ids = new Set<string>();

  async read(adapter: RegistryAdapter, limit: number): Promise<number> {
    const page = await adapter.changes?.(this.position, limit);
    if (page === undefined) throw new Error('the adapter has no feed');
    for (const { changeId, kind, record, previous } of page.changes) {
      expect(this.ids.has(changeId)).toBe(false);
      this.ids.add(changeId);
      const uin = uinOf(record);
      expect(previous).toEqual(kind === 'updated' ? this.records.get(uin) : undefined);
      expect(this.records.has(uin)).toBe(kind !== 'created');
      if (kind === 'deleted') {
        expect(record).toEqual(this.records.get(uin));
        this.records.delete(uin);
      } else {
        expect(record).not.toEqual(previous);
        this.records.set(uin, record);
      }
    }
    this.position = page.position;
    return page.changes.length;
  }
}

async function run(keeper: Keeper, steps: readonly Step[]): Promise<void> {
  const replica = new Replica();
  await replica.read(keeper, 1);
  for (const step of steps) {
    if (step.do === 'put') {
      const record = person(step.uin, { sex: step.sex, n: 1 });
      const members = Object.entries(record);
      await keeper.put('Person', Object.fromEntries(step.reversed ? members.reverse() : members));
    } else if (step.do === 'delete') {
      await keeper.delete('Person', { identifierType: 'UIN', value: step.uin });
    } else {
      await replica.read(keeper, step.limit);
    }
  }
  for (let read = 3; read === 3; ) read = await replica.read(keeper, 3);
  const uins = await uinsFound(keeper);
  expect([...replica.records.keys()].sort()).toEqual([...uins].sort());
  for (const [value, record] of replica.records) {
    expect(await keeper.get('Person', { identifierType: 'UIN', value })).toEqual(record);
  }
}

describe.each<[string, () => Keeper]>([
  ['memory', () => memoryAdapter({ registryType, records: {} })],
  ['record store', () => recordStoreAdapter({ registryType, file: ':memory:' })],
])('%s', (_name, create) => {
  it(`the feed replayed is the registry (DCI_TEST_SEED=${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 30 }), async (steps) => {
        const keeper = create();
        await run(keeper, steps);
        await keeper.close?.();
      }),
      { seed, numRuns: 150 },
    );
  });

  it('a listener that fails stops neither the write nor the others', async () => {
    const keeper = create();
    let calls = 0;
    keeper.onChange?.(() => {
      throw new Error('listener');
    });
    keeper.onChange?.(() => {
      calls += 1;
    });
    expect(await keeper.put('Person', person('1'))).toBe('inserted');
    expect(calls).toBe(1);
  });

  it('calls nobody for what is no change, and for what subscribers shall not hear of', async () => {
    const keeper = create();
    const position = (await keeper.changes?.(undefined, 1))?.position;
    let calls = 0;
    keeper.onChange?.(() => {
      calls += 1;
    });
    await keeper.put('Person', person('1'), { changes: 'none' });
    await keeper.put('Person', person('1'));
    await keeper.grantConsent('Person', { identifierType: 'UIN', value: '1' }, { recipient: '*', purpose: 'x' });
    await keeper.delete('Person', { identifierType: 'UIN', value: '1' }, { changes: 'none' });
    expect(calls).toBe(0);
    expect((await keeper.changes?.(position, 10))?.changes).toEqual([]);
  });

  it('lists consents, also expired ones, and drops them with their record', async () => {
    const keeper = create();
    const identifier = { identifierType: 'UIN', value: '1' };
    const consent = { recipient: 'mis.example', purpose: 'eligibility' };
    expect(await keeper.grantConsent('Person', identifier, consent)).toBe(false);
    await keeper.put('Person', person('1'));
    expect(await keeper.grantConsent('Person', identifier, { ...consent, expiresAt: 5 })).toBe(true);
    expect(await keeper.grantConsent('Person', identifier, { ...consent, recipient: '*' })).toBe(true);
    await keeper.put('Person', person('1', { sex: 'female' }));
    const grantedAt = expect.any(Number);
    expect(await keeper.listConsents('Person', identifier)).toEqual([
      { ...consent, recipient: '*', grantedAt },
      { ...consent, expiresAt: 5, grantedAt },
    ]);
    expect(await keeper.revokeConsent('Person', identifier, { ...consent, recipient: '*' })).toBe(true);
    expect(await keeper.revokeConsent('Person', identifier, { ...consent, recipient: '*' })).toBe(false);
    await keeper.delete('Person', identifier);
    await keeper.put('Person', person('1'));
    expect(await keeper.listConsents('Person', identifier)).toEqual([]);
    expect(await keeper.revokeConsent('Person', { ...identifier, value: '2' }, consent)).toBe(false);
  });

  it.each([
    ['recipient', { recipient: '', purpose: 'x' }],
    ['purpose', { recipient: 'x', purpose: '' }],
    ['expiresAt', { recipient: 'x', purpose: 'x', expiresAt: Number.NaN }],
  ])('refuses a consent without a proper %s', async (path, consent) => {
    const keeper = create();
    await keeper.put('Person', person('1'));
    await expect(keeper.grantConsent('Person', { identifierType: 'UIN', value: '1' }, consent)).rejects.toMatchObject({
      code: 'err.request.bad',
      path,
    });
  });

  it('refuses record types that it does not hold', async () => {
    const keeper = create();
    const identifier = { identifierType: 'UIN', value: '1' };
    const consent = { recipient: '*', purpose: 'x' };
    for (const work of [
      () => keeper.put('Boat', person('1')),
      () => keeper.delete('Boat', identifier),
      () => keeper.grantConsent('Boat', identifier, consent),
      () => keeper.revokeConsent('Boat', identifier, consent),
      () => keeper.listConsents('Boat', identifier),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'rjct.search_criteria.invalid' });
    }
  });
});

describe('a memory feed', () => {
  it('forgets the oldest changes, and says so', async () => {
    const adapter = memoryAdapter({ registryType, records: {}, keepChanges: 10 });
    const start = (await adapter.changes(undefined, 1)).position;
    for (let uin = 1; uin <= 25; uin += 1) await adapter.put('Person', person(`${uin}`));
    const { changes, isIncomplete, position } = await adapter.changes(start, 100);
    expect(isIncomplete).toBe(true);
    expect(changes.length).toBeGreaterThanOrEqual(10);
    expect(changes.length).toBeLessThan(20);
    expect(changes.at(-1)?.record).toEqual(person('25'));
    expect(await adapter.changes(position, 100)).toEqual({ changes: [], position });
  });

  it('refuses an ambiguous or impossible record as the record store does', async () => {
    const adapter = memoryAdapter({ registryType, records: { Person: [person('1'), person('2')] } });
    const both = {
      identifier: ['1', '2'].map((value) => ({ identifier_type: 'UIN', identifier_value: value })),
    };
    await expect(adapter.put('Person', both)).rejects.toMatchObject({ code: 'err.state.conflict' });
    await expect(adapter.put('Person', [] as unknown as JsonObject)).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(await adapter.put('Person', both, { identifiedBy: [] })).toBe('inserted');
    await expect(adapter.delete('Person', { identifierType: 'UIN', value: '1' })).rejects.toMatchObject({
      code: 'err.state.conflict',
    });
  });
});
