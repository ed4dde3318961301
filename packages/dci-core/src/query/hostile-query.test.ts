import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { bindSort } from './bind-sort.ts';
import { chooseRecordType, compileQuery } from './compile-query.ts';
import { parseQuery } from './parse-query.ts';
import { personType, testRegistryType } from './registry-type.fixtures.ts';
import { unboundFilterArbitrary, writeCel, writeMongo, writeSequence } from './unbound-filter.fixtures.ts';

const now = Date.UTC(2026, 10, 22, 10);
const queryTypes = [undefined, 'idtype-value', 'expression', 'predicate', 'ns:org:QueryType:expression'] as const;
const dialects = ['spdci-1.0', 'openspp', 'opencrvs', 'opencrvs-2025', 'opencrvs-2026', 'openg2p'] as const;

/** Runs something that may be refused, and fails on every error that is no refusal. */
function refusal(run: () => unknown): DciError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof DciError) || error.status !== 400) throw error;
    return error;
  }
}

function compile(query: JsonValue, queryType?: string): DciError | undefined {
  return refusal(() => compileQuery({ query, queryType, recordType: personType, registryType: testRegistryType, now }));
}

const memberNames = [
  ...['seq', 'or', 'or_', 'expression', 'query', 'collection', 'type', 'value', 'attribute', 'attribute_name'],
  ...['operator', 'attribute_value', '$and', '$or', '$not', '$nor', '$eq', 'eq', 'gte', '$in', 'seq_num', 'condition'],
  ...[
    'expression1',
    'expression2',
    'birth_date',
    'sex',
    'age',
    'id_type',
    'id_value',
    '@type',
    '__proto__',
    'toString',
  ],
];
const words = [
  ...[
    'range',
    'UIN',
    'expression',
    'ns:org:QueryType:expression',
    'idtype-value',
    'birth_date',
    'sex',
    '=',
    'in',
    'and',
  ],
  ...['or', 'not', '1990-01-01', 'age > 1', 'identifier.UIN', '', 'x'.repeat(3000), '\ud800', '(', '!a', '"'],
];

/** JSON that looks like a query, more or less. */
const almostQuery = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, 0, -1.5, 1e300, 10n ** 30n, ...words),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...memberNames), tie('value')), { maxLength: 4 })
      .map((members): JsonValue => Object.fromEntries(members)),
  ),
})).value;

describe('any input is compiled or refused', () => {
  test('arbitrary JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...queryTypes), (query, queryType) => {
        compile(query as JsonValue, queryType);
        refusal(() => bindSort(query as JsonValue, { recordType: personType }));
      }),
      { numRuns: 2000 },
    );
  });

  test('what looks like a query', () => {
    fc.assert(
      fc.property(
        almostQuery,
        fc.constantFrom(...queryTypes),
        fc.constantFrom(...dialects),
        (query, queryType, dialect) => {
          refusal(() => {
            const parsed = parseQuery({ query, queryType, dialect });
            const candidates = testRegistryType.recordTypes;
            chooseRecordType({ parsed, candidates, registryType: testRegistryType, now });
          });
          refusal(() => bindSort(query, { recordType: personType }));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test('valid queries, damaged', () => {
    const text = fc
      .tuple(unboundFilterArbitrary(personType), fc.constantFrom(writeCel, writeMongo, writeSequence))
      .map(([filter, write]) => write(filter))
      .filter((query) => query !== undefined)
      .map((query) => (typeof query === 'string' ? query : JSON.stringify(query)));
    const damage = fc.record({
      at: fc.nat(),
      length: fc.nat(5),
      put: fc.constantFrom('', '(', ')', '"', '!', ' ', '&&', '0'),
    });
    fc.assert(
      fc.property(text, damage, (query, { at, length, put }) => {
        const start = at % (query.length + 1);
        const damaged = query.slice(0, start) + put + query.slice(start + length);
        const error = compile(damaged, 'predicate');
        expect(error === undefined || error.code === 'rjct.filter.invalid').toBe(true);
        try {
          compile(JSON.parse(damaged) as JsonValue);
        } catch (parseError) {
          if (!(parseError instanceof SyntaxError)) throw parseError;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a refusal never echoes a value', () => {
  const marker = 'Zz9secretZz9';
  const places: readonly [string, JsonValue, string][] = [
    ['identifier', { type: 'UIN', value: { a: marker } }, 'idtype-value'],
    ['attribute', { [marker]: 1 }, 'expression'],
    ['value', { birth_date: marker }, 'expression'],
    ['value of a list', { birth_date: { $in: [marker] } }, 'expression'],
    ['operator', { name: { [marker]: 1 } }, 'expression'],
    ['group', { [`$${marker}`]: [] }, 'expression'],
    ['member', { seq: [], [marker]: 1 }, 'expression'],
    [
      'condition',
      [{ expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'a' }, condition: marker }],
      'predicate',
    ],
    ['CEL syntax', `${marker} '`, 'predicate'],
    ['CEL character', `§${marker}`, 'predicate'],
    ['CEL function', `name.${marker}('a')`, 'predicate'],
    ['CEL date', `birth_date == date('${marker}')`, 'predicate'],
    ['CEL value', `birth_date == '${marker}'`, 'predicate'],
    ['query type', {}, marker],
    ['collection', { collection: marker, query: { shoe: 1 } }, 'expression'],
  ];
  test.each(places)('%s', (_, query, queryType) => {
    const error = compile(query, queryType);
    expect(error).toBeDefined();
    expect(JSON.stringify([error?.message, error?.path, String(error?.cause)])).not.toContain(marker);
  });
});

function nest(depth: number, wrap: (inner: JsonValue) => JsonValue, inner: JsonValue): JsonValue {
  let query = inner;
  for (let count = 0; count < depth; count += 1) query = wrap(query);
  return query;
}

const condition = { attribute: 'is_disabled', operator: '=', value: true };
const nestings: readonly [string, (depth: number) => JsonValue, string][] = [
  ['seq', (depth) => nest(depth, (inner) => ({ seq: [inner] }), condition), 'expression'],
  ['seq and or', (depth) => nest(depth, (inner) => ({ seq: [condition, { or: [inner] }] }), condition), 'expression'],
  ['$and', (depth) => nest(depth, (inner) => ({ $and: [inner] }), { is_disabled: true }), 'expression'],
  ['$not', (depth) => nest(depth, (inner) => ({ $not: inner }), { is_disabled: true }), 'expression'],
  [
    '$not of an attribute',
    (depth) => ({ is_disabled: nest(depth, (inner) => ({ $not: inner }), { eq: true }) }),
    'expression',
  ],
  ['CEL !', (depth) => `${'!'.repeat(depth)}is_disabled`, 'predicate'],
  [
    'CEL && and ||',
    (depth) => {
      let text = 'is_disabled';
      for (let count = 0; count < depth; count += 1) text = `(is_disabled ${count % 2 === 0 ? '&&' : '||'} ${text})`;
      return text;
    },
    'predicate',
  ],
];

describe('limits of protocol.md section 7', () => {
  test.each(nestings)('8 levels of %s', (name, query, queryType) => {
    const levels = name === 'seq and or' ? 4 : 8;
    expect(compile(query(levels), queryType)).toBeUndefined();
    expect(compile(query(levels + 1), queryType)?.message).toBe(
      'The query is nested too deep; at most 8 levels are allowed.',
    );
  });

  const lists: readonly [string, (count: number) => JsonValue, string][] = [
    ['seq', (count) => ({ seq: Array(count).fill(condition) }), 'expression'],
    ['or in seq', (count) => ({ seq: [{ or: Array(count - 1).fill(condition) }, condition] }), 'expression'],
    ['$or', (count) => ({ $or: Array(count).fill({ is_disabled: true }) }), 'expression'],
    [
      'operators of one attribute',
      (count) => ({ $or: Array(count / 4).fill({ age: { gt: 1, gte: 2, lt: 3, lte: 4 } }) }),
      'expression',
    ],
    [
      'predicate list',
      (count) => Array(count).fill({ expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'm' } }),
      'predicate',
    ],
    ['CEL', (count) => Array(count).fill('is_disabled').join(' && '), 'predicate'],
  ];
  test.each(lists)('64 comparisons in %s', (_, query, queryType) => {
    expect(compile(query(64), queryType)).toBeUndefined();
    const tooMany = 'The query has too many comparisons; at most 64 are allowed.';
    expect(compile(query(68), queryType)?.message).toBe(tooMany);
    expect(compile(query(10_000), queryType)?.code).toBe('rjct.filter.invalid');
  });

  const inLists: readonly [string, (values: readonly string[]) => JsonValue, string][] = [
    ['seq', (values) => ({ seq: [{ attribute: 'email', operator: 'in', value: values }] }), 'expression'],
    ['$in', (values) => ({ email: { $in: values } }), 'expression'],
    ['two lists', (values) => ({ email: { $in: values.slice(0, 500), $nin: values.slice(500) } }), 'expression'],
    ['CEL', (values) => `email in [${values.map((value) => `'${value}'`).join(',')}]`, 'predicate'],
  ];
  test.each(inLists)('1,000 values in %s', (_, query, queryType) => {
    const values = Array.from({ length: 1001 }, (_value, index) => `person${index}@example.org`);
    expect(compile(query(values.slice(1)), queryType)).toBeUndefined();
    expect(compile(query(values), queryType)?.code).toBe('rjct.filter.invalid');
  });
});

describe('lists that are written out', () => {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => 2 * index);
  const days = (count: number): readonly string[] =>
    numbers(count).map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));
  const lists: readonly [string, (count: number) => JsonValue, number][] = [
    ['separate ages', (count) => ({ age: { $in: numbers(count) } }), 128],
    ['days', (count) => ({ registration_date: { $in: days(count) } }), 128],
    ['several lists of ages', (count) => ({ $or: Array(16).fill({ age: { $nin: numbers(count / 16) } }) }), 128],
  ];
  test.each(lists)('%s', (_, query, most) => {
    expect(compile(query(most), 'expression')).toBeUndefined();
    expect(compile(query(most + 16), 'expression')?.message).toBe(
      'The query has too many comparisons when its lists are written out; at most 256 are allowed.',
    );
  });
});

test('a list of 1,000 identifiers is one filter', () => {
  const identifiers = (count: number): JsonValue => ({
    UIN: { $in: Array.from({ length: count }, (_, index) => index) },
  });
  expect(compile(identifiers(1000), 'expression')).toBeUndefined();
  expect(compile(identifiers(1001), 'expression')?.message).toMatch(/at most 1000 are allowed/);
});

describe('hostile input costs little', () => {
  const many = 100_000;
  const inputs: readonly [string, JsonValue, string?][] = [
    ...nestings.map(([name, query, type]): [string, JsonValue, string] => [
      `20,000 levels of ${name}`,
      query(20_000),
      type,
    ]),
    ['100,000 conditions', { seq: Array(many).fill(condition) }],
    ['100,000 values', { email: { $in: Array(many).fill('a') } }],
    ['100,000 members', Object.fromEntries(Array.from({ length: many }, (_, index) => [`m${index}`, 1]))],
    ['100,000 predicates', Array(many).fill({ expression1: condition })],
    ['20,000 wrappings', nest(20_000, (inner) => ({ expression: inner }), condition)],
    [
      '20,000 typed wrappings',
      nest(20_000, (inner) => ({ type: 'ns:org:QueryType:expression', value: inner }), condition),
    ],
    ['20,000 wrappings inside seq', { seq: [nest(20_000, (inner) => ({ expression: inner }), condition)] }],
    ['long attribute name', { [`${'a.'.repeat(many)}`]: 1 }],
    ['long prefix', { [`${'person.'.repeat(many)}age`]: 1 }],
    ['long value for a date', { birth_date: '9'.repeat(1_000_000) }],
    ['long value for a number', { disability_level: '9'.repeat(1_000_000) }],
    ['CEL: spread negations', '! '.repeat(30_000), 'predicate'],
    ['CEL: negations behind quotes', `'"' == a || ${'-'.repeat(60_000)}1`, 'predicate'],
    ['CEL: parentheses', '('.repeat(60_000), 'predicate'],
    ['CEL: chain', Array(6000).fill('a').join('||'), 'predicate'],
    ['CEL: member chain', `a${'.a'.repeat(30_000)}`, 'predicate'],
    ['CEL: digits', `a == ${'9'.repeat(60_000)}`, 'predicate'],
    ['CEL: long text', `a == '${'\\\\'.repeat(30_000)}'`, 'predicate'],
    ['CEL: too long', ' '.repeat(1_000_000), 'predicate'],
    ['CEL: map', '{'.repeat(60_000), 'predicate'],
    ['CEL: ternaries', 'a?'.repeat(30_000), 'predicate'],
  ];
  test.each(inputs)('%s', (_, query, queryType = 'expression') => {
    const type = Array.isArray(query) ? 'predicate' : queryType;
    compile({ is_disabled: true });
    const start = performance.now();
    expect(compile(query, type)?.code).toMatch(/^rjct\.(filter|search_criteria)\.invalid$/);
    // Measured 0 to 15 ms on an idle machine; an attack would take minutes.
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
