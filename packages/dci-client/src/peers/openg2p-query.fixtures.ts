import { type PeerPerson, people } from './people.fixtures.ts';
import { isDict, isList, type PythonDict, type PythonValue, plain } from './python-json.fixtures.ts';

/** A request that is rejected: HTTP 200, and `rjct` in the header. */
export class Openg2pRejection extends Error {}

/** A row of a register. */
export interface Openg2pRow {
  readonly person: PeerPerson;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, string>>;
}

type Test = (row: Openg2pRow) => boolean;

/** The rows of every register; columns have no dots in their names. */
export const openg2pRows: readonly Openg2pRow[] = people.map((person) => ({
  person,
  identifiers: { UIN: person.uin, FID: `F-${person.uin}` },
  columns: {
    given_name: person.givenName,
    surname: person.surname,
    sex: person.sex,
    birth_date: person.birthDate,
    region: person.region,
    locality: person.locality,
    registration_date: person.registeredAt,
  },
}));

type Comparison = (left: string, right: unknown) => boolean;

const negated =
  (comparison: Comparison): Comparison =>
  (left, right) =>
    !comparison(left, right);
const isIn: Comparison = (left, right) => Array.isArray(right) && right.includes(left);
const comparisons: Readonly<Record<string, Comparison>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => typeof right === 'string' && left > right,
  gte: (left, right) => typeof right === 'string' && left >= right,
  lt: (left, right) => typeof right === 'string' && left < right,
  lte: (left, right) => typeof right === 'string' && left <= right,
  in: isIn,
  nin: negated(isIn),
};

function comparisonTest(attribute: string, operator: string, value: PythonValue | undefined): Test {
  const compare = comparisons[operator];
  if (attribute.includes('.')) throw new Openg2pRejection(`Invalid field name: ${attribute}`);
  if (openg2pRows[0] === undefined || !(attribute in openg2pRows[0].columns)) {
    throw new Openg2pRejection(`Unknown field: ${attribute}`);
  }
  if (compare === undefined) throw new Openg2pRejection(`Unsupported operator: ${operator}`);
  const wanted = plain(value);
  return ({ columns }) => compare(columns[attribute] ?? '', wanted);
}

function mongoTest(query: PythonValue | undefined): Test {
  if (!isDict(query) || Object.keys(query).length === 0) throw new Openg2pRejection('Empty expression');
  const tests = Object.entries(query).map(([name, value]): Test => {
    if (name === '$and' || name === '$or') {
      if (!isList(value) || value.length === 0) throw new Openg2pRejection(`${name} needs a list`);
      const parts = value.map(mongoTest);
      return name === '$and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
    }
    if (name === '$not') {
      const inner = mongoTest(value);
      return (row) => !inner(row);
    }
    // A bare scalar means $eq.
    if (!isDict(value)) return comparisonTest(name, 'eq', value);
    const parts = Object.entries(value).map(([operator, operand]) =>
      comparisonTest(name, operator.startsWith('$') ? operator.slice(1) : `without $: ${operator}`, operand),
    );
    return (row) => parts.every((part) => part(row));
  });
  return (row) => tests.every((test) => test(row));
}

/** The mongo query in any wrapping: the standard's, `{collection, query}`, or none. */
function unwrapped(query: PythonValue | undefined): PythonValue | undefined {
  if (!isDict(query)) return query;
  if (typeof query.type === 'string' && isDict(query.value)) return unwrapped(query.value);
  if (isDict(query.expression)) return unwrapped(query.expression);
  return typeof query.collection === 'string' && isDict(query.query) ? query.query : query;
}

const standardOperators: Readonly<Record<string, string>> = { ge: 'gte', le: 'lte' };

function predicateTest(query: PythonValue | undefined): Test {
  if (!isList(query) || query.length === 0) throw new Openg2pRejection('Predicate must be a list');
  const part = (expression: PythonValue | undefined): Test => {
    if (!isDict(expression)) throw new Openg2pRejection('expression1 is required');
    const operator = String(expression.operator);
    return comparisonTest(
      String(expression.attribute_name),
      standardOperators[operator] ?? operator,
      expression.attribute_value,
    );
  };
  // The items are always ANDed; a condition joins the two expressions of one item.
  const tests = query.map((item): Test => {
    const { expression1, expression2, condition } = isDict(item) ? item : {};
    const first = part(expression1);
    if (expression2 === undefined || expression2 === null) return first;
    const second = part(expression2);
    if (condition === 'or') return (row) => first(row) || second(row);
    if (condition === 'not') return (row) => first(row) && !second(row);
    return (row) => first(row) && second(row);
  });
  return (row) => tests.every((test) => test(row));
}

function identifierTest(query: PythonValue | undefined): Test {
  const { type, value } = isDict(query) ? query : {};
  const [idType, idValue] = type === 'idtype-value' && isDict(value) ? [value.id_type, value.id_value] : [type, value];
  if (typeof idType !== 'string' || typeof idValue !== 'string') throw new Openg2pRejection('Invalid identifier query');
  if (!['UIN', 'FID'].includes(idType)) throw new Openg2pRejection(`Unknown identifier type: ${idType}`);
  return ({ identifiers }) => identifiers[idType] === idValue;
}

/**
 * Compiles the query of a search as the registry platform of OpenG2P understands it.
 *
 * @throws Openg2pRejection for what it rejects
 */
export function openg2pTest({ query_type: queryType, query }: PythonDict): Test {
  if (queryType === 'idtype-value') return identifierTest(query);
  if (queryType === 'expression') return mongoTest(unwrapped(query));
  if (queryType === 'predicate') return predicateTest(query);
  throw new Openg2pRejection('Unsupported query_type');
}
