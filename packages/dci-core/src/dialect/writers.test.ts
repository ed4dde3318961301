import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { parseQuery } from '../query/parse-query.ts';
import { groupType, personType, testRegistryType } from '../query/registry-type.fixtures.ts';
import { unboundFilterArbitrary } from '../query/unbound-filter.fixtures.ts';
import type { UnboundComparison, UnboundFilter, UnboundValue } from '../query/unbound-filter.ts';
import type { WrittenQuery } from './dialect.ts';
import { finderOf, unlessRefused, withAttributes } from './equivalence.fixtures.ts';
import { writeCel } from './write-cel.ts';
import { writeMongoExpression } from './write-mongo-expression.ts';
import { writePredicateList } from './write-predicate-list.ts';
import { writeRangeExpression } from './write-range-expression.ts';
import { isSequence, writeSequenceExpression } from './write-seq-expression.ts';

interface Writer {
  readonly name: string;
  readonly queryType: WrittenQuery['queryType'];
  write(filter: UnboundFilter): JsonValue;
  /** Attributes that queries are made of; absent: all. */
  readonly attributes?: readonly string[];
  /** Share of the queries that must have a form, so that refusing them all is no way out. */
  readonly leastShare: number;
}

const plain = ['birth_date', 'age', 'sex', 'email', 'locality', 'disability_status', 'poverty_score', 'group_size'];
const writers: readonly Writer[] = [
  { name: 'seq', queryType: 'expression', write: writeSequenceExpression, leastShare: 0.15 },
  { name: 'CEL', queryType: 'predicate', write: writeCel, leastShare: 1 },
  {
    name: 'mongo',
    queryType: 'expression',
    write: (filter) => writeMongoExpression(filter),
    attributes: plain,
    leastShare: 0.3,
  },
  { name: 'predicate list', queryType: 'predicate', write: writePredicateList, leastShare: 0.08 },
  {
    name: 'range',
    queryType: 'expression',
    write: writeRangeExpression,
    attributes: ['registration_date', 'birth_date', 'member_birth_date'],
    leastShare: 0.03,
  },
];

describe.each(writers)('the form $name', ({ queryType, write, attributes, leastShare }) => {
  test.each([personType, groupType])('says of a $name what was asked, or nothing', (recordType) => {
    const finder = finderOf(recordType, testRegistryType);
    const asked = attributes === undefined ? recordType : withAttributes(recordType, attributes);
    let runs = 0;
    let written = 0;
    fc.assert(
      fc.property(unboundFilterArbitrary(asked), (filter) => {
        runs += 1;
        const query = unlessRefused(() => write(filter));
        if (query === undefined) return;
        written += 1;
        expect(finder.foundBy({ queryType, query })).toEqual(finder.found(filter));
      }),
      { numRuns: 400 },
    );
    expect(written / runs).toBeGreaterThanOrEqual(leastShare);
  });

  it('refuses what no part of it can say', () => {
    const identifier: UnboundFilter = { kind: 'identifier', identifierType: 'UIN', value: '1' };
    const other: UnboundFilter = { kind: 'comparison', attribute: 'birth_date', operator: 'eq', value: '1990-05-15' };
    for (const kind of ['and', 'or'] as const) {
      expect(unlessRefused(() => write({ kind, filters: [identifier, other] }))).toBeUndefined();
    }
  });
});

const eq = (attribute: string, value: UnboundValue): UnboundComparison => ({
  kind: 'comparison',
  attribute,
  operator: 'eq',
  value,
});

describe('seq', () => {
  const [a, b, c] = [eq('a', 1), eq('b', 2), eq('c', 3)];

  it('is one list of conditions that must all hold', () => {
    const all: UnboundFilter = { kind: 'and', filters: [a, { kind: 'and', filters: [b, c] }] };
    expect(writeSequenceExpression(all)).toEqual({
      seq: [a, b, c].map(({ attribute, value }) => ({ attribute, operator: '=', value })),
    });
    expect(isSequence(all)).toBe(true);
  });

  it.each<[string, UnboundFilter]>([
    ['alternatives', { kind: 'or', filters: [a, b] }],
    ['alternatives among conditions', { kind: 'and', filters: [a, { kind: 'or', filters: [b, c] }] }],
    ['a negation', { kind: 'not', filter: a }],
    ['has()', { kind: 'exists', attribute: 'a' }],
    ['the beginning of a text', { ...a, operator: 'startsWith', value: 'x' }],
  ])('has no form for %s', (_, filter) => {
    expect(isSequence(filter)).toBe(false);
    expect(unlessRefused(() => writeSequenceExpression(filter))).toBeUndefined();
  });
});

describe('CEL', () => {
  const literal = (value: UnboundValue): UnboundFilter =>
    parseQuery({ queryType: 'predicate', query: writeCel(eq('name', value)) }).filter;

  test('a hostile text stays a text', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        '" || true || "',
        "' || true",
        '\\',
        '\\"',
        '\\\\" || name != "',
        '"""',
        '\n//',
        '$(x)',
        '\u2028',
        '\0',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .array(
          fc.constantFrom('"', '\\', "'", '\n', '\r', '\t', '\0', '\u0085', '\u2029', '/', 'u', 'n', '(', '|', '😀'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const filter = unlessRefused(() => literal(text));
        if (!/\p{Surrogate}/u.test(text)) expect(filter).toEqual(eq('name', text));
        else expect(filter).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('every number stays the number', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
      fc.constantFrom<number | bigint>(
        0,
        -0,
        1e21,
        1e-7,
        5e-324,
        1.7976931348623157e308,
        2 ** 53,
        2 ** 63,
        -(2 ** 63),
        0.1,
      ),
    );
    fc.assert(
      fc.property(numbers, (number) => {
        const filter = literal(number);
        expect(filter).toMatchObject({ kind: 'comparison', attribute: 'name', operator: 'eq' });
        expect(filter.kind === 'comparison' && Number(filter.value) + 0).toBe(Number(number) + 0);
        if (typeof number === 'bigint') expect(filter.kind === 'comparison' && BigInt(filter.value ?? 0)).toBe(number);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, UnboundFilter]>([
    ['integers beyond 64 bits', eq('a', 2n ** 63n)],
    ['null', eq('a', null)],
    ['names that are none', eq('a b', 1)],
    ['names that end in code', eq('a == 1 || b', 1)],
    ['names with an empty part', eq('a..b', 1)],
    ['words of the language', eq('person.in', 1)],
    ['has() of such a name', { kind: 'exists', attribute: 'a || true' }],
    ['lists of such values', { kind: 'in', attribute: 'a', values: [1, null] }],
  ])('refuses %s', (_, filter) => {
    expect(unlessRefused(() => writeCel(filter))).toBeUndefined();
  });

  it('groups what belongs together', () => {
    const either: UnboundFilter = { kind: 'or', filters: [eq('a', 1), eq('b', true)] };
    expect(
      writeCel({
        kind: 'and',
        filters: [either, { kind: 'not', filter: either }, { kind: 'exists', attribute: 'c.d' }],
      }),
    ).toBe('(a == 1 || b == true) && !(a == 1 || b == true) && has(c.d)');
  });
});

describe('mongo', () => {
  it.each(['a.b', '$where', '$or', '@type', '__proto__', 'type', 'query', 'seq', 'or', '', 'a b', 'é'])(
    'refuses an attribute %j',
    (attribute) => {
      expect(unlessRefused(() => writeMongoExpression(eq(attribute, 'x')))).toBeUndefined();
    },
  );

  it('writes a bare value for equality', () => {
    expect(
      writeMongoExpression({
        kind: 'and',
        filters: [eq('a', 'x'), { kind: 'comparison', attribute: 'b', operator: 'gte', value: 2 }],
      }),
    ).toEqual({ $and: [{ a: 'x' }, { b: { $gte: 2 } }] });
  });
});

describe('range', () => {
  const compare = (operator: UnboundComparison['operator'], value: UnboundValue): UnboundComparison => ({
    kind: 'comparison',
    attribute: 'createdAt',
    operator,
    value,
  });
  const between = (...filters: readonly UnboundFilter[]): JsonValue =>
    writeRangeExpression({ kind: 'and', filters: [...filters] });

  it('has both ends, also where the range is open', () => {
    expect(between(compare('gte', '2026-01-01'), compare('lte', '2026-01-31T10:00:00Z'))).toEqual({
      createdAt: { type: 'range', gte: '2026-01-01', lte: '2026-01-31T10:00:00Z' },
    });
    expect(between(compare('gt', '2026-02-28'))).toEqual({
      createdAt: { type: 'range', gte: '2026-03-01', lte: '9999-12-31' },
    });
    expect(between(compare('lt', '2026-03-01'))).toEqual({
      createdAt: { type: 'range', gte: '1000-01-01', lte: '2026-02-28' },
    });
  });

  it.each<[string, UnboundFilter]>([
    ['two beginnings', { kind: 'and', filters: [compare('gte', '2026-01-01'), compare('gt', '2026-01-02')] }],
    ['equality', compare('eq', '2026-01-01')],
    ['two attributes', { kind: 'and', filters: [compare('gte', '2026-01-01'), eq('other', '2026-01-02')] }],
    ['alternatives', { kind: 'or', filters: [compare('gte', '2026-01-01'), compare('lte', '2026-01-02')] }],
    ['a negation', { kind: 'not', filter: compare('gte', '2026-01-01') }],
    ['a time that is not included', compare('gt', '2026-01-01T00:00:00Z')],
    ['what is no date', compare('gte', 'yesterday')],
    ['a number', compare('gte', 2026)],
    ['a part of a text', compare('contains', '2026-01-01')],
  ])('refuses %s', (_, filter) => {
    expect(unlessRefused(() => writeRangeExpression(filter))).toBeUndefined();
  });
});

describe('predicate list', () => {
  it('has one comparison an item, with the operators of the standard', () => {
    const range = (operator: UnboundComparison['operator']): UnboundComparison => ({ ...eq('a', 1), operator });
    expect(writePredicateList({ kind: 'and', filters: [range('gte'), range('lte'), range('eq')] })).toEqual([
      { seq_num: 1, expression1: { attribute_name: 'a', operator: 'ge', attribute_value: 1 } },
      { seq_num: 2, expression1: { attribute_name: 'a', operator: 'le', attribute_value: 1 } },
      { seq_num: 3, expression1: { attribute_name: 'a', operator: 'eq', attribute_value: 1 } },
    ]);
  });
});
