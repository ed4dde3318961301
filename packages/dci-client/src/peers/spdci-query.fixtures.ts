import { isJson, type Json, objectsOf } from './plain-json.fixtures.ts';
import type { StandardRow } from './spdci-records.fixtures.ts';

/** An item that is rejected, with its code of the standard. */
export class StandardRejection extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Test = (row: StandardRow) => boolean;
type Comparison = (left: unknown, right: unknown) => boolean;

const filterFault = (message: string): StandardRejection => new StandardRejection('rjct.filter.invalid', message);

function order(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Operators of a predicate; the mongo form has them with a `$`. */
const comparisons: Readonly<Record<string, Comparison>> = {
  eq: (left, right) => left === right,
  gt: (left, right) => order(left, right) > 0,
  lt: (left, right) => order(left, right) < 0,
  ge: (left, right) => order(left, right) >= 0,
  le: (left, right) => order(left, right) <= 0,
  in: (left, right) => Array.isArray(right) && right.includes(left),
};

const mongoOperators: Readonly<Record<string, string>> = {
  $eq: 'eq',
  $gt: 'gt',
  $lt: 'lt',
  $gte: 'ge',
  $lte: 'le',
  $in: 'in',
};

/** Attributes of any row: an unknown one is refused, never ignored. */
function comparisonTest(rows: readonly StandardRow[], attribute: string, operator: string, value: unknown): Test {
  const compare = comparisons[operator];
  if (compare === undefined) throw filterFault(`operator ${operator}`);
  if (!rows.some(({ attributes }) => attribute in attributes)) throw filterFault(`attribute ${attribute}`);
  return ({ attributes }) => attribute in attributes && compare(attributes[attribute], value);
}

function mongoTest(rows: readonly StandardRow[], query: unknown): Test {
  if (!isJson(query) || Object.keys(query).length === 0) throw filterFault('empty query');
  const tests = Object.entries(query).map(([name, value]): Test => {
    if (name === '$and' || name === '$or') {
      const parts = objectsOf(value).map((part) => mongoTest(rows, part));
      if (parts.length === 0) throw filterFault(name);
      return name === '$and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
    }
    if (!isJson(value)) return comparisonTest(rows, name, 'eq', value);
    const parts = Object.entries(value).map(([operator, operand]) =>
      comparisonTest(rows, name, mongoOperators[operator] ?? operator.replace(/^(?!\$)/, 'no $: '), operand),
    );
    return (row) => parts.every((part) => part(row));
  });
  return (row) => tests.every((test) => test(row));
}

/** Only `{type: "ns:org:QueryType:expression", value: {expression: {collection, query}}}`, as the files show it. */
function expressionTest(rows: readonly StandardRow[], query: unknown): Test {
  const value = isJson(query) && query.type === 'ns:org:QueryType:expression' ? query.value : undefined;
  const expression = isJson(value) ? value.expression : undefined;
  if (!isJson(expression)) throw filterFault('no expression of the standard');
  return mongoTest(rows, expression.query);
}

function predicateTest(rows: readonly StandardRow[], query: unknown): Test {
  const items = objectsOf(query).toSorted((left, right) => order(left.seq_num, right.seq_num));
  if (items.length === 0) throw filterFault('no predicates');
  const part = (expression: Json): Test =>
    comparisonTest(rows, String(expression.attribute_name), String(expression.operator), expression.attribute_value);
  const tests = items.map(({ expression1, condition, expression2 }): Test => {
    if (!isJson(expression1)) throw filterFault('expression1');
    const first = part(expression1);
    if (!isJson(expression2)) return first;
    const second = part(expression2);
    if (condition === 'or') return (row) => first(row) || second(row);
    if (condition === 'not') return (row) => first(row) && !second(row);
    return (row) => first(row) && second(row);
  });
  return (row) => tests.every((test) => test(row));
}

function identifierTest(query: unknown): Test {
  const { type, value } = isJson(query) ? query : {};
  if (typeof type !== 'string' || value === undefined) throw filterFault('type and value');
  return ({ identifiers }) => identifiers[type] === String(value);
}

/**
 * Compiles a query in the forms of the standard alone.
 *
 * @throws StandardRejection for anything else
 */
export function standardTest(rows: readonly StandardRow[], queryType: unknown, query: unknown): Test {
  if (queryType === 'idtype-value') return identifierTest(query);
  if (queryType === 'expression') return expressionTest(rows, query);
  if (queryType === 'predicate') return predicateTest(rows, query);
  throw new StandardRejection('rjct.search_criteria.invalid', 'query_type');
}

/**
 * The identifier that a special call of IBR or DR asks for, as their examples do: `{"person_identifier": {"eq": "…"}}`,
 * `{"member.member_identifier": {"eq": "…"}}`; or `{type, value}`.
 *
 * @throws StandardRejection when there is none
 */
export function specialTest(query: unknown): Test {
  if (isJson(query) && typeof query.type === 'string') return identifierTest(query);
  const tests = Object.entries(isJson(query) ? query : {}).map(([name, value]): Test => {
    const wanted = isJson(value) ? value.eq : undefined;
    if (!/identifier$/.test(name) || typeof wanted !== 'string') throw filterFault(`attribute ${name}`);
    return ({ identifiers }) => Object.values(identifiers).includes(wanted);
  });
  if (tests.length === 0) throw filterFault('empty query');
  return (row) => tests.every((test) => test(row));
}

/**
 * Sorts rows; an unknown attribute is refused.
 *
 * @throws StandardRejection for it
 */
export function standardSort(
  all: readonly StandardRow[],
  rows: readonly StandardRow[],
  sort: unknown,
): readonly StandardRow[] {
  const keys = objectsOf(sort).map(({ attribute_name: name, sort_order: direction }) => {
    if (typeof name !== 'string' || !all.some(({ attributes }) => name in attributes)) {
      throw new StandardRejection('rjct.sort.invalid', 'attribute_name');
    }
    return { name, sign: direction === 'desc' ? -1 : 1 };
  });
  return rows.toSorted((left, right) => {
    for (const { name, sign } of keys) {
      const difference = order(left.attributes[name], right.attributes[name]);
      if (difference !== 0 && !Number.isNaN(difference)) return sign * difference;
    }
    return 0;
  });
}
