import { type CivilEvent, type CivilGeneration, type CivilRow, idTypesOf } from './opencrvs-records.fixtures.ts';
import type { NoteFault } from './openspp-query.fixtures.ts';
import { isJson, type Json } from './plain-json.fixtures.ts';

/** A request that is refused as a whole. */
export class CivilError extends Error {}

type Test = (row: CivilRow) => boolean;

const everybody: Test = () => true;

const events: readonly CivilEvent[] = ['birth', 'death', 'marriage'];

/**
 * The event that a search is about: `reg_event_type {value: "1"}` in 2023, the ending of `reg_type` in 2024,
 * `reg_event_type` from 2025 on.
 *
 * @throws CivilError when the criteria name none in this version's way
 */
export function eventOf(criteria: Json, generation: CivilGeneration): CivilEvent {
  const { reg_type: regType, reg_event_type: eventType } = criteria;
  let named: unknown;
  if (generation === '2023') named = isJson(eventType) ? events[Number(eventType.value) - 1] : undefined;
  else if (generation === '2024') {
    named = typeof regType === 'string' ? /^ocrvs:registry_type:(\w+)$/.exec(regType)?.[1] : undefined;
  } else if (regType === 'ns:org:RegistryType:Civil') named = eventType;
  const event = events.find((each) => each === named);
  if (event === undefined) throw new CivilError('"search_criteria.reg_type" is not allowed');
  return event;
}

/** Names that a date of a row is searched by; nothing else is indexed, and a date of death is not. */
function indexedDate(attribute: string, row: CivilRow): string | undefined {
  const folded = attribute.toLowerCase().replaceAll(/[_.-]/g, '');
  if (folded === 'createdat') return row.createdAt;
  if (['birthdate', 'dateofbirth', 'dob'].includes(folded)) return row.birthDate;
  return undefined;
}

const indexed = (attribute: string, event: CivilEvent): boolean =>
  /^created_?at$/i.test(attribute) || (event === 'birth' && /^(?:birth_?date|date_?of_?birth|dob)$/i.test(attribute));

/** A date holds its whole day at the upper end. */
const within = (value: string, gte: unknown, lte: unknown): boolean =>
  (typeof gte !== 'string' || value >= gte) && (typeof lte !== 'string' || value.slice(0, lte.length) <= lte);

function expressionTest(query: unknown, event: CivilEvent, generation: CivilGeneration, note: NoteFault): Test {
  const { type, value } = isJson(query) ? query : {};
  if (type !== 'ns:org:QueryType:expression' || !isJson(value)) throw new CivilError('"query.type" is not allowed');
  const nested = isJson(value.expression) ? value.expression.query : undefined;
  const attributes = generation === '2026' ? nested : value;
  if (!isJson(attributes)) throw new CivilError('"query.value" is not allowed');
  const tests = Object.entries(attributes).map(([attribute, range]): Test => {
    const { type: kind, gte, lte } = isJson(range) ? range : {};
    const ends = [gte, lte].filter((end) => end !== undefined);
    if (kind !== 'range' || ends.length === 0 || ends.some((end) => typeof end !== 'string')) {
      throw new CivilError(`"query.value.${attribute}" is not allowed`);
    }
    if (!indexed(attribute, event)) {
      note('unfiltered', `${event}: range of ${attribute}`);
      return everybody;
    }
    return (row) => {
      const date = indexedDate(attribute, row);
      return date !== undefined && within(date, gte, lte);
    };
  });
  if (tests.length === 0) note('unfiltered', 'an empty expression');
  return (row) => tests.every((test) => test(row));
}

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  eq: (left, right) => left === right,
  gt: (left, right) => left > right,
  lt: (left, right) => left < right,
  ge: (left, right) => left >= right,
  le: (left, right) => left <= right,
};

/** Ignores what it does not know: a lone `eq`, every predicate of a marriage, and attributes without index. */
function predicateTest(query: unknown, event: CivilEvent, generation: CivilGeneration, note: NoteFault): Test {
  if (generation === '2025') throw new CivilError('"query_type" must be one of [idtype-value, expression]');
  if (!Array.isArray(query) || !query.every(isJson)) throw new CivilError('"query" must be an array');
  const tests = query.map(({ expression1, expression2, condition }): Test => {
    const expressions = [expression1, expression2].filter(isJson);
    const isLoneEqual = expressions.length === 1 && expressions[0]?.operator === 'eq';
    const parts = expressions.map(({ attribute_name: name, operator, attribute_value: value }): Test | undefined => {
      const attribute = String(name);
      if (!indexed(attribute, event)) return undefined;
      const compare = comparisons[String(operator)];
      const wanted = generation === '2026' && operator === 'in' && Array.isArray(value) ? value : undefined;
      if (wanted !== undefined) return (row) => wanted.includes(indexedDate(attribute, row));
      if (compare === undefined) throw new CivilError('"operator" is not allowed');
      return (row) => compare(indexedDate(attribute, row)?.slice(0, String(value).length) ?? '', String(value));
    });
    if (event === 'marriage' || isLoneEqual || parts.includes(undefined)) {
      note('unfiltered', `${event}: predicate of ${expressions.map(({ attribute_name: name }) => name).join(', ')}`);
      return everybody;
    }
    const held = parts.filter((part) => part !== undefined);
    return condition === 'or' ? (row) => held.some((part) => part(row)) : (row) => held.every((part) => part(row));
  });
  if (tests.length === 0) note('unfiltered', 'an empty predicate');
  return (row) => tests.every((test) => test(row));
}

function identifierTest(query: unknown, generation: CivilGeneration): Test {
  const { type, value } = isJson(query) ? query : {};
  const types = idTypesOf(generation);
  if (typeof type !== 'string' || !types.includes(type)) throw new CivilError(`"query.type" must be one of [${types}]`);
  if (typeof value !== 'string') throw new CivilError('"query.value" must be a string');
  return ({ identifiers }) => identifiers[type] === value;
}

/**
 * Compiles the query of a search as a version of OpenCRVS understands it.
 *
 * @throws CivilError for what it refuses
 */
export function civilTest(criteria: Json, event: CivilEvent, generation: CivilGeneration, note: NoteFault): Test {
  const { query_type: queryType, query } = criteria;
  const ofEvent: Test = (row) => row.event === event;
  const compile = (): Test => {
    if (queryType === 'idtype-value') return identifierTest(query, generation);
    if (queryType === 'expression') return expressionTest(query, event, generation, note);
    if (queryType === 'predicate') return predicateTest(query, event, generation, note);
    throw new CivilError('"query_type" is not allowed');
  };
  const test = compile();
  return (row) => ofEvent(row) && test(row);
}
