import { statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import type { Filter, JsonObject } from 'dci-core';
import { afterAll, describe, expect, it } from 'vitest';
import { testRegistryAdapter } from '../../testing/adapter-contract.ts';
import {
  everything,
  person,
  personAttributes,
  personRegistry,
  temporaryFiles,
  uinsFound,
} from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const newFile = temporaryFiles();

testRegistryAdapter({
  name: 'record store',
  create: async (registryType, records) => {
    const store = recordStoreAdapter({ registryType, file: newFile() });
    for (const [recordType, list] of Object.entries(records)) await store.import(recordType, list);
    return store;
  },
  keeper: (store) => store,
  consents: (store) => store,
  runner: { describe, it, afterAll },
});

function inMemory(...records: JsonObject[]) {
  const store = recordStoreAdapter({ registryType: personRegistry(), file: ':memory:' });
  return store.import('Person', records).then(() => store);
}

const surname = (value: string): Filter => ({ kind: 'comparison', attribute: 'surname', operator: 'eq', value });
const phone = (value: string): Filter => ({ kind: 'comparison', attribute: 'phone', operator: 'eq', value });

describe('a record store that is written to', () => {
  it('replaces a record by identifier, which keeps its place', async () => {
    const store = await inMemory(person('1', { phone: ['10', '11'] }), person('2'), person('3'));
    expect(await store.put('Person', person('1', { name: { surname: 'New' }, phone: ['11', '12'] }))).toBe('replaced');
    expect(await store.put('Person', person('4'))).toBe('inserted');
    expect(await uinsFound(store)).toEqual(['1', '2', '3', '4']);
    expect(await uinsFound(store, surname('New'))).toEqual(['1']);
    expect(await uinsFound(store, phone('10'))).toEqual([]);
    expect(await uinsFound(store, phone('12'))).toEqual(['1']);
  });

  it('deletes a record with all that it is found by', async () => {
    const store = await inMemory(person('1', { phone: '10' }), person('2'));
    expect(await store.delete('Person', { identifierType: 'UIN', value: '1' })).toBe(true);
    expect(await store.delete('Person', { identifierType: 'UIN', value: '1' })).toBe(false);
    expect(await uinsFound(store)).toEqual(['2']);
    expect(await uinsFound(store, phone('10'))).toEqual([]);
    expect(await store.get('Person', { identifierType: 'UIN', value: '1' })).toBeUndefined();
  });

  it('never gives the place of a deleted record to a new one', async () => {
    const store = await inMemory(person('1'), person('2'), person('3'));
    const query = { recordType: 'Person', filter: everything, sort: [] };
    const { next: after } = await store.search({ ...query, page: { size: 2, number: 1 } });
    for (const value of ['2', '3']) await store.delete('Person', { identifierType: 'UIN', value });
    await store.put('Person', person('4'));
    if (after === undefined) throw new Error('there must be a next page');
    const rest = await store.search({ ...query, page: { size: 2, after } });
    expect(rest).toEqual({ records: [person('4')], totalCount: 2 });
  });

  it('recognises records only by identifiers at the first path', async () => {
    const related = [{ identifier: [{ identifier_type: 'UIN', identifier_value: '1' }] }];
    const store = await inMemory(person('1'), person('2', { related }), person('3', { related }));
    expect(await store.put('Person', person('1', { sex: 'f' }))).toBe('replaced');
    expect(await store.delete('Person', { identifierType: 'UIN', value: '1' })).toBe(true);
    expect(await uinsFound(store)).toEqual(['2', '3']);
  });

  it('recognises records only by the identifier types that it is told', async () => {
    const ofHousehold = (uin: string) => ({
      identifier: [
        ...(person(uin).identifier as JsonObject[]),
        { identifier_type: 'HOUSEHOLD', identifier_value: '7' },
      ],
    });
    const store = await inMemory();
    const options = { identifiedBy: ['UIN'] };
    expect(await store.import('Person', [ofHousehold('1'), ofHousehold('2'), ofHousehold('1')], options)).toEqual({
      inserted: 2,
      replaced: 1,
    });
    await expect(store.put('Person', ofHousehold('3'))).rejects.toMatchObject({ code: 'err.state.conflict' });
    await expect(store.delete('Person', { identifierType: 'HOUSEHOLD', value: '7' })).rejects.toMatchObject({
      code: 'err.state.conflict',
    });
  });

  it('imports any iterable in batches, and again without doubling', async () => {
    const store = await inMemory();
    const progress: number[] = [];
    async function* records() {
      for (let number = 1; number <= 25; number += 1) yield person(String(number));
    }
    const options = { batchSize: 10, onProgress: (count: number) => progress.push(count) };
    expect(await store.import('Person', records(), options)).toEqual({ inserted: 25, replaced: 0 });
    expect(progress).toEqual([10, 20, 25]);
    expect(await store.import('Person', records())).toEqual({ inserted: 0, replaced: 25 });
    expect(await uinsFound(store)).toHaveLength(25);
  });

  it('writes a batch with a bad record not at all', async () => {
    const store = await inMemory();
    const bad = [['no object'], 'text', null, 5].map((value) => value as unknown as JsonObject);
    for (const record of bad) {
      await expect(store.import('Person', [person('1'), record])).rejects.toMatchObject({ code: 'err.request.bad' });
    }
    expect(await uinsFound(store)).toEqual([]);
  });

  it('refuses what could never be written as JSON again', async () => {
    const store = await inMemory();
    for (const value of ['\ud800', 'a\0b', Number.POSITIVE_INFINITY, Number.NaN]) {
      await expect(store.put('Person', person('1', { value }))).rejects.toMatchObject({ code: 'err.request.bad' });
    }
    const legal = person('2', { value: '\\ud800 \\u0000 \u2028 \u{1f33e}' });
    await store.put('Person', legal);
    expect(await store.get('Person', { identifierType: 'UIN', value: '2' })).toEqual(legal);
  });

  it('runs a transaction wholly or not at all', async () => {
    const store = await inMemory(person('1'));
    const work = store.transaction((transaction) => {
      transaction.put('Person', person('2'));
      transaction.delete('Person', { identifierType: 'UIN', value: '1' });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await uinsFound(store)).toEqual(['1']);
    expect(
      await store.transaction((transaction) => {
        transaction.put('Person', person('2'));
        return transaction.delete('Person', { identifierType: 'UIN', value: '1' });
      }),
    ).toBe(true);
    expect(await uinsFound(store)).toEqual(['2']);
  });

  it('numbers every change, also over several connections', async () => {
    const file = newFile();
    const stores = [1, 2].map(() => recordStoreAdapter({ registryType: personRegistry(), file }));
    for (const [index, store] of stores.entries()) {
      await store.put('Person', person(`${index}a`));
      await store.put('Person', person(`${index}b`));
      await store.put('Person', person(`${index}a`, { sex: 'f' }));
      await store.delete('Person', { identifierType: 'UIN', value: `${index}b` });
    }
    for (const store of stores) await store.close();
    const database = new SqliteDatabase(file);
    expect(database.prepare('SELECT change FROM test__person__document ORDER BY key').pluck().all()).toEqual([3, 7]);
    expect(database.prepare('SELECT last FROM record_store_change').pluck().get()).toBe(8);
    database.close();
  });

  it('finds all rows of a record even when they are not those of its document', async () => {
    const file = newFile();
    const store = recordStoreAdapter({ registryType: personRegistry(), file });
    await store.put('Person', person('1', { phone: ['10'] }));
    const other = new SqliteDatabase(file);
    other.exec("UPDATE test__person__value SET folded = 'x', value = 'x'");
    await store.delete('Person', { identifierType: 'UIN', value: '1' });
    for (const table of ['test__person', 'test__person__value', 'test__person__identifier']) {
      expect(other.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    }
    other.close();
    await store.close();
  });
});

describe('a record store and its database', () => {
  it('takes either a file or a database', () => {
    const registryType = personRegistry();
    const database = new SqliteDatabase(':memory:');
    for (const options of [{ registryType }, { registryType, database, file: ':memory:' }]) {
      expect(() => recordStoreAdapter(options)).toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
    }
    database.close();
  });

  it('shares a database with others and leaves it open', async () => {
    const database = new SqliteDatabase(':memory:');
    const one = recordStoreAdapter({ registryType: personRegistry(), database });
    const two = recordStoreAdapter({ registryType: personRegistry(personAttributes, 'other'), database });
    await one.import('Person', [person('1')]);
    await two.import('Person', [person('2')]);
    expect(await uinsFound(one)).toEqual(['1']);
    expect(await uinsFound(two)).toEqual(['2']);
    await one.close();
    expect(await uinsFound(two)).toEqual(['2']);
    await two.close();
    expect(database.open).toBe(true);
    database.close();
  });

  it('keeps its file from other users', async () => {
    const file = newFile();
    const store = recordStoreAdapter({ registryType: personRegistry(), file });
    await store.put('Person', person('1'));
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(file + suffix).mode & 0o077).toBe(0);
    await store.close();
  });

  it('answers searches while another connection writes', async () => {
    const file = newFile();
    const store = recordStoreAdapter({ registryType: personRegistry(), file });
    await store.put('Person', person('1'));
    const other = new SqliteDatabase(file);
    other.exec('BEGIN IMMEDIATE; DELETE FROM test__person');
    expect(await uinsFound(store)).toEqual(['1']);
    other.exec('COMMIT');
    expect(await uinsFound(store)).toEqual([]);
    other.close();
    await store.close();
  });

  it('counts anew after another connection has written', async () => {
    const file = newFile();
    const [one, two] = [1, 2].map(() => recordStoreAdapter({ registryType: personRegistry(), file }));
    if (one === undefined || two === undefined) throw new Error('there are two');
    expect(await one.count({ recordType: 'Person', filter: everything })).toBe(0);
    await two.put('Person', person('1'));
    expect(await one.count({ recordType: 'Person', filter: everything })).toBe(1);
    await one.close();
    await two.close();
  });

  it('says that it is busy when another connection keeps it from writing', async () => {
    const file = newFile();
    const database = new SqliteDatabase(file, { timeout: 1 });
    const store = recordStoreAdapter({ registryType: personRegistry(), database });
    const other = new SqliteDatabase(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.put('Person', person('1'))).rejects.toMatchObject({ code: 'err.service.unavailable' });
    other.close();
    database.close();
  });

  it('fails the check once it is closed', async () => {
    const store = await inMemory();
    await expect(store.check?.()).resolves.toBeUndefined();
    await store.close();
    await expect(store.check?.()).rejects.toThrow();
  });
});

describe('the time limit of a record store', () => {
  const many = Array.from({ length: 20_000 }, (_, number) => ({ name: { surname: `Name ${number}` } }));
  const contains: Filter = { kind: 'comparison', attribute: 'surname', operator: 'contains', value: 'nothing' };

  it('ends a search that takes too long, and nothing else', async () => {
    let now = 0;
    const slow = { now: () => (now += 60) };
    const database = new SqliteDatabase(':memory:');
    const options = { registryType: personRegistry(), database, statementTimeout: 100 };
    const patient = recordStoreAdapter({ ...options, clock: { now: () => 0 } });
    const hurried = recordStoreAdapter({ ...options, clock: slow });
    // Yet another store on the same connection must not undo the limit.
    recordStoreAdapter({
      ...options,
      registryType: personRegistry(personAttributes, 'other'),
      clock: { now: () => 0 },
    });
    await hurried.import('Person', many);
    await hurried.put('Person', person('1'));

    const query = { recordType: 'Person', filter: contains };
    const sorted = { ...query, sort: [{ attribute: 'surname', order: 'asc' }], page: { size: 1, number: 1 } } as const;
    await expect(hurried.count(query)).rejects.toMatchObject({ code: 'err.request.timeout' });
    await expect(hurried.search(sorted)).rejects.toMatchObject({ code: 'err.request.timeout' });
    expect(await hurried.get('Person', { identifierType: 'UIN', value: '1' })).toEqual(person('1'));
    expect(await hurried.put('Person', person('1'))).toBe('replaced');
    expect(await patient.count(query)).toBe(0);
    database.close();
  });

  it('also holds for attributes with several values', async () => {
    let now = 0;
    const clock = { now: () => (now += 60) };
    const store = recordStoreAdapter({
      registryType: personRegistry(),
      file: ':memory:',
      clock,
      statementTimeout: 100,
    });
    await store.import('Person', [person('1', { phone: Array.from({ length: 20_000 }, (_, number) => `${number}`) })]);
    const filter: Filter = { kind: 'comparison', attribute: 'phone', operator: 'endsWith', value: 'nothing' };
    await expect(store.count({ recordType: 'Person', filter })).rejects.toMatchObject({ code: 'err.request.timeout' });
  });
});
