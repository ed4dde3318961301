import { existsSync, statSync, writeFileSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import type { JsonObject } from 'dci-core';
import { afterAll, describe, expect, it } from 'vitest';
import { testRegistryAdapter } from '../../testing/adapter-contract.ts';
import { buildRecordStore, type FirstRecord } from './build-record-store.ts';
import { everything, person, personRegistry, temporaryFiles, uinsFound } from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const newFile = temporaryFiles();
const registryType = personRegistry();

const first = (...records: readonly JsonObject[]): readonly FirstRecord[] =>
  records.map((record) => ({ recordType: 'Person', record }));

testRegistryAdapter({
  name: 'record store that was built',
  create: async (type, records) => {
    const file = newFile();
    const list = Object.entries(records).flatMap(([recordType, each]) =>
      each.map((record) => ({ recordType, record })),
    );
    await buildRecordStore({ registryType: type, file, records: list });
    return recordStoreAdapter({ registryType: type, file });
  },
  keeper: (store) => store,
  consents: (store) => store,
  runner: { describe, it, afterAll },
});

/** Everything in the file but what is made at random or by time. */
function contentOf(file: string): unknown {
  const database = new SqliteDatabase(file, { readonly: true });
  const tables = database
    .prepare<[], [string, string]>(
      "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> 'record_store_feed_state'",
    )
    .raw()
    .all()
    .sort();
  const rows = tables
    .filter(([, sql]) => sql.startsWith('CREATE TABLE'))
    .map(([name]) => [name, database.prepare(`SELECT * FROM "${name}"`).raw().all()]);
  database.close();
  return { tables, rows };
}

describe('buildRecordStore', () => {
  it('makes the same file as an import', async () => {
    const twice = { identifier_type: 'UIN', identifier_value: '3' };
    const records = [
      person('2', { name: { surname: 'Ona' }, phone: ['2', '1'], weight: [3, 2.5] }),
      person('1', { sex: 'F', serial: 123456789012345678901234567890n, phone: '1' }),
      { identifier: [twice, twice] },
    ];
    const indexes = { Person: [['sex', 'birth_date']] };
    const [built, imported] = [newFile(), newFile()];
    const progress: number[] = [];
    const onProgress = (count: number) => progress.push(count);
    const options = { registryType, indexes };
    expect(
      await buildRecordStore({ ...options, file: built, records: first(...records), onProgress, batchSize: 2 }),
    ).toBe(3);
    expect(progress).toEqual([2, 3]);
    const store = recordStoreAdapter({ ...options, file: imported });
    await store.import('Person', records, { changes: 'none' });
    await store.close();
    expect(contentOf(built)).toEqual(contentOf(imported));
  });

  it('makes a store that is written to like any other, whose feed has nothing yet', async () => {
    const file = newFile();
    await buildRecordStore({ registryType, file, records: first(person('1', { phone: '1' }), person('2')) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const store = recordStoreAdapter({ registryType, file });
    expect(await store.changes?.('', 10)).toMatchObject({ changes: [] });
    expect(await store.put('Person', person('1', { phone: '3' }))).toBe('replaced');
    expect(await store.put('Person', person('4'))).toBe('inserted');
    expect(await uinsFound(store)).toEqual(['1', '2', '4']);
    const phone = { kind: 'comparison', attribute: 'phone', operator: 'eq', value: '1' } as const;
    expect(await uinsFound(store, phone)).toEqual([]);
    expect((await store.changes?.('', 10))?.changes.map(({ kind }) => kind)).toEqual(['updated', 'created']);
    await store.close();
  });

  it('keeps the consents that come with the records', async () => {
    const file = newFile();
    const consents = [{ recipient: '*', purpose: 'eligibility' }];
    const records = [{ recordType: 'Person', record: person('1'), consents }, ...first(person('2'))];
    await buildRecordStore({ registryType, file, records, clock: { now: () => 7 } });
    const store = recordStoreAdapter({ registryType, file });
    expect(await store.listConsents('Person', { identifierType: 'UIN', value: '1' })).toEqual([
      { recipient: '*', purpose: 'eligibility', grantedAt: 7 },
    ]);
    const consent = { recipient: 'mis.example', purpose: 'eligibility', at: 8 };
    expect(await store.count({ recordType: 'Person', filter: everything, consent })).toBe(1);
    await store.close();
  });

  it('takes no file that is there', async () => {
    const file = newFile();
    writeFileSync(file, 'mine');
    await expect(buildRecordStore({ registryType, file, records: [] })).rejects.toMatchObject({
      code: 'err.state.conflict',
    });
    expect(statSync(file).size).toBe(4);
  });

  it.each<[string, FirstRecord]>([
    ['rjct.search_criteria.invalid', { recordType: 'Boat', record: person('1') }],
    ['err.request.bad', { recordType: 'Person', record: [] as unknown as JsonObject }],
    ['err.request.bad', { recordType: 'Person', record: person('1', { value: '\ud800' }) }],
    ['err.request.bad', { recordType: 'Person', record: person('1'), consents: [{ recipient: '', purpose: 'x' }] }],
  ])('that fails with %s leaves nothing under the name, and the next one succeeds', async (code, bad) => {
    const file = newFile();
    await expect(buildRecordStore({ registryType, file, records: [...first(person('0')), bad] })).rejects.toMatchObject(
      {
        code,
      },
    );
    expect(existsSync(file)).toBe(false);
    expect(await buildRecordStore({ registryType, file, records: first(person('0')) })).toBe(1);
    expect(existsSync(`${file}.building`)).toBe(false);
  });
});
