import {
  allOf,
  bindFilter,
  DciError,
  evaluateFilter,
  type Filter,
  identifiersOf,
  type JsonObject,
  type RegistryType,
} from 'dci-core';
import type { RecordAccess, RegistryAccess } from '../access/compile-policy.ts';
import { consentFor } from '../access/consent.ts';
import type { ConsentRequirement, RegistryAdapter } from '../adapters/adapter.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { RegistryEvent } from '../stores/events.ts';
import type { ActiveSubscription } from './active-subscriptions.ts';

/** What an event is judged by. */
export interface EventScope {
  readonly registry: ServedRegistry;
  /** The subscriber with its policy as it is now. */
  readonly subscriber: KnownSender;
  /** Unix milliseconds. */
  readonly now: number;
}

/** An event that a subscriber may be told of. */
export interface AllowedEvent {
  readonly access: RecordAccess;
  /** To be asked for before anything is said; absent where the policy asks for none. */
  readonly consent?: ConsentRequirement;
}

const dayMilliseconds = 86_400_000;

/** Bound filters of a subscription: they hold for one compiled policy and one UTC day, because of ages. */
interface Binding {
  readonly access: RecordAccess;
  readonly day: number;
  /** `undefined`: the subscriber may no longer read what it filters by. */
  readonly filter: Filter | undefined;
}

const bindings = new WeakMap<ActiveSubscription, Binding>();

/**
 * Tells whether an event concerns a subscription and its subscriber may be told (protocol.md section 9): time, event
 * type, record type, policy, the record's visibility, the filter. Consent is left to {@link isConsented}, because it asks
 * the registry.
 *
 * @param event - what happened
 * @param active - the subscription
 * @param scope - registry, subscriber, time
 * @returns what the subscriber may see of the record; `undefined` when it must not be told
 */
export function judgeEvent(
  event: Pick<RegistryEvent, 'eventType' | 'recordType' | 'record' | 'storedAt'>,
  active: ActiveSubscription,
  scope: EventScope,
): AllowedEvent | undefined {
  const { subscription } = active;
  const { registry, subscriber, now } = scope;
  if (event.recordType !== subscription.recordType || !subscription.eventTypes.includes(event.eventType)) {
    return undefined;
  }
  const { startsAt, expiresAt, activeAt = Number.POSITIVE_INFINITY } = subscription;
  if (event.storedAt < Math.max(startsAt, activeAt) || event.storedAt >= expiresAt) return undefined;
  if (subscriber.sender.state !== 'active') return undefined;
  const grants = subscriber.access(registry.type);
  const access = grants.recordTypes.find(({ recordType }) => recordType.name === event.recordType);
  if (access === undefined || !grants.actions.has('subscribe') || !grants.events.has(event.eventType)) return undefined;
  const consent = requiredConsent(grants, subscription.senderId, subscription.purpose, registry.adapter, now);
  if (consent === 'never') return undefined;
  const filter = filterOf(active, access, registry.type, now);
  if (filter === undefined) return undefined;
  const visible = access.visible(now);
  const wanted = visible === undefined ? filter : allOf([visible, filter]);
  if (!evaluateFilter(wanted, event.record, access.recordType, registry.type)) return undefined;
  return { access, ...(consent === undefined ? {} : { consent }) };
}

/**
 * Asks the registry whether the registrant of a record consents. The record is looked for by all its identifiers: one
 * that has none, and one that is no longer there, has no consent.
 *
 * @param record - of the event
 * @param allowed - what {@link judgeEvent} returned
 * @param scope - the registry
 * @returns whether the subscriber may be told
 * @throws what the adapter throws
 */
export async function isConsented(
  record: JsonObject,
  { access: { recordType }, consent }: AllowedEvent,
  { registry }: Pick<EventScope, 'registry'>,
): Promise<boolean> {
  if (consent === undefined) return true;
  const filters = recordType.identifierPaths.flatMap((path) =>
    identifiersOf(record, path, registry.type).map(
      ({ identifierType, value }): Filter => ({ kind: 'identifier', identifierType, values: [value], paths: [path] }),
    ),
  );
  if (filters.length === 0) return false;
  const count = await registry.adapter.count({ recordType: recordType.name, filter: allOf(filters), consent });
  return count > 0;
}

/** A purpose that has left the policy, and an adapter without consent, leave nothing to send. */
function requiredConsent(
  grants: RegistryAccess,
  senderId: string,
  purpose: string | undefined,
  adapter: Pick<RegistryAdapter, 'supportsConsent'>,
  now: number,
): ConsentRequirement | undefined | 'never' {
  const { purposes } = grants;
  if (purposes !== undefined && (purpose === undefined || !purposes.includes(purpose))) return 'never';
  if (grants.isConsentRequired && adapter.supportsConsent !== true) return 'never';
  return refusalToNever(() => consentFor(grants, senderId, purpose, now));
}

function filterOf(
  active: ActiveSubscription,
  access: RecordAccess,
  registryType: RegistryType,
  now: number,
): Filter | undefined {
  const { query } = active;
  if (query === undefined) return { kind: 'constant', value: true };
  const day = Math.floor(now / dayMilliseconds);
  const known = bindings.get(active);
  if (known !== undefined && known.access === access && known.day === day) return known.filter;
  const bound = refusalToNever(() =>
    bindFilter(query.filter, {
      recordType: access.recordType,
      registryType,
      now,
      isReadable: (path) => access.isReadable(path),
    }),
  );
  const filter = bound === 'never' ? undefined : bound;
  bindings.set(active, { access, day, filter });
  return filter;
}

function refusalToNever<T>(work: () => T): T | 'never' {
  try {
    return work();
  } catch (error) {
    if (error instanceof DciError && error.code.startsWith('rjct.')) return 'never';
    throw error;
  }
}
