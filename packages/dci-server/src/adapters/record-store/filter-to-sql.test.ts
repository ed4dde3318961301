import SqliteDatabase from 'better-sqlite3';
import { type AttributeValue, compareCodePoints, type Filter } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterToSql } from './filter-to-sql.ts';
import { personRegistry } from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';
import { tableLayout } from './table-layout.ts';

const registryType = personRegistry();
const [recordType] = registryType.recordTypes;
if (recordType === undefined) throw new Error('there is one');
const layout = tableLayout(registryType, recordType);

const text = (operator: 'eq' | 'gt' | 'contains' | 'startsWith' | 'endsWith', value: string): Filter => ({
  kind: 'comparison',
  attribute: 'surname',
  operator,
  value,
});
const isIn = (attribute: string, values: readonly AttributeValue[]): Filter => ({ kind: 'in', attribute, values });

describe('filterToSql', () => {
  it('never puts a value into the text of a statement', () => {
    const hostile = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom(`' OR 1=1 --`, `"; DROP TABLE x`, '?', '%_', '\\'),
    );
    const withValues = (a: string, b: string, number: number): Filter => ({
      kind: 'or',
      filters: [
        text('eq', a),
        text('contains', a),
        text('startsWith', a),
        { kind: 'not', filter: text('endsWith', b) },
        isIn('sex', [a, b]),
        isIn('phone', [b]),
        { kind: 'comparison', attribute: 'score', operator: 'gt', value: number },
        { kind: 'identifier', identifierType: a, values: [b], paths: ['identifier', 'related.identifier'] },
      ],
    });
    const { sql } = filterToSql(withValues('a', 'b', 1), layout, '1');
    fc.assert(
      fc.property(hostile, hostile, fc.double(), (a, b, number) => {
        expect(filterToSql(withValues(a, b, number), layout, '1').sql).toBe(sql);
      }),
    );
  });

  it('takes a prefix of any length', () => {
    const prefix = 'x'.repeat(500_000);
    const { parameters } = filterToSql(text('startsWith', prefix), layout, '1');
    expect(parameters).toEqual([prefix, `${prefix.slice(1)}y`]);
  });

  it('finds nothing by an attribute or path that the record type lacks, whatever it is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'key')), (name) => {
        fc.pre(!layout.attributes.has(name) && !layout.identifierPaths.has(name));
        for (const filter of [
          isIn(name, ['x']),
          { kind: 'exists', attribute: name } as const,
          { kind: 'identifier', identifierType: 'UIN', values: ['1'], paths: [name] } as const,
        ]) {
          expect(filterToSql(filter, layout, '1')).toEqual({ sql: '0', parameters: [] });
        }
      }),
    );
  });

  it('finds nothing by a value of another type than the attribute', () => {
    for (const [attribute, value] of [
      ['score', '1'],
      ['surname', 1],
      ['birth_date', true],
      ['sex', false],
    ] as const) {
      const filter: Filter = { kind: 'comparison', attribute, operator: 'eq', value };
      expect(filterToSql(filter, layout, '1')).toEqual({ sql: '0', parameters: [] });
    }
  });

  const range = (from: string, to: string): Filter => ({
    kind: 'and',
    filters: [
      { kind: 'comparison', attribute: 'birth_date', operator: 'gte', value: from },
      { kind: 'comparison', attribute: 'birth_date', operator: 'lt', value: to },
    ],
  });
  const plans: readonly (readonly [string, Filter, string, RegExp])[] = [
    [
      'a code',
      { kind: 'comparison', attribute: 'sex', operator: 'eq', value: 'f' },
      'r.key',
      /^SEARCH r USING (?:COVERING )?INDEX test__person_a2_sex \(a2_sex_folded=\? AND a2_sex=\?\)$/,
    ],
    [
      'a text',
      text('eq', 'Abe'),
      'r.key',
      /^SEARCH r USING (?:COVERING )?INDEX test__person_a1_surname \(a1_surname_folded=\? AND a1_surname=\?\)$/,
    ],
    [
      'a prefix',
      text('startsWith', 'Ab'),
      'r.a1_surname_folded, r.a1_surname, r.key',
      /^SEARCH r USING (?:COVERING )?INDEX test__person_a1_surname \(a1_surname_folded>\? AND a1_surname_folded<\?\)$/,
    ],
    [
      'a range, sorted by itself',
      range('1990-01-01', '2000-01-01'),
      'r.a3_birth_date ASC NULLS LAST, r.key',
      /^SEARCH r USING (?:COVERING )?INDEX test__person_a3_birth_date \(a3_birth_date>\? AND a3_birth_date<\?\)$/,
    ],
    [
      'a list of dates',
      isIn('birth_date', ['1990-01-01', '1991-01-01']),
      'r.key',
      /SEARCH r USING (?:COVERING )?INDEX test__person_a3_birth_date \(a3_birth_date=\?\)/,
    ],
    [
      'a list of texts',
      isIn('surname', ['Abe', 'Ona']),
      'r.key',
      /SEARCH r USING (?:COVERING )?INDEX test__person_a1_surname \(a1_surname_folded=\? AND a1_surname=\?\)/,
    ],
    [
      'an identifier',
      { kind: 'identifier', identifierType: 'UIN', values: ['1'], paths: ['identifier'] },
      'r.key',
      /SEARCH r USING INTEGER PRIMARY KEY \(rowid=\?\).*SEARCH i USING PRIMARY KEY \(value=\? AND type=\? AND path=\?\)$/,
    ],
    [
      'one of many texts',
      { kind: 'comparison', attribute: 'phone', operator: 'eq', value: '1' },
      'r.key',
      /SEARCH r USING INTEGER PRIMARY KEY \(rowid=\?\).*SEARCH v USING PRIMARY KEY \(attribute=\? AND folded=\? AND value=\?\)$/,
    ],
    [
      'one of many numbers',
      { kind: 'comparison', attribute: 'weight', operator: 'gt', value: 1 },
      'r.key',
      /SEARCH v USING PRIMARY KEY \(attribute=\? AND folded=\? AND value>\?\)$/,
    ],
  ];

  it.each(plans)('lets an index serve %s', (_what, filter, orderBy, plan) => {
    const database = new SqliteDatabase(':memory:');
    recordStoreAdapter({ registryType, database });
    const guard = '((random() & 1023) <> 0 OR within_time_limit())';
    const { sql, parameters } = filterToSql(filter, layout, guard);
    const statement = `EXPLAIN QUERY PLAN SELECT r.key FROM test__person AS r WHERE ${guard} AND ${sql} ORDER BY ${orderBy} LIMIT 20`;
    const steps = database.prepare<unknown[], { detail: string }>(statement).all(...parameters);
    expect(
      steps
        .map(({ detail }) => detail)
        .filter((detail) => !detail.startsWith('USE TEMP B-TREE'))
        .join('; '),
    ).toMatch(plan);
    if (orderBy !== 'r.key') expect(steps.filter(({ detail }) => detail.startsWith('USE TEMP B-TREE'))).toEqual([]);
    database.close();
  });
});

describe('a prefix', () => {
  it.each(['a', 'z\u007f', '\ud7ff', 'a\ud7ff', '\uffff', '\u{10ffff}', 'a\u{10ffff}', '\u{1f33e}'])(
    'finds the texts that start with it, and no neighbour: %j',
    async (prefix) => {
      const store = recordStoreAdapter({ registryType, file: ':memory:' });
      const matching = [prefix, `${prefix}x`, `${prefix}\u{10ffff}`];
      const others = [
        'A',
        'b',
        'z\u0080',
        '\ud7fe',
        '\ue000',
        'a\ue000',
        '\ufffd',
        '\u{10000}',
        '\u{10fffe}',
        '\u{1f33f}',
      ];
      for (const surname of [...matching, ...others.filter((one) => !one.toLowerCase().startsWith(prefix))]) {
        await store.put('Person', { name: { surname } });
      }
      expect(await store.count({ recordType: 'Person', filter: text('startsWith', prefix) })).toBe(matching.length);
      await store.close();
    },
  );
});

describe('the order of text in SQLite', () => {
  it('is that of compareCodePoints', () => {
    const database = new SqliteDatabase(':memory:');
    const compare = database
      .prepare<[string, string], number>(
        'SELECT CASE WHEN a < b THEN -1 WHEN a > b THEN 1 ELSE 0 END FROM (SELECT ? AS a, ? AS b)',
      )
      .pluck();
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\uffff', '\u{10000}', '\ue000', '\ud7ff', ''),
    );
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(compare.get(one, other)).toBe(Math.sign(compareCodePoints(one, other)));
      }),
      { numRuns: 2000 },
    );
    database.close();
  });
});
