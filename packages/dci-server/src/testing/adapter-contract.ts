import assert from 'node:assert/strict';
import type { DciErrorCode, Filter, JsonObject, RegistryType } from 'dci-core';
import type { PagePosition, RecordPage, RegistryAdapter } from '../adapters/adapter.ts';
import type { ConsentRegister } from '../adapters/consent.ts';
import type { RecordKeeper } from '../adapters/record-keeping.ts';
import { consentCases } from './adapter-contract/consent-cases.ts';
import { feedCases, keptPerson } from './adapter-contract/feed-cases.ts';
import { compare, constant, filterCases } from './adapter-contract/filter-cases.ts';
import { type OrderCase, orderCases } from './adapter-contract/order-cases.ts';
import { contractHouseholds, contractPersons } from './adapter-contract/records.ts';
import { contractRegistryType } from './adapter-contract/registry-type.ts';

/** The functions of a test runner that the contract uses; those of vitest, and `node:test` with `after`, fit. */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: ((name: string, test: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, test: () => Promise<void>) => unknown;
  };
  readonly afterAll: (cleanUp: () => Promise<void>) => unknown;
}

/** What {@link testRegistryAdapter} tests. */
export interface AdapterContractOptions<Adapter extends RegistryAdapter = RegistryAdapter> {
  /** The adapter's name, for the test report. */
  readonly name: string;
  /**
   * Makes an adapter that holds the given records, in the given order, and nothing else.
   *
   * @param registryType - the contract's own registry type, with every kind of attribute
   * @param records - record type name → records; a name that is missing has none
   */
  readonly create: (
    registryType: RegistryType,
    records: Readonly<Record<string, readonly JsonObject[]>>,
  ) => Adapter | Promise<Adapter>;
  /** How records are changed; needed when the adapter has `changes`. Absent: the cases of the change feed are skipped. */
  readonly keeper?: (adapter: Adapter) => Pick<RecordKeeper, 'put' | 'delete'>;
  /** How consents are given; needed when the adapter has `supportsConsent`. Absent: the cases of consents are skipped. */
  readonly consents?: (adapter: Adapter) => Pick<ConsentRegister, 'grantConsent' | 'revokeConsent'>;
  readonly runner: TestRunner;
  /** Name of a test → the reason why this adapter cannot do it. */
  readonly skip?: Readonly<Record<string, string>>;
}

/**
 * The contract of {@link RegistryAdapter}: the same tests for every adapter, also a third party's.
 *
 * @param options - how to make the adapter, and the test runner's functions
 *
 * @example
 * import { testRegistryAdapter } from 'dci-server/testing';
 * import { afterAll, describe, it } from 'vitest';
 *
 * testRegistryAdapter({
 *   name: 'my adapter',
 *   create: (registryType, records) => myAdapter(registryType, records),
 *   // only for an adapter with `changes` and `supportsConsent`:
 *   keeper: (adapter) => adapter,
 *   consents: (adapter) => adapter,
 *   runner: { describe, it, afterAll },
 * });
 */
export function testRegistryAdapter<Adapter extends RegistryAdapter>(options: AdapterContractOptions<Adapter>): void {
  const { name, create, keeper, consents, runner, skip = {} } = options;
  const unused = new Set(Object.keys(skip));
  const opened: Adapter[] = [];

  async function open(records: Readonly<Record<string, readonly JsonObject[]>>): Promise<Adapter> {
    const adapter = await create(contractRegistryType, records);
    opened.push(adapter);
    return adapter;
  }

  let shared: Promise<Adapter> | undefined;
  const everything = { Person: contractPersons, Household: contractHouseholds };
  const full = (): Promise<Adapter> => {
    shared ??= open(everything);
    return shared;
  };

  function it(test: string, run: () => Promise<void>, unfit?: string): void {
    const reason = skip[test] ?? unfit;
    unused.delete(test);
    if (reason === undefined) runner.it(test, run);
    else runner.it.skip(`${test} (${reason})`, run);
  }

  runner.describe(`registry adapter contract: ${name}`, () => {
    runner.afterAll(async () => {
      for (const adapter of opened) await adapter.close?.();
    });

    runner.describe('filters', () => {
      for (const { name: test, filter, ids } of filterCases) {
        it(test, async () => {
          await findsExactly(await full(), filter, ids);
          const others = contractPersons.map(idOf).filter((id) => !ids.includes(id));
          await findsExactly(await full(), { kind: 'not', filter }, others);
        });
      }
    });

    runner.describe('order and pages', () => {
      for (const order of orderCases) {
        it(`${order.name}: pages by number`, async () => checkPagesByNumber(await full(), order));
        it(`${order.name}: pages by position`, async () => checkPagesByPosition(await full(), order));
      }
      it('pages of a filtered, sorted result', async () => {
        const filter: Filter = { kind: 'exists', attribute: 'children' };
        const ids = ['numbers', 'chidi', 'amina', 'deseret', 'ligature', 'bola'];
        const order: OrderCase = { name: '', sort: [{ attribute: 'children', order: 'desc' }], ids };
        await checkPagesByNumber(await full(), order, filter);
        await checkPagesByPosition(await full(), order, filter);
      });
      it('a page behind the last one is empty and has the count', async () => {
        const adapter = await full();
        for (const sort of [[], [{ attribute: 'score', order: 'asc' }]] as const) {
          for (const number of [3, 2_147_483_647]) {
            const page = await adapter.search({ recordType: 'Person', filter: all, sort, page: { size: 20, number } });
            assert.deepEqual(page, { records: [], totalCount: contractPersons.length });
          }
        }
      });
      it('sorting by an attribute with several values is refused', async () => {
        const sort = [{ attribute: 'phone', order: 'asc' }] as const;
        const adapter = await full();
        await rejects(
          () => adapter.search({ recordType: 'Person', filter: all, sort, page: firstPage }),
          'rjct.sort.invalid',
        );
      });
      it('a position of another sort order is refused', async () => {
        const adapter = await full();
        const after: PagePosition = { values: ['x', 1], key: 1 };
        const query = { recordType: 'Person', filter: all, sort: [], page: { size: 1, after } };
        await rejects(() => adapter.search(query), 'rjct.pagination.invalid');
      });
    });

    runner.describe('records', () => {
      it('come back whole, with integers of any length', async () => {
        const adapter = await full();
        const { records } = await adapter.search({ recordType: 'Person', filter: all, sort: [], page: firstPage });
        assert.deepEqual(records, contractPersons);
      });
      it('of other record types are kept apart', async () => {
        const adapter = await full();
        assert.deepEqual([...adapter.recordTypes].sort(), ['Household', 'Person']);
        const { records } = await adapter.search({ recordType: 'Household', filter: all, sort: [], page: firstPage });
        assert.deepEqual(records, contractHouseholds);
      });
      it('may have attributes of any name', async () => {
        const adapter = await full();
        const cases: readonly (readonly [Filter, string])[] = [
          [compare('size.total', 'eq', 4), 'h1'],
          [compare('size_total', 'eq', 4), 'h2'],
          [compare('size-total', 'contains', 'FOUR'), 'h1'],
          [compare('größe', 'gt', 1), 'h1'],
          [compare('"; DROP TABLE x; --', 'eq', "'; --"), 'h2'],
          [compare('select', 'eq', 'c'), 'h2'],
        ];
        for (const [filter, id] of cases) await findsExactly(adapter, filter, [id], 'Household');
      });
      it('are found by get() at every path, those at the first path first', async () => {
        const adapter = await full();
        const get = async (recordType: string, identifierType: string, value: string) =>
          (await adapter.get(recordType, { identifierType, value }))?.id;
        assert.equal(await get('Person', 'UIN', '1001'), 'amina');
        assert.equal(await get('Person', 'UIN', '1002'), 'bola');
        assert.equal(await get('Person', 'UIN', '1009'), 'chidi');
        assert.equal(await get('Person', 'NATIONAL_ID', '1001'), 'chidi');
        assert.equal(await get('Household', 'UIN', '1001'), 'h1');
        assert.equal(await get('Household', 'UIN', '1009'), undefined);
        assert.equal(await get('Person', 'NATIONAL_ID', '1002'), undefined);
      });
      it('of an unknown type are refused', async () => {
        const adapter = await full();
        const query = { recordType: 'Nobody', filter: all, sort: [], page: firstPage };
        await rejects(() => adapter.search(query), 'rjct.search_criteria.invalid');
        await rejects(() => adapter.count(query), 'rjct.search_criteria.invalid');
        const identifier = { identifierType: 'UIN', value: '1001' };
        await rejects(() => adapter.get('Nobody', identifier), 'rjct.search_criteria.invalid');
      });
    });

    runner.describe('change feed', () => {
      const unfit = keeper === undefined ? 'the contract cannot change its records' : undefined;
      for (const { name: test, run } of feedCases) {
        const feedTest = async () => {
          const adapter = await open({ Person: [keptPerson] });
          if (keeper !== undefined) await run({ adapter, keeper: keeper(adapter) });
        };
        it(test, feedTest, unfit);
      }
      it('has all that it declares tested', async () => {
        const adapter = await full();
        assert.equal(adapter.changes !== undefined, keeper !== undefined, 'changes() is tested with a keeper');
      });
    });

    runner.describe('consents', () => {
      const unfit = consents === undefined ? 'the contract cannot give consents' : undefined;
      for (const { name: test, run } of consentCases) {
        const consentTest = async () => {
          const adapter = await open(everything);
          if (consents !== undefined) await run({ adapter, consents: consents(adapter) });
        };
        it(test, consentTest, unfit);
      }
      it('are supported where that is declared', async () => {
        const adapter = await full();
        assert.equal(
          adapter.supportsConsent === true,
          consents !== undefined,
          'supportsConsent is tested with consents',
        );
      });
    });

    runner.describe('life', () => {
      it('an empty registry answers', async () => {
        const adapter = await open({});
        for (const sort of [[], [{ attribute: 'name', order: 'asc' }]] as const) {
          const page = await adapter.search({ recordType: 'Person', filter: all, sort, page: firstPage });
          assert.deepEqual(page, { records: [], totalCount: 0 });
        }
        assert.equal(await adapter.count({ recordType: 'Person', filter: all }), 0);
        assert.equal(await adapter.get('Person', { identifierType: 'UIN', value: '1001' }), undefined);
      });
      it('a caller who no longer waits gets a timeout', async () => {
        const adapter = await full();
        const query = { recordType: 'Person', filter: all, sort: [], page: firstPage, signal: AbortSignal.abort() };
        await rejects(() => adapter.search(query), 'err.request.timeout');
        await rejects(() => adapter.count(query), 'err.request.timeout');
      });
      it('a source that can be reached passes the check', async () => {
        const adapter = await full();
        await adapter.check?.();
      });
    });
  });

  for (const test of unused) throw new Error(`The contract has no test that could be skipped by this name: ${test}`);
}

const all = constant(true);
const firstPage = { size: 100, number: 1 };

function idOf(record: JsonObject): string {
  return String(record.id);
}

async function rejects(work: () => Promise<unknown>, code: DciErrorCode): Promise<void> {
  await assert.rejects(work, (error: { code?: unknown }) => {
    assert.equal(error.code, code);
    return true;
  });
}

async function findsExactly(
  adapter: RegistryAdapter,
  filter: Filter,
  ids: readonly string[],
  recordType = 'Person',
): Promise<void> {
  const page = await adapter.search({ recordType, filter, sort: [], page: firstPage });
  assert.deepEqual(page.records.map(idOf), ids);
  assert.equal(page.totalCount, ids.length);
  assert.equal(page.next, undefined);
  assert.equal(await adapter.count({ recordType, filter }), ids.length);
}

async function checkPagesByNumber(adapter: RegistryAdapter, { sort, ids }: OrderCase, filter = all): Promise<void> {
  for (let size = 1; size <= ids.length + 1; size += 1) {
    const pages = Math.ceil(ids.length / size);
    for (let number = 1; number <= pages; number += 1) {
      const page = await adapter.search({ recordType: 'Person', filter, sort, page: { size, number } });
      checkPage(page, ids, (number - 1) * size, size);
    }
  }
}

async function checkPagesByPosition(adapter: RegistryAdapter, { sort, ids }: OrderCase, filter = all): Promise<void> {
  for (let size = 1; size <= ids.length + 1; size += 1) {
    let page = await adapter.search({ recordType: 'Person', filter, sort, page: { size, number: 1 } });
    checkPage(page, ids, 0, size);
    for (let start = size; page.next !== undefined; start += size) {
      // A cursor travels as JSON, so a position must survive that.
      const after = JSON.parse(JSON.stringify(page.next)) as PagePosition;
      page = await adapter.search({ recordType: 'Person', filter, sort, page: { size, after } });
      checkPage(page, ids, start, size);
    }
  }
}

function checkPage(page: RecordPage, ids: readonly string[], start: number, size: number): void {
  assert.deepEqual(page.records.map(idOf), ids.slice(start, start + size));
  assert.equal(page.totalCount, ids.length);
  assert.equal(page.next !== undefined, start + size < ids.length, 'next is there on every page but the last');
}
