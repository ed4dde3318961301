import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { resolveEventType, resolveRecordType } from '../registry-type/resolve.ts';
import { unusableCriteria } from './criteria.ts';
import type { MessageContext } from './dialect.ts';
import { writeOpensppQuery } from './openspp-query.ts';

/** Names of registry types in OpenSPP; it reads them bare and as URI, and answers with these. */
const registryNames: Readonly<Record<string, string>> = {
  social: 'SOCIAL_REGISTRY',
  crvs: 'CRVS',
  ibr: 'IBR',
  dr: 'DR',
  fr: 'FR',
};

/** Codes of our event types → those of OpenSPP's `RegistryEventType`. */
const eventNames: Readonly<Record<string, string>> = {
  REGISTER: 'REGISTRATION',
  UPDATE: 'UPDATE',
  DELETE: 'DELETE',
  LiveBirth: 'BIRTH',
  Death: 'DEATH',
  Marriage: 'MARRIAGE',
  Divorce: 'DIVORCE',
  enrollement: 'ENROLLMENT',
  DISENROLLMENT: 'DISENROLLMENT',
  BENEFIT_DISBURSEMENT: 'BENEFIT_DISBURSEMENT',
};

/**
 * @param registry - a registry type
 * @returns OpenSPP's name of it
 */
export function opensppRegistry({ name, code }: RegistryType): string {
  return registryNames[name] ?? code;
}

/**
 * @param recordType - name of a record type as the caller wrote it
 * @param registry - its registry type
 * @returns OpenSPP's name of it
 * @throws DciError `rjct.search_criteria.invalid` for one that OpenSPP does not have
 */
export function opensppRecordType(recordType: JsonValue, registry: RegistryType): JsonValue {
  if (registry.name !== 'social' || typeof recordType !== 'string') return recordType;
  const name = resolveRecordType(registry, recordType)?.name;
  if (name === 'Person') return 'PERSON';
  if (name === 'Group') return 'GROUP';
  throw unusableCriteria('OpenSPP has records of the types Person and Group only.', 'reg_record_type');
}

/**
 * Writes a message other than a search as OpenSPP reads it (dialects.md section 2): its names of event types, registries and
 * records in a subscription, with the filter in its form, and a single subscription code also under OpenSPP's own name.
 *
 * @param message - the message in the standard's form
 * @param context - call and registry
 * @returns the message
 * @throws DciError `rjct.notify_types.invalid` for an event type that it does not have; `rjct.filter.invalid`
 */
export function writeOpensppMessage(message: JsonObject, { call, registry }: MessageContext): JsonObject {
  const { subscribe_request: items, subscription_codes: codes } = message;
  if (call === 'subscribe' && isList(items)) {
    return { ...message, subscribe_request: items.map((item) => writeSubscription(item, registry)) };
  }
  if (call === 'unsubscribe' && isList(codes) && codes.length === 1) {
    return { ...message, subscription_code: codes[0] };
  }
  return message;
}

function writeSubscription(item: JsonValue, registry: RegistryType): JsonValue {
  const criteria = isJsonObject(item) ? item.subscribe_criteria : undefined;
  if (!isJsonObject(item) || !isJsonObject(criteria)) return item;
  const { reg_type, reg_event_type, notify_record_type, filter, filter_type, ...rest } = criteria;
  const written =
    filter === undefined || filter === null
      ? undefined
      : writeOpensppQuery(
          parseQuery({ query: filter, ...(typeof filter_type === 'string' && { queryType: filter_type }) }).filter,
          registry,
        );
  return {
    ...item,
    subscribe_criteria: {
      ...rest,
      ...(reg_type !== undefined && { reg_type: opensppRegistry(registry) }),
      reg_event_type: eventName(reg_event_type, registry),
      ...(written !== undefined && { filter_type: written.queryType, filter: written.query }),
      ...(notify_record_type !== undefined && {
        notify_record_type: opensppRecordType(notify_record_type, registry),
      }),
    },
  };
}

function eventName(value: JsonValue | undefined, registry: RegistryType): string {
  const [eventType, ...more] = isList(value) ? value : [value];
  const code = typeof eventType === 'string' ? resolveEventType(registry, eventType) : undefined;
  const name = code === undefined || !Object.hasOwn(eventNames, code) ? undefined : eventNames[code];
  if (name === undefined || more.length > 0) {
    throw unusableCriteria(
      name === undefined ? 'OpenSPP has no such event type.' : 'OpenSPP takes one event type for each subscription.',
      'reg_event_type',
      'rjct.notify_types.invalid',
    );
  }
  return name;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
