import SqliteDatabase from 'better-sqlite3';
import type { AttributeTable, CodeList, Filter, LogFields, Logger } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { person, personAttributes, personRegistry, temporaryFiles, uinsFound } from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const newFile = temporaryFiles();
const records = [
  person('1', { name: { surname: 'Ona' }, sex: 'F', birth_date: '1990-01-01', phone: ['1', '2'], nickname: 'Zed' }),
  person('2', { name: { surname: 'Abe' }, sex: 'M', phone: '3', nickname: ['Yen', 'Xi'] }),
];

function logTo(lines: LogFields[]): Logger {
  const ignore = () => undefined;
  const logger: Logger = {
    debug: ignore,
    info: (fields) => lines.push(fields),
    warn: ignore,
    error: ignore,
    child: () => logger,
  };
  return logger;
}

/** Opens a store in the file, hands it to the work, and closes it. */
async function withStore<T>(
  file: string,
  attributes: AttributeTable,
  work: (store: ReturnType<typeof recordStoreAdapter>, indexedAgain: readonly LogFields[]) => Promise<T>,
): Promise<T> {
  const lines: LogFields[] = [];
  const store = recordStoreAdapter({ registryType: personRegistry(attributes), file, logger: logTo(lines) });
  const result = await work(store, lines);
  await store.close();
  return result;
}

async function filled(): Promise<string> {
  const file = newFile();
  await withStore(file, personAttributes, (store) => store.import('Person', records));
  return file;
}

const equals = (attribute: string, value: string): Filter => ({ kind: 'comparison', attribute, operator: 'eq', value });

describe('a record store whose file was written under another attribute table', () => {
  it('is opened as it is when nothing changed', async () => {
    const file = await filled();
    await withStore(file, { ...personAttributes }, async (store, indexedAgain) => {
      expect(indexedAgain).toEqual([]);
      expect(await uinsFound(store, equals('surname', 'Ona'))).toEqual(['1']);
    });
  });

  it('indexes the documents again for a new attribute', async () => {
    const file = await filled();
    const attributes: AttributeTable = {
      nickname: { type: 'string', path: 'nickname', many: true },
      ...personAttributes,
    };
    await withStore(file, attributes, async (store, indexedAgain) => {
      expect(indexedAgain).toEqual([{ record_type: 'Person', count: 2 }]);
      expect(await uinsFound(store)).toEqual(['1', '2']);
      expect(await uinsFound(store, equals('nickname', 'Xi'))).toEqual(['2']);
      expect(await uinsFound(store, equals('phone', '2'))).toEqual(['1']);
      expect(await store.put('Person', person('2'))).toBe('replaced');
      expect(await uinsFound(store, equals('nickname', 'Xi'))).toEqual([]);
    });
    await withStore(file, attributes, async (_store, indexedAgain) => expect(indexedAgain).toEqual([]));
  });

  const list = (entries: Record<string, string>): CodeList => ({
    name: 'sex',
    entries,
    toCode: (text) => entries[text],
    toLabel: () => undefined,
  });
  const changed: readonly (readonly [string, AttributeTable, Filter, readonly string[]])[] = [
    ['path', { ...personAttributes, surname: { type: 'string', path: 'nickname' } }, equals('surname', 'Zed'), ['1']],
    [
      'type',
      { ...personAttributes, birth_date: { type: 'datetime', path: 'birth_date' } },
      equals('birth_date', '1990-01-01T00:00:00.000Z'),
      ['1'],
    ],
    ['number of values', { ...personAttributes, phone: { type: 'string', path: 'phone' } }, equals('phone', '2'), []],
    [
      'code list',
      { ...personAttributes, sex: { type: 'code', path: 'sex', codeList: list({ F: 'female' }) } },
      equals('sex', 'female'),
      ['1'],
    ],
    [
      'order of the attributes',
      Object.fromEntries(Object.entries(personAttributes).reverse()),
      equals('surname', 'Abe'),
      ['2'],
    ],
    ['a constant', { ...personAttributes, sex: { type: 'code', constant: 'x' } }, equals('sex', 'x'), ['1', '2']],
  ];
  it.each(changed)('indexes the documents again for another %s', async (_what, attributes, filter, uins) => {
    const file = await filled();
    await withStore(file, attributes, async (store, indexedAgain) => {
      expect(indexedAgain).toHaveLength(1);
      expect(await uinsFound(store, filter)).toEqual(uins);
    });
  });

  it('indexes more documents than are read at once', async () => {
    const file = newFile();
    const many = Array.from({ length: 1201 }, (_, number) => person(`${number}`, { nickname: `${number}` }));
    await withStore(file, personAttributes, (store) => store.import('Person', many));
    const attributes: AttributeTable = { nickname: { type: 'string', path: 'nickname' } };
    await withStore(file, attributes, async (store, indexedAgain) => {
      expect(indexedAgain).toEqual([{ record_type: 'Person', count: 1201 }]);
      for (const value of ['0', '500', '1200'])
        expect(await uinsFound(store, equals('nickname', value))).toEqual([value]);
    });
  });
});

describe('compound indexes', () => {
  const open = (file: string, lists: readonly (readonly string[])[]) =>
    recordStoreAdapter({ registryType: personRegistry(), file, indexes: { Person: lists } });

  function indexesOf(file: string): readonly unknown[] {
    const database = new SqliteDatabase(file, { readonly: true });
    const sql =
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'test__person' AND name LIKE '%sex%'";
    const names = database.prepare(sql).pluck().all();
    database.close();
    return names;
  }

  it('are created when they are asked for, and dropped when they no longer are', async () => {
    const file = newFile();
    await open(file, [['sex', 'birth_date']]).close();
    expect(indexesOf(file)).toEqual(['test__person_a2_sex', 'test__person_a2_sex_a3_birth_date']);
    await open(file, [['sex', 'score']]).close();
    expect(indexesOf(file)).toEqual(['test__person_a2_sex', 'test__person_a2_sex_a4_score']);
    await open(file, []).close();
    expect(indexesOf(file)).toEqual(['test__person_a2_sex']);
  });

  it.each(['phone', 'nobody'])('cannot hold %s, which has no single stored value', (attribute) => {
    expect(() => open(newFile(), [['sex', attribute]])).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', path: attribute }),
    );
  });
});
