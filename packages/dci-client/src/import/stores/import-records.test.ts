import { type JsonObject, readJson } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defineImport } from '../import-definition.ts';
import type { ImportOutcome } from '../import-record.ts';
import { type ImportOptions, importRecords } from '../import-records.ts';
import {
  openPglite,
  openPostgres,
  openSqlite,
  person,
  personImport,
  personMapping,
  type TestDatabase,
} from './import.fixtures.ts';

const postgresUrl = process.env.DCI_TEST_POSTGRES_URL;
const databases: readonly (readonly [string, () => Promise<TestDatabase>])[] = [
  ['SQLite', openSqlite],
  ['PGlite', openPglite],
  ...(postgresUrl === undefined ? [] : [['PostgreSQL', () => openPostgres(postgresUrl)] as const]),
];

describe.each(databases)('an import into %s', (name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['phone', 'registrant_identifier', 'registrant', 'place']) {
      await database.query(`DELETE FROM ${table}`);
    }
  });

  const run = async (records: readonly JsonObject[], options: Partial<ImportOptions> = {}) => {
    const outcomes: ImportOutcome[] = [];
    const summary = await importRecords(records, {
      definition: personImport,
      target: database.target,
      onOutcome: (outcome) => outcomes.push(outcome),
      ...options,
    });
    return { summary, outcomes };
  };
  const count = async (table: string): Promise<number> => {
    const [row] = await database.query(`SELECT count(*) AS n FROM ${table}`);
    return Number(row?.n);
  };

  test('creates a record with all its rows, and finds it again unchanged', async () => {
    const amina = person('1', {
      address: [{ locality: 'Kedougou', region_code: 'R1' }],
      phone_number: ['+221700000001', '+221700000002'],
    });
    const first = await run([amina]);
    expect(first.summary).toMatchObject({ created: 1, total: 1, dryRun: false });
    expect(first.outcomes[0]?.changes.map(({ table, kind }) => [table, kind])).toEqual([
      ['place', 'insert'],
      ['registrant', 'insert'],
      ['registrant_identifier', 'insert'],
      ['phone', 'insert'],
      ['phone', 'insert'],
    ]);
    const [row] = await database.query(
      `SELECT r.given_name, r.sex, CAST(r.birth_date AS TEXT) AS birth_date, p.locality, i.type, i.value
       FROM registrant r JOIN place p ON p.id = r.place_id JOIN registrant_identifier i ON i.registrant_id = r.id`,
    );
    expect(row).toEqual({
      given_name: 'Amina',
      sex: 'F',
      birth_date: '1990-05-15',
      locality: 'Kedougou',
      type: 'UIN',
      value: '1',
    });
    expect((await run([amina])).summary).toMatchObject({ unchanged: 1, created: 0, updated: 0 });
    expect(await count('phone')).toBe(2);
  });

  test('changes what differs, and says from what to what', async () => {
    await run([person('1', { address: [{ locality: 'Kedougou', region_code: 'R1' }] })]);
    const moved = person('1', { sex: 'male', address: [{ locality: 'Dakar', region_code: 'R1' }] });
    const { summary, outcomes } = await run([moved]);
    expect(summary).toMatchObject({ updated: 1 });
    expect(outcomes[0]?.changes.map(({ table, kind, columns }) => ({ table, kind, columns }))).toEqual([
      { table: 'place', kind: 'update', columns: { locality: { before: 'Kedougou', after: 'Dakar' } } },
      { table: 'registrant', kind: 'update', columns: { sex: { before: 'F', after: 'M' } } },
    ]);
    expect(await database.query('SELECT locality, region FROM place')).toEqual([{ locality: 'Dakar', region: 'R1' }]);
  });

  test('keeps what the record does not have, unless it is told to clear it', async () => {
    await run([person('1', { phone_number: ['+1'], address: [{ locality: 'Dakar' }] })]);
    await database.query(`UPDATE registrant SET note = 'ours'`);
    const bare: JsonObject = { identifier: [{ identifier_type: 'UIN', identifier_value: '1' }] };
    expect((await run([bare])).summary).toMatchObject({ unchanged: 1 });
    const clearing = defineImport({ ...personImport, absent: 'clear' });
    const { outcomes } = await run([bare], { definition: clearing });
    expect(outcomes[0]?.status).toBe('updated');
    expect(await database.query('SELECT given_name, sex, place_id, note FROM registrant')).toEqual([
      { given_name: null, sex: null, place_id: null, note: 'ours' },
    ]);
    expect([await count('phone'), await count('registrant_identifier')]).toEqual([0, 1]);
  });

  test('adds rows that are new, and updates those that a column identifies', async () => {
    await run([person('1', { phone_number: ['+1'] })]);
    const further = [
      { identifier_type: 'UIN', identifier_value: '1' },
      { identifier_type: 'BRN', identifier_value: '77' },
    ];
    expect((await run([person('1', { identifier: further, phone_number: ['+2'] })])).summary).toMatchObject({
      updated: 1,
    });
    expect([await count('phone'), await count('registrant_identifier')]).toEqual([2, 2]);
    const byType = defineImport({ ...personImport, rowIdentity: { identifiers: ['type'] } });
    const renumbered = [
      { identifier_type: 'UIN', identifier_value: '1' },
      { identifier_type: 'BRN', identifier_value: '78' },
    ];
    const { outcomes } = await run([person('1', { identifier: renumbered })], { definition: byType });
    expect(outcomes[0]?.changes).toMatchObject([
      { table: 'registrant_identifier', kind: 'update', columns: { value: { before: '77', after: '78' } } },
    ]);
  });

  test('in a dry run shows the same differences and changes nothing', async () => {
    await run([person('1')]);
    const records = [person('1', { sex: 'male' }), person('2'), person('2', { name: { given_name: 'Awa' } })];
    const before = await database.query('SELECT * FROM registrant');
    const dry = await run(records, { dryRun: true, batchSize: 2 });
    expect(dry.summary).toMatchObject({ updated: 2, created: 1, dryRun: true });
    expect(await database.query('SELECT * FROM registrant')).toEqual(before);
    const real = await run(records);
    const shape = ({ status, changes }: ImportOutcome) => ({
      status,
      changes: changes.map(({ table, kind, columns }) => ({
        table,
        kind,
        columns: Object.keys(columns).filter((column) => !column.endsWith('_id')),
      })),
    });
    expect(dry.outcomes.map(shape)).toEqual(real.outcomes.map(shape));
  });

  test('leaves alone what it cannot tell apart or does not recognise', async () => {
    await run([person('1'), person('2')]);
    const both = [1, 2].map((value) => ({ identifier_type: 'UIN', identifier_value: String(value) }));
    const { outcomes, summary } = await run([
      person('1', { identifier: both, sex: 'male' }),
      person('', { identifier: [] }),
      person('', {}),
    ]);
    expect(outcomes.map(({ status, changes }) => [status, changes])).toEqual([
      ['ambiguous', []],
      ['unidentified', []],
      ['unidentified', []],
    ]);
    expect(summary.total).toBe(3);
    expect(await count('registrant')).toBe(2);
  });

  test('does not take a row of another kind for a record', async () => {
    await run([person('1')]);
    await database.query(`UPDATE registrant SET is_group = ${name === 'SQLite' ? '1' : 'TRUE'}`);
    const { outcomes } = await run([person('1')]);
    // The group holds the identifier, which is unique here: the database refuses a second one.
    expect(outcomes[0]).toMatchObject({ status: 'failed', changes: [] });
    expect(await count('registrant')).toBe(1);
  });

  test('creates none where it must not', async () => {
    const definition = defineImport({ ...personImport, create: false });
    expect((await run([person('1')], { definition })).summary).toMatchObject({ skipped: 1, created: 0 });
    expect(await count('registrant')).toBe(0);
  });

  test('goes on after a record that the database refuses, of which nothing stays', async () => {
    await run([person('9')]);
    const clash = [
      { identifier_type: 'UIN', identifier_value: '5' },
      { identifier_type: 'UIN', identifier_value: '5' },
    ];
    const { outcomes } = await run([person('4'), person('5', { identifier: clash }), person('6')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'failed', 'created']);
    expect(outcomes[1]?.reason).toMatch(/^(SQLITE_CONSTRAINT|23505)/);
    expect([await count('registrant'), await count('registrant_identifier')]).toEqual([3, 3]);
  });

  test('of hostile values stores them as they are', async () => {
    const name_ = `Robert'); DROP TABLE registrant;-- "x" $1 ? \\`;
    await run([person(`1' OR '1'='1`, { name: { given_name: name_ } })]);
    expect(await database.query('SELECT given_name FROM registrant')).toEqual([{ given_name: name_ }]);
    expect((await run([person('2')])).summary).toMatchObject({ created: 1 });
  });

  test('ends with its signal; batches that were stored stay', async () => {
    const controller = new AbortController();
    const records = Array.from({ length: 10 }, (_value, index) => person(String(index)));
    let seen = 0;
    const running = run(records, {
      batchSize: 2,
      signal: controller.signal,
      onOutcome: () => {
        seen += 1;
        if (seen === 4) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(await count('registrant')).toBe(4);
  });

  test('takes the records of a search as they come', async () => {
    async function* records() {
      yield person('1');
      yield person('2');
    }
    const summary = await importRecords(records(), { definition: personImport, target: database.target });
    expect(summary).toMatchObject({ created: 2 });
  });

  test('at the same time as another of the same registrant creates it once', async () => {
    // PGlite has one connection, whose transactions would mix.
    if (name === 'PGlite') return;
    const imports = Array.from({ length: 8 }, () => run([person('1')], { batchSize: 1 }));
    const summaries = (await Promise.all(imports)).map(({ summary }) => summary);
    expect(summaries.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    expect(summaries.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(7);
    expect(await count('registrant')).toBe(1);
  });
});

describe('a definition', () => {
  const match = [{ relation: 'identifiers', columns: ['value'] }];
  test.each([
    ['no match', { match: [] }, 'match must name'],
    ['no column', { match: [{ columns: [] }] }, 'match[0].columns must name'],
    ['an unknown column', { match: [{ columns: ['uin'] }] }, 'match[0].columns names the column uin'],
    ['an unknown relation', { match: [{ relation: 'ids', columns: ['value'] }] }, 'match[0].relation is no relation'],
    ['a relation of one', { match: [{ relation: 'place', columns: ['locality'] }] }, 'match[0].relation must be'],
    ['an identity of nothing', { match, rowIdentity: { ids: ['value'] } }, 'rowIdentity.ids is no relation'],
    ['an identity without column', { match, rowIdentity: { phones: [] } }, 'rowIdentity.phones must name'],
  ])('with %s is refused', (_name, more, text) => {
    expect(() => defineImport({ mapping: personMapping, ...more })).toThrow(text);
  });
});

test('records that were read from JSON are imported as they are', async () => {
  const database = await openSqlite();
  const { value } = readJson(new TextEncoder().encode(JSON.stringify(person('1'))));
  const summary = await importRecords([value as JsonObject], { definition: personImport, target: database.target });
  expect(summary).toMatchObject({ created: 1 });
  await database.close();
});
