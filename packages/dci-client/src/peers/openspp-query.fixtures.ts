import { CelError, type CelValue, compileCel } from './cel.fixtures.ts';
import type { OpensppRow } from './openspp-rows.fixtures.ts';
import type { PeerFault } from './peer-server.fixtures.ts';
import { isDict, isList, type PythonDict, type PythonValue, plain } from './python-json.fixtures.ts';

/** A search item that the service rejects. */
export class OpensppRejection extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Called for what the service lets pass although it should not. */
export type NoteFault = (fault: PeerFault, detail: string) => void;

type Test = (row: OpensppRow) => boolean;

const everybody: Test = () => true;
const nobody: Test = () => false;

/** What the service knows by name; anything else is passed to Odoo as the name of a field. */
const knownAttributes = new Set(
  'name given_name surname family_name birth_date birthdate sex gender phone email city locality region country'.split(
    ' ',
  ),
);
/** Fields of Odoo that the seeds search by, and that therefore do work. */
const odooFields = new Set(
  'area_id.code is_registrant is_group create_date write_date poverty_score group_size'.split(' '),
);

const operators: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '=': (left, right) => left === right,
  '>': (left, right) => compare(left, right) > 0,
  '<': (left, right) => compare(left, right) < 0,
  '>=': (left, right) => compare(left, right) >= 0,
  '<=': (left, right) => compare(left, right) <= 0,
  in: (left, right) => Array.isArray(right) && right.includes(left),
  contains: (left, right) => String(left).toLowerCase().includes(String(right).toLowerCase()),
};

function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  return left === right ? 0 : left < right ? -1 : 1;
}

function conditionTest(condition: PythonDict, note: NoteFault): Test {
  const attribute = String(plain(condition.attribute));
  const operator = String(plain(condition.operator ?? '='));
  const test = operators[operator];
  if (test === undefined || !(knownAttributes.has(attribute) || odooFields.has(attribute))) {
    note('unknown_name', `${attribute} ${operator}`);
    return nobody;
  }
  const value = plain(condition.value);
  return ({ attributes }) => attribute in attributes && test(attributes[attribute], value);
}

/** `seq` OR each alternative. A dict without `seq` has no condition at all, so that everybody matches. */
function expressionTest(value: PythonValue | undefined, note: NoteFault): Test {
  if (!isDict(value)) throw new OpensppRejection('rjct.filter.invalid', 'not an expression');
  if ('attribute' in value) return conditionTest(value, note);
  const { seq, or, or_: orUnderscore } = value;
  if (!isList(seq) || seq.length === 0) {
    note('unfiltered', `expression with ${Object.keys(value).join(', ') || 'nothing'}, without seq`);
    return everybody;
  }
  const all = seq.map((part) => expressionTest(part, note));
  const alternatives = [or, orUnderscore].flatMap((list) => (isList(list) ? list : []));
  const tests: readonly Test[] = [
    (row) => all.every((test) => test(row)),
    ...alternatives.map((part) => expressionTest(part, note)),
  ];
  return (row) => tests.some((test) => test(row));
}

function predicateTest(query: PythonValue | undefined, note: NoteFault): Test {
  const text = isDict(query) ? (query.expression ?? query.value) : query;
  if (typeof text !== 'string') throw new OpensppRejection('rjct.filter.invalid', 'Predicate must be a CEL text');
  try {
    const test = compileCel(text);
    return ({ attributes }) =>
      test((name): CelValue => {
        const field = name.replace(/^(?:person|group|r)\./, '');
        if (field !== 'age' && !knownAttributes.has(field) && !odooFields.has(field)) note('unknown_name', name);
        return attributes[field];
      });
  } catch (error) {
    if (error instanceof CelError) throw new OpensppRejection('rjct.filter.invalid', `CEL: ${error.message}`);
    throw error;
  }
}

function identifierTest(query: PythonValue | undefined): Test {
  const { type, value } = isDict(query) ? query : {};
  if (typeof type !== 'string' || value === undefined) {
    throw new OpensppRejection('rjct.filter.invalid', 'type and value are required');
  }
  const wanted = String(plain(value));
  return ({ identifiers }) => identifiers.some(({ names, value: held }) => names.includes(type) && held === wanted);
}

/**
 * Compiles a query as the search service of OpenSPP2 understands it.
 *
 * @throws OpensppRejection for what it rejects
 */
export function opensppTest(queryType: unknown, query: PythonValue | undefined, note: NoteFault): Test {
  if (queryType === 'idtype-value') return identifierTest(query);
  if (queryType === 'expression') return expressionTest(query, note);
  if (queryType === 'predicate') return predicateTest(query, note);
  throw new OpensppRejection('rjct.search_criteria.invalid', 'query_type');
}

/**
 * Sorts rows by `sort`; an attribute that Odoo does not have is a fault.
 *
 * @throws OpensppRejection for a sort that is no list of attributes
 */
export function opensppSort(
  rows: readonly OpensppRow[],
  sort: PythonValue | undefined,
  note: NoteFault,
): readonly OpensppRow[] {
  if (sort === undefined || sort === null) return rows;
  if (!isList(sort)) throw new OpensppRejection('rjct.sort.invalid', 'sort');
  const keys = sort.map((item) => {
    const { attribute_name: name, sort_order: direction } = isDict(item) ? item : {};
    if (typeof name !== 'string') throw new OpensppRejection('rjct.sort.invalid', 'attribute_name');
    if (!knownAttributes.has(name) && !odooFields.has(name)) note('unknown_name', `sort by ${name}`);
    return { name, sign: direction === 'desc' ? -1 : 1 };
  });
  return rows.toSorted((left, right) => {
    for (const { name, sign } of keys) {
      const difference = compare(left.attributes[name], right.attributes[name]);
      if (difference !== 0 && !Number.isNaN(difference)) return sign * difference;
    }
    return 0;
  });
}
