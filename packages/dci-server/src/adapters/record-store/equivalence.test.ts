import { deepStrictEqual } from 'node:assert/strict';
import {
  crvs,
  dr,
  type Filter,
  fr,
  ibr,
  type JsonObject,
  type RecordType,
  type RegistryType,
  type SortKey,
  social,
} from 'dci-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { filterArbitrary, recordArbitrary, sortArbitrary } from '../../../../dci-core/src/query/filter.fixtures.ts';
import { testRegistryType } from '../../../../dci-core/src/query/registry-type.fixtures.ts';
import type { PageRequest, RegistryAdapter } from '../adapter.ts';
import { memoryAdapter } from '../memory-adapter.ts';
import type { RecordStore } from './record-store.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const seed = Number(process.env.DCI_TEST_SEED ?? Date.now() % 2 ** 31);
const recordsPerType = 200;

interface Query {
  readonly filter: Filter;
  readonly sort: readonly SortKey[];
  readonly size: number;
  /** Where in the result the page lies that is asked for by number, from 0 to 1. */
  readonly place: number;
}

function queryArbitrary(recordType: RecordType, registryType: RegistryType): fc.Arbitrary<Query> {
  return fc.record({
    filter: filterArbitrary(recordType, registryType),
    sort: sortArbitrary(recordType),
    size: fc.integer({ min: 1, max: 25 }),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
  });
}

function idsOf(records: readonly JsonObject[]): readonly unknown[] {
  return records.map(({ id }) => id);
}

async function compare(memory: RegistryAdapter, store: RegistryAdapter, recordType: string, query: Query) {
  const { filter, sort, size, place } = query;
  const search = (adapter: RegistryAdapter, page: PageRequest) => adapter.search({ recordType, filter, sort, page });
  const { records, totalCount } = await search(memory, { size: recordsPerType, number: 1 });
  const all = idsOf(records);
  deepStrictEqual(await store.count({ recordType, filter }), totalCount);

  const number = 1 + Math.floor((place * totalCount) / size);
  const numbered = await search(store, { size, number });
  deepStrictEqual(idsOf(numbered.records), all.slice((number - 1) * size, number * size));
  deepStrictEqual(numbered.totalCount, totalCount);
  deepStrictEqual(numbered.next !== undefined, number * size < totalCount);
  if (numbered.next === undefined) return;

  const following = await search(store, { size, after: numbered.next });
  deepStrictEqual(idsOf(following.records), all.slice(number * size, (number + 1) * size));
  deepStrictEqual(following.totalCount, totalCount);
  deepStrictEqual(following.next !== undefined, (number + 1) * size < totalCount);
}

for (const [registryType, queries] of [
  [testRegistryType, 500],
  [social, 5000],
  [crvs, 200],
  [ibr, 200],
  [dr, 200],
  [fr, 200],
] as const) {
  describe(`memory and record store agree on ${registryType.name} (DCI_TEST_SEED=${seed})`, () => {
    const records = Object.fromEntries(
      registryType.recordTypes.map((recordType) => [
        recordType.name,
        fc
          .sample(recordArbitrary(recordType, registryType), { numRuns: recordsPerType, seed })
          // fast-check makes objects without prototype, which no JSON reader does.
          .map((record, id) => JSON.parse(JSON.stringify({ id, ...record })) as JsonObject),
      ]),
    );
    const memory = memoryAdapter({ registryType, records });
    let store: RecordStore;

    beforeAll(async () => {
      store = recordStoreAdapter({ registryType, file: ':memory:' });
      // Random identifiers repeat, which here must not make records replace each other.
      for (const [name, list] of Object.entries(records)) await store.import(name, list, { identifiedBy: [] });
    });
    afterAll(() => store.close());

    const runs = Math.ceil(queries / registryType.recordTypes.length);
    for (const recordType of registryType.recordTypes) {
      it(`${recordType.name}: ${runs} random queries`, async () => {
        await fc.assert(
          fc.asyncProperty(queryArbitrary(recordType, registryType), (query) =>
            compare(memory, store, recordType.name, query),
          ),
          { numRuns: runs, seed },
        );
      });
    }
  });
}
