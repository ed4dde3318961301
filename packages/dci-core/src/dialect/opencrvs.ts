import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { resolveEventType, resolveIdentifierType } from '../registry-type/resolve.ts';
import { attributesNamed } from './attribute-of.ts';
import { refuseCursor, unusableCriteria } from './criteria.ts';
import { defineDialect, type ShippedDialect, type WrittenQuery } from './dialect.ts';
import { inWholeSeconds, readCopiedParties } from './header.ts';
import { identifierAsked } from './identifier-query.ts';
import { mapConditions, type UnboundCondition } from './map-conditions.ts';
import { noFormFor } from './query-refusal.ts';
import { readRefusal } from './read-refusal.ts';
import { callPath } from './standard-path.ts';
import { withUnfoundItems } from './unfound-items.ts';
import { writeRangeExpression } from './write-range-expression.ts';

/** Codes of our event types → names of OpenCRVS. */
const eventNames: Readonly<Record<string, string>> = { LiveBirth: 'birth', Death: 'death', Marriage: 'marriage' };

/** What the generations of OpenCRVS have each in their own way (dialects.md section 2). */
interface OpencrvsGeneration {
  readonly name: ShippedDialect['name'];
  readonly years: string;
  /** Our identifier types → its own; it knows no others. */
  readonly identifierNames: Readonly<Record<string, string>>;
  /** Criteria that say which event is searched: `birth`, `death` or `marriage`. */
  readonly writeEvent: (event: string) => JsonObject;
  /** The value of an expression of ranges. */
  readonly writeValue: (ranges: JsonObject) => JsonObject;
}

const earlierIdentifiers: OpencrvsGeneration['identifierNames'] = {
  BRN: 'BRN',
  NationalID: 'NID',
  DRN: 'DRN',
  MRN: 'MRN',
  OPENCRVS_RECORD_ID: 'OPENCRVS_RECORD_ID',
};

/**
 * The DCI interface of OpenCRVS as of 2024 (protocol.md section 10; dialects.md sections 2 to 4): JWS with our address as
 * `sender_id`, JWE with unprotected headers, the event type in `reg_type`, ranges of the date of registration. It passes over
 * most other conditions and answers with everybody, so that these are refused here.
 */
export const opencrvsDialect = opencrvs({
  name: 'opencrvs',
  years: '2024',
  identifierNames: earlierIdentifiers,
  writeEvent: (event) => ({ reg_type: `ocrvs:registry_type:${event}`, reg_event_type: event }),
  writeValue: (ranges) => ranges,
});

/** OpenCRVS as of 2025: as {@link opencrvsDialect}, with the standard's `reg_type` and the event beside it. */
export const opencrvs2025Dialect = opencrvs({
  name: 'opencrvs-2025',
  years: '2025',
  identifierNames: earlierIdentifiers,
  writeEvent: (event) => ({ reg_event_type: event }),
  writeValue: (ranges) => ranges,
});

/** OpenCRVS as of 2026: as {@link opencrvs2025Dialect}, with nested expressions and other identifier types. */
export const opencrvs2026Dialect = opencrvs({
  name: 'opencrvs-2026',
  years: '2026',
  identifierNames: { UIN: 'UIN', BRN: 'BRN', DRN: 'DRN' },
  writeEvent: (event) => ({ reg_event_type: event }),
  writeValue: (ranges) => ({ expression: { query: ranges } }),
});

/** The generations of OpenCRVS, the earliest first. It holds one record for each event of a person. */
export const opencrvsDialects: readonly ShippedDialect[] = [opencrvsDialect, opencrvs2025Dialect, opencrvs2026Dialect];

function opencrvs(generation: OpencrvsGeneration): ShippedDialect {
  const { name, years, identifierNames, writeEvent } = generation;
  return defineDialect({
    name,
    summary: `OpenCRVS as of ${years}: JWS, event types, identifiers and ranges of registration dates`,
    calls: ['sync-search', 'search'],
    signatures: { write: 'jws', read: ['jws'] },
    encryption: { headers: 'unprotected' },
    repeatable: false,
    locale: 'eng',
    identifierTypes: Object.keys(identifierNames),
    path: (call, _, operation) => `registry/${callPath(call, operation)}`,
    writeHeader: writeOpencrvsHeader,
    writeQuery: (query, { registry }) => writeOpencrvsQuery(query.filter(), registry, generation),
    writeSearchCriteria(criteria, { registry, eventType }) {
      refuseCursor(criteria, 'OpenCRVS');
      const known = { ...criteria, reg_type: registry.code };
      return eventType === undefined ? known : { ...known, ...writeEvent(eventName(eventType, registry)) };
    },
    writeMessage: (message) => message,
    readParties: readCopiedParties,
    readMessage: withUnfoundItems,
    readRefusal,
  });
}

function eventName(eventType: string, registry: RegistryType): string {
  const code = resolveEventType(registry, eventType);
  const name = code === undefined || !Object.hasOwn(eventNames, code) ? undefined : eventNames[code];
  if (name === undefined) {
    throw unusableCriteria('OpenCRVS has the event types birth, death and marriage only.', 'reg_event_type');
  }
  return name;
}

/** OpenCRVS fetches our keys from below our id. */
function writeOpencrvsHeader(header: JsonObject): JsonObject {
  const { sender_id, status } = header;
  if (status === undefined && !/^https?:\/\//.test(String(sender_id))) {
    throw new DciError(
      'err.configuration.invalid',
      'OpenCRVS takes an address as our id, and fetches our keys below it.',
      {
        path: 'senderId',
      },
    );
  }
  return inWholeSeconds(header);
}

function writeOpencrvsQuery(
  filter: UnboundFilter,
  registry: RegistryType,
  { identifierNames, writeValue }: OpencrvsGeneration,
): WrittenQuery {
  const identifier = identifierAsked(filter, registry);
  if (identifier !== undefined) {
    const { identifierType, value } = identifier;
    const code = resolveIdentifierType(registry, identifierType);
    const type = Object.hasOwn(identifierNames, code) ? identifierNames[code] : undefined;
    if (type === undefined) throw noFormFor('OpenCRVS', 'this identifier type');
    return { queryType: 'idtype-value', query: { type, value } };
  }
  const named = mapConditions(filter, (condition) => translate(condition, registry));
  return {
    queryType: 'expression',
    query: { type: 'ns:org:QueryType:expression', value: writeValue(writeRangeExpression(named)) },
  };
}

function translate(condition: UnboundCondition, registry: RegistryType): UnboundFilter {
  if (condition.kind === 'identifier') throw noFormFor('OpenCRVS', 'an identifier among other conditions');
  const attribute = rangeName(condition.attribute, registry);
  // A record has one such date: what is at least and at most a date is that date.
  if (condition.kind === 'comparison' && condition.operator === 'eq') {
    const { value } = condition;
    const end = (operator: 'gte' | 'lte'): UnboundFilter => ({ kind: 'comparison', attribute, operator, value });
    return { kind: 'and', filters: [end('gte'), end('lte')] };
  }
  return { ...condition, attribute };
}

/** It passes over ranges of anything else, and finds everybody. */
function rangeName(attribute: string, registry: RegistryType): string {
  const meant = attributesNamed(attribute, registry);
  const isRegistration = meant.every(
    ({ name, definition }) => name === 'registration_date' && definition.many !== true,
  );
  if (meant.length > 0 && isRegistration) return 'createdAt';
  throw noFormFor('OpenCRVS', `the attribute ${attribute}: it has ranges of registration_date only`);
}
