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

/** Our identifier types → those that OpenCRVS knows. */
const identifierNames: Readonly<Record<string, string>> = {
  BRN: 'BRN',
  DRN: 'DRN',
  MRN: 'MRN',
  UIN: 'UIN',
  NationalID: 'NID',
  OPENCRVS_RECORD_ID: 'OPENCRVS_RECORD_ID',
};

/**
 * The DCI interface of OpenCRVS (protocol.md section 10; dialects.md sections 2 to 4): JWS with our address as `sender_id`,
 * JWE with unprotected headers, the event type in `reg_type`, ranges of the date of registration. It passes over most other
 * conditions and answers with everybody, so that these are refused here.
 */
export const opencrvsDialect: ShippedDialect = defineDialect({
  name: 'opencrvs',
  summary: 'OpenCRVS: JWS, event types, identifiers and ranges of registration dates',
  calls: ['sync-search', 'search'],
  signatures: { write: 'jws', read: ['jws'] },
  encryption: { headers: 'unprotected' },
  repeatable: false,
  locale: 'eng',
  path: (call, _, operation) => `registry/${callPath(call, operation)}`,
  writeHeader: writeOpencrvsHeader,
  writeQuery: (query, { registry }) => writeOpencrvsQuery(query.filter(), registry),
  writeSearchCriteria(criteria, { registry, eventType }) {
    refuseCursor(criteria, 'OpenCRVS');
    if (eventType === undefined) return { ...criteria, reg_type: registry.code };
    const code = resolveEventType(registry, eventType);
    const name = code === undefined || !Object.hasOwn(eventNames, code) ? undefined : eventNames[code];
    if (name === undefined) {
      throw unusableCriteria('OpenCRVS has the event types birth, death and marriage only.', 'reg_event_type');
    }
    return { ...criteria, reg_type: `ocrvs:registry_type:${name}`, reg_event_type: name };
  },
  writeMessage: (message) => message,
  readParties: readCopiedParties,
  readMessage: withUnfoundItems,
  readRefusal,
});

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

function writeOpencrvsQuery(filter: UnboundFilter, registry: RegistryType): WrittenQuery {
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
    query: { type: 'ns:org:QueryType:expression', value: writeRangeExpression(named) },
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
