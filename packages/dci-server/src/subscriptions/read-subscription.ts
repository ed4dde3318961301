import {
  chooseRecordType,
  DciError,
  type JsonObject,
  type JsonValue,
  type ParsedQuery,
  parseQuery,
  parseTimestamp,
  type RecordType,
  resolveEventType,
  resolveRecordType,
  resolveRegType,
  type SubscribeCriteria,
  type SubscribeRequestItem,
} from 'dci-core';
import type { RegistryAccess } from '../access/compile-policy.ts';
import { readableTypes } from '../access/consent.ts';
import { compileFieldGrants } from '../access/field-grants.ts';
import { purposeNotGranted, purposeOf } from '../access/purpose.ts';
import type { ServerLimits } from '../limits.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { Sender } from '../senders/sender.ts';
import type { FilteredSubscription } from '../stores/subscriptions.ts';
import { parseCron } from './cron.ts';

/** Where and on whose behalf a subscription is made. */
export interface SubscribeScope {
  readonly registry: ServedRegistry;
  readonly sender: Pick<Sender, 'dialect'>;
  /** What the sender may see in this registry. */
  readonly access: RegistryAccess;
  readonly limits: Pick<ServerLimits, 'query'>;
  /** Unix milliseconds. */
  readonly now: number;
  /** Life of a subscription that names no end. */
  readonly lifetimeMs: number;
}

/** What an item asks for, read and allowed. */
export interface WantedSubscription
  extends Pick<
    FilteredSubscription,
    | 'eventTypes'
    | 'recordType'
    | 'filterType'
    | 'received'
    | 'fields'
    | 'frequency'
    | 'startsAt'
    | 'expiresAt'
    | 'locale'
    | 'purpose'
  > {
  /** When the first digest is due. Absent: each event is sent at once. */
  readonly firstDigestAt?: number;
}

const mostFields = 200;

/** The last day that a timestamp can be written of. */
const latestTime = Date.UTC(9999, 11, 31);

/**
 * Reads one subscription that is asked for (protocol.md section 9): event types that the policy grants, a record type
 * that the sender may see, a filter over attributes that it may read, a frequency that comes to pass. What is unknown
 * and what is not granted is refused with the same text.
 *
 * Beside the standard's members it reads `expires`, an RFC 3339 timestamp, and `fields`, paths to which the records of
 * notifications are cut.
 *
 * @param item - the item
 * @param received - its `subscribe_criteria` as received, for members that the standard does not have
 * @param scope - registry, sender and time
 * @returns the subscription
 * @throws DciError `rjct.notify_types.invalid` for the event types, `rjct.notify_details.invalid` for the rest
 */
export function readSubscription(
  item: SubscribeRequestItem,
  received: JsonObject,
  scope: SubscribeScope,
): WantedSubscription {
  const { subscribe_criteria: criteria, locale } = item;
  checkRegistry(criteria, scope);
  const eventTypes = readEventTypes(criteria, scope);
  const purpose = detail(() => purposeFor(criteria, scope.access));
  const recordType = detail(() => bindFilter(criteria, scope));
  const fields = readFields(received.fields);
  const filterType = readFilterType(criteria.filter_type);
  return {
    eventTypes,
    recordType: recordType.name,
    ...(criteria.filter === undefined
      ? {}
      : {
          received: { filter: criteria.filter, dialect: scope.sender.dialect },
          ...(filterType === undefined ? {} : { filterType }),
        }),
    ...(fields === undefined ? {} : { fields }),
    ...readTimes(criteria, received.expires, scope),
    ...(locale !== undefined && /^[a-z]{3}$/.test(locale) ? { locale } : {}),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

/**
 * Parses the filter of a stored subscription, as {@link readSubscription} did.
 *
 * @param subscription - with its filter
 * @param limits - of queries
 * @returns the parsed query; `undefined` where every record is wanted
 * @throws DciError when it does not fit the limits any more
 */
export function parseFilter(
  { filterType, received }: Pick<FilteredSubscription, 'filterType' | 'received'>,
  limits: Pick<ServerLimits, 'query'>,
): ParsedQuery | undefined {
  if (received === undefined) return undefined;
  const { filter, dialect } = received;
  return parseQuery({ queryType: filterType, query: filter, dialect, limits: limits.query });
}

function checkRegistry({ reg_type: regType }: SubscribeCriteria, { registry }: SubscribeScope): void {
  if (regType === undefined || resolveRegType(regType, [registry.type]) !== undefined) return;
  throw invalid('reg_type is not the registry of this path', 'reg_type');
}

/** Also behind a prefix, as `spdci-common:RegistryEventType:LiveBirth`. */
function readEventTypes(criteria: SubscribeCriteria, { registry, access }: SubscribeScope): readonly string[] {
  const codes = criteria.reg_event_type.map((text) => {
    const code =
      resolveEventType(registry.type, text) ??
      resolveEventType(registry.type, text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1));
    if (code !== undefined && access.events.has(code)) return code;
    throw new DciError('rjct.notify_types.invalid', 'the event type is not one that can be subscribed to here', {
      path: 'subscribe_criteria.reg_event_type',
    });
  });
  return [...new Set(codes)];
}

function purposeFor(criteria: SubscribeCriteria, access: RegistryAccess): string | undefined {
  const purpose = purposeOf(criteria, access);
  if (access.isConsentRequired && purpose === undefined) throw purposeNotGranted();
  return purpose;
}

function bindFilter(criteria: SubscribeCriteria, scope: SubscribeScope): RecordType {
  const { registry, access, now } = scope;
  const name = criteria.notify_record_type;
  const available = readableTypes(access, registry.adapter);
  const named = name === undefined ? undefined : resolveRecordType(registry.type, name);
  const candidates = name === undefined ? available : available.filter(({ recordType }) => recordType === named);
  const [first] = candidates;
  if (first === undefined) {
    throw invalid('the record type is not one that can be subscribed to here', 'notify_record_type');
  }
  const { filter } = criteria;
  if (filter === undefined) return first.recordType;
  const parsed = parseFilter(
    { received: { filter, dialect: scope.sender.dialect }, ...filterTypeOf(criteria.filter_type) },
    scope.limits,
  );
  if (parsed === undefined) return first.recordType;
  const { recordType } = chooseRecordType({
    parsed: name === undefined ? parsed : { filter: parsed.filter },
    registryType: registry.type,
    candidates: candidates.map((grant) => grant.recordType),
    now,
    isReadable: (type, path) => candidates.find((grant) => grant.recordType === type)?.isReadable(path) ?? false,
  });
  return recordType;
}

/** A type that is given is kept even where it cannot be read, so that it is refused as that of a search. */
function filterTypeOf(text: string | undefined): { readonly filterType?: string } {
  const filterType = text === undefined ? undefined : (readFilterType(text) ?? text);
  return filterType === undefined ? {} : { filterType };
}

function readFilterType(text: string | undefined): string | undefined {
  const name = text
    ?.slice(text.lastIndexOf(':') + 1)
    .toLowerCase()
    .replaceAll('_', '-');
  return name === 'idtype-value' || name === 'expression' || name === 'predicate' ? name : undefined;
}

function readFields(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const fields: readonly JsonValue[] =
    typeof value === 'string' ? value.split(',').map((text) => text.trim()) : listOf(value);
  const texts = fields.filter((field) => typeof field === 'string' && field !== '' && field.length <= 200);
  if (texts.length === 0 || texts.length < fields.length || texts.length > mostFields) {
    throw invalid('fields must be a list of paths', 'fields');
  }
  try {
    compileFieldGrants(texts as readonly string[], []);
  } catch (error) {
    if (error instanceof DciError) throw invalid('fields holds something that is no path of a record', 'fields');
    throw error;
  }
  return texts as readonly string[];
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

type Times = Pick<WantedSubscription, 'frequency' | 'startsAt' | 'expiresAt' | 'firstDigestAt'>;

function readTimes(criteria: SubscribeCriteria, expires: JsonValue | undefined, scope: SubscribeScope): Times {
  const { now, lifetimeMs } = scope;
  const { frequency } = criteria;
  const ends = [timeOf(frequency?.end_time, 'frequency.end_time'), timeOf(expires, 'expires')].filter(
    (end) => end !== undefined,
  );
  const startsAt = Math.max(now, timeOf(frequency?.start_time, 'frequency.start_time') ?? now);
  const expiresAt = Math.min(...(ends.length > 0 ? ends : [startsAt + lifetimeMs]), latestTime);
  if (expiresAt <= startsAt) throw invalid('the subscription would be over before it begins', 'frequency.end_time');
  if (frequency === undefined) return { startsAt, expiresAt };
  const firstDigestAt = parseCron(frequency.frequency).next(startsAt - 1);
  if (firstDigestAt === undefined || firstDigestAt > expiresAt) {
    throw invalid('the frequency names no time between the start and the end', 'frequency.frequency');
  }
  return { frequency: frequency.frequency, startsAt, expiresAt, firstDigestAt };
}

function timeOf(value: JsonValue | undefined, member: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const time = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (time !== undefined) return time;
  throw invalid(`${member} must be an RFC 3339 timestamp with a zone`, member);
}

/** The codes of a search are none of a subscription (OpenAPI v1.0.0, `SubscribeStatusReasonCode`). */
function detail<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DciError) || !error.code.startsWith('rjct.')) throw error;
    throw new DciError('rjct.notify_details.invalid', error.message, { path: 'subscribe_criteria' });
  }
}

function invalid(reason: string, member: string): DciError {
  return new DciError('rjct.notify_details.invalid', reason, { path: `subscribe_criteria.${member}` });
}
