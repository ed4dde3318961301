import SqliteDatabase from 'better-sqlite3';
import type { Filter } from 'dci-core';
import { describe, expect, it } from 'vitest';
import type { RecordQuery } from '../adapter.ts';
import { everything, person, personRegistry, uinsFound } from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const isFemale: Filter = { kind: 'comparison', attribute: 'sex', operator: 'eq', value: 'f' };
const carries = (value: string): Filter => ({
  kind: 'identifier',
  identifierType: 'UIN',
  values: [value],
  paths: ['identifier', 'related.identifier'],
});

/** A store of 100 persons, half of them female, and the statements that it runs. */
async function observedStore() {
  const statements: string[] = [];
  const database = new SqliteDatabase(':memory:', { verbose: (sql) => statements.push(String(sql)) });
  const store = recordStoreAdapter({ registryType: personRegistry(), database });
  const related = { identifier: [{ identifier_type: 'UIN', identifier_value: 'shared' }] };
  const persons = Array.from({ length: 100 }, (_, number) =>
    person(`${number}`, {
      sex: number % 2 === 0 ? 'f' : 'm',
      birth_date: `19${(number % 90) + 10}-01-01`,
      ...(number < 20 && { related }),
    }),
  );
  await store.import('Person', persons);

  async function search(query: Partial<RecordQuery>) {
    statements.length = 0;
    const page = await store.search({
      recordType: 'Person',
      filter: everything,
      sort: [],
      page: { size: 10, number: 1 },
      ...query,
    });
    const counts = statements.filter((sql) => sql.includes('count(*)')).length;
    const pages = statements.filter((sql) => sql.startsWith('SELECT r.key'));
    return { page, counts, pages };
  }
  return { store, search };
}

describe('a search of the record store', () => {
  it('does not count when its first page holds everything', async () => {
    const { search } = await observedStore();
    const { page, counts, pages } = await search({ filter: carries('5') });
    expect(page.totalCount).toBe(1);
    expect({ counts, pages: pages.length }).toEqual({ counts: 0, pages: 0 });
    const last = await search({ page: { size: 30, number: 4 } });
    expect({ total: last.page.totalCount, counts: last.counts }).toEqual({ total: 100, counts: 0 });
  });

  it('counts once for all pages, and anew after a change', async () => {
    const { store, search } = await observedStore();
    expect((await search({ filter: isFemale })).counts).toBe(1);
    expect((await search({ filter: isFemale, page: { size: 10, number: 2 } })).counts).toBe(0);
    await store.put('Person', person('new', { sex: 'f' }));
    const { page, counts } = await search({ filter: isFemale, page: { size: 10, number: 2 } });
    expect({ total: page.totalCount, counts }).toEqual({ total: 51, counts: 1 });
  });

  it('keeps no count of a search with long values, which would fill the memory', async () => {
    const { search } = await observedStore();
    const filter = (length: number): Filter => ({
      kind: 'not',
      filter: { kind: 'in', attribute: 'surname', values: ['x'.repeat(length)] },
    });
    for (const [length, counts] of [
      [1_000, 0],
      [20_000, 1],
    ] as const) {
      expect((await search({ filter: filter(length) })).counts).toBe(1);
      expect((await search({ filter: filter(length) })).counts).toBe(counts);
    }
  });

  it('walks the sort index when many records match, and sorts when few do', async () => {
    const { search } = await observedStore();
    const sort = [{ attribute: 'birth_date', order: 'asc' }] as const;
    const walking = /INDEXED BY "test__person_a3_birth_date"/;
    const many = await search({ filter: isFemale, sort });
    expect(many.pages).toEqual([expect.stringMatching(walking)]);
    const few = await search({ filter: { kind: 'and', filters: [isFemale, carries('shared')] }, sort });
    expect(few.page.totalCount).toBe(10);
    expect(few.pages).toEqual([expect.not.stringMatching(walking)]);
  });

  it('pages through the few records of one identifier', async () => {
    const { store } = await observedStore();
    const related = { identifier: [{ identifier_type: 'UIN', identifier_value: 'twin' }] };
    for (const uin of ['a', 'b', 'c']) await store.put('Person', person(uin, { related }));
    const uins: string[] = [];
    for (const number of [1, 2, 3]) {
      const query = { recordType: 'Person', filter: carries('twin'), sort: [], page: { size: 2, number } };
      const page = await store.search(query);
      expect(page.totalCount).toBe(3);
      expect(page.next === undefined).toBe(number > 1);
      uins.push(...page.records.map((record) => JSON.stringify(record.identifier)));
      if (page.next !== undefined) {
        const { records } = await store.search({ ...query, page: { size: 2, after: page.next } });
        expect(records.map((record) => JSON.stringify(record.identifier))).toEqual([expect.stringContaining('"c"')]);
      }
    }
    expect(uins).toEqual(['"a"', '"b"', '"c"'].map((uin) => expect.stringContaining(uin)));
  });

  it('follows an identifier to its record, and searches when there are many', async () => {
    const { store, search } = await observedStore();
    expect((await search({ filter: carries('5') })).pages).toEqual([]);
    const withMore: Filter = { kind: 'and', filters: [carries('4'), isFemale] };
    expect((await search({ filter: withMore })).pages).toEqual([expect.stringContaining('r.key IN (5')]);
    const shared = await search({ filter: carries('shared'), page: { size: 30, number: 1 } });
    expect(shared.page.totalCount).toBe(20);
    expect(shared.pages).toEqual([expect.stringContaining('r.key IN (SELECT')]);
    expect(await uinsFound(store, carries('nobody'))).toEqual([]);
    const both: Filter = { kind: 'and', filters: [carries('shared'), carries('4'), isFemale] };
    expect(await uinsFound(store, both)).toEqual(['4']);
    expect(await uinsFound(store, { kind: 'and', filters: [carries('3'), isFemale] })).toEqual([]);
  });
});
