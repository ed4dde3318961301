import SqliteDatabase from 'better-sqlite3';
import type { Clock } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { person, personAttributes, personRegistry, temporaryFiles, uinsFound } from './record-store.fixtures.ts';
import type { RecordStore, RecordStoreOptions } from './record-store.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const newFile = temporaryFiles();
const day = 86_400_000;

interface SetClock extends Clock {
  time: number;
}

const clockAt = (time: number): SetClock => ({
  time,
  now() {
    return this.time;
  },
});

function open(file: string, options: Partial<RecordStoreOptions> = {}): RecordStore {
  return recordStoreAdapter({ registryType: personRegistry(), file, ...options });
}

async function changesOf(store: RecordStore, since: string | undefined) {
  const page = await store.changes?.(since, 1000);
  if (page === undefined) throw new Error('the store has no feed');
  return page;
}

const now = async (store: RecordStore) => (await changesOf(store, undefined)).position;
const uin = (value: string) => ({ identifierType: 'UIN', value });

async function kinds(store: RecordStore, since: string | undefined): Promise<readonly string[]> {
  return (await changesOf(store, since)).changes.map(({ kind }) => kind);
}

describe('the change log of a record store', () => {
  it('is written with the change or not at all', async () => {
    const store = open(newFile());
    const since = await now(store);
    let calls = 0;
    store.onChange?.(() => {
      calls += 1;
    });
    await expect(
      store.transaction(({ put }) => {
        put('Person', person('1'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect([await kinds(store, since), calls]).toEqual([[], 0]);
    await store.transaction(({ put, delete: remove }) => {
      put('Person', person('1'));
      put('Person', person('1', { sex: 'female' }));
      remove('Person', uin('1'));
    });
    expect([await kinds(store, since), calls]).toEqual([['created', 'updated', 'deleted'], 1]);
    await store.close();
  });

  it('tells of imported records, unless they are a first fill', async () => {
    const store = open(newFile());
    const since = await now(store);
    await store.import('Person', [person('1'), person('2')], { changes: 'none' });
    expect(await kinds(store, since)).toEqual([]);
    await store.import('Person', [person('2'), person('3')]);
    expect((await changesOf(store, since)).changes.map(({ kind, record }) => [kind, record])).toEqual([
      ['created', person('3')],
    ]);
    await store.close();
  });

  it('is seen by another connection to the file, and is there when the file is opened again', async () => {
    const file = newFile();
    const one = open(file);
    const other = open(file);
    const since = await now(one);
    await one.put('Person', person('1'));
    expect(await kinds(other, since)).toEqual(['created']);
    await one.close();
    await other.close();
    const again = open(file);
    expect(await kinds(again, since)).toEqual(['created']);
    await again.close();
  });

  it('begins in a file that was written before there were change logs', async () => {
    const file = newFile();
    const before = open(file);
    await before.import('Person', [person('1')]);
    await before.close();
    const database = new SqliteDatabase(file);
    database.exec('DROP TABLE record_store_feed; DROP TABLE record_store_feed_state; DROP TABLE test__person__consent');
    database.close();
    const store = open(file);
    const since = await now(store);
    await store.put('Person', person('1', { sex: 'female' }));
    expect((await changesOf(store, since)).changes).toMatchObject([{ kind: 'updated', previous: person('1') }]);
    expect(await store.grantConsent('Person', uin('1'), { recipient: '*', purpose: 'x' })).toBe(true);
    await store.close();
  });

  it('keeps 30 days, and forgets also while it is only read', async () => {
    const clock = clockAt(100 * day);
    const store = open(newFile(), { clock });
    const since = await now(store);
    await store.put('Person', person('1'));
    clock.time += 2 * day;
    await store.put('Person', person('2'));
    clock.time += 28 * day + 1;
    expect(await changesOf(store, since)).toMatchObject({ isIncomplete: true, changes: [{ record: person('2') }] });
    clock.time += 2 * day;
    const { position, ...rest } = await changesOf(store, since);
    expect(rest).toEqual({ isIncomplete: true, changes: [] });
    expect(await changesOf(store, position)).toEqual({ changes: [], position });
    await store.close();
  });

  it('forgets when it is opened, by age and by number', async () => {
    const file = newFile();
    const clock = clockAt(100 * day);
    const store = open(file, { clock });
    const since = await now(store);
    for (const value of ['1', '2', '3', '4']) await store.put('Person', person(value));
    await store.close();
    const short = open(file, { clock, keepChanges: { rows: 3 } });
    expect((await changesOf(short, since)).changes).toHaveLength(3);
    await short.close();
    clock.time += 2 * day;
    const old = open(file, { clock, keepChanges: { days: 1 } });
    expect((await changesOf(old, since)).changes).toEqual([]);
    expect(await uinsFound(old)).toEqual(['1', '2', '3', '4']);
    await old.close();
  });

  it('forgets on request, and a position after that is whole', async () => {
    const clock = clockAt(0);
    const store = open(newFile(), { clock });
    const start = await now(store);
    await store.put('Person', person('1'));
    const since = await now(store);
    clock.time = 1000;
    await store.put('Person', person('2'));
    expect(await store.pruneChanges(1000)).toBe(1);
    expect(await changesOf(store, since)).toEqual({
      changes: [expect.objectContaining({ record: person('2') })],
      position: await now(store),
    });
    expect((await changesOf(store, start)).isIncomplete).toBe(true);
    expect(await store.pruneChanges(1000)).toBe(0);
    await store.close();
  });

  it('forgets from the beginning only, also when the clock went back', async () => {
    const clock = clockAt(2000);
    const store = open(newFile(), { clock });
    const since = await now(store);
    await store.put('Person', person('1'));
    clock.time = 1000;
    await store.put('Person', person('2'));
    expect(await store.pruneChanges(1500)).toBe(0);
    expect(await kinds(store, since)).toEqual(['created', 'created']);
    await store.close();
  });

  it('does not take the position of another file for its own', async () => {
    const [one, other] = [open(newFile()), open(newFile())];
    await one.put('Person', person('1'));
    await one.put('Person', person('2'));
    await other.put('Person', person('3'));
    expect(await changesOf(other, await now(one))).toMatchObject({
      isIncomplete: true,
      changes: [{ record: person('3') }],
    });
    const [change] = (await changesOf(one, '')).changes;
    expect((await changesOf(other, '')).changes.map(({ changeId }) => changeId)).not.toContain(change?.changeId);
    await one.close();
    await other.close();
  });

  it('begins with the oldest change from a position that lies ahead, of a newer copy of the file', async () => {
    const store = open(newFile());
    await store.put('Person', person('1'));
    const ahead = (await now(store)).replace(/\d+$/, '99');
    expect(await changesOf(store, ahead)).toMatchObject({ isIncomplete: true, changes: [{ record: person('1') }] });
    await store.close();
  });

  it('can be off, and is another feed when it is on again', async () => {
    const file = newFile();
    const first = open(file);
    const since = await now(first);
    await first.put('Person', person('1'));
    await first.close();
    const off = open(file, { changes: 'off' });
    expect([off.changes, off.onChange]).toEqual([undefined, undefined]);
    await off.put('Person', person('2'));
    expect(await off.pruneChanges(0)).toBe(0);
    await off.close();
    const again = open(file);
    await again.put('Person', person('3'));
    expect(await changesOf(again, since)).toMatchObject({ isIncomplete: true, changes: [{ record: person('3') }] });
    await again.close();
  });

  it('is apart from that of another registry in the same database', async () => {
    const database = new SqliteDatabase(':memory:');
    const stores = ['one', 'two'].map((name) =>
      recordStoreAdapter({ registryType: personRegistry(personAttributes, name), database }),
    );
    const [one, two] = stores;
    if (one === undefined || two === undefined) throw new Error('no stores');
    const since = await now(two);
    await one.put('Person', person('1'));
    await two.put('Person', person('2'));
    await one.put('Person', person('3'));
    expect((await changesOf(two, since)).changes.map(({ record }) => record)).toEqual([person('2')]);
    expect(await two.pruneChanges(Number.MAX_SAFE_INTEGER)).toBe(1);
    expect((await changesOf(one, '')).changes).toHaveLength(2);
    database.close();
  });

  it('holds more changes than are forgotten at once', async () => {
    const store = open(newFile());
    await store.import(
      'Person',
      Array.from({ length: 10_001 }, (_, value) => person(`${value}`)),
    );
    expect(await store.pruneChanges(Number.MAX_SAFE_INTEGER)).toBe(10_001);
    await store.close();
  });
});

describe('consents of a record store', () => {
  it('stay when the documents are indexed again, and count at once', async () => {
    const file = newFile();
    const store = open(file);
    await store.import('Person', [person('1'), person('2')]);
    const given = { recipient: 'mis.example', purpose: 'eligibility' };
    await store.transaction(({ grantConsent, revokeConsent }) => {
      expect(grantConsent('Person', uin('1'), given)).toBe(true);
      expect(grantConsent('Person', uin('2'), given)).toBe(true);
      expect(grantConsent('Person', uin('3'), given)).toBe(false);
      expect(revokeConsent('Person', uin('2'), given)).toBe(true);
    });
    await store.close();
    const registryType = personRegistry({ nickname: { type: 'string', path: 'nickname' }, ...personAttributes });
    const again = recordStoreAdapter({ registryType, file });
    const query = {
      recordType: 'Person',
      filter: { kind: 'constant', value: true },
      consent: { ...given, at: 0 },
    } as const;
    expect(await again.count(query)).toBe(1);
    await again.grantConsent('Person', uin('2'), given);
    expect(await again.count(query)).toBe(2);
    await again.close();
  });
});
