import { DciError, isJsonObject, type JsonValue, type QueryDialect, readJson, writeJson } from 'dci-core';
import type { Sealer } from 'dci-host';
import type { FilteredSubscription, ReceivedFilter, Subscription, SubscriptionState } from '../subscriptions.ts';

/** Purpose under which the filter of a subscription is sealed at rest. */
const filterSealPurpose = 'dci-server/subscription-filter';

/** Columns of a subscription but its filter. */
export const subscriptionColumns = `code, sender_id, registry, event_types, record_type, filter_type, fields, frequency,
  starts_at, expires_at, state, ended_by, ended_at, sender_uri, is_encrypted, locale, purpose, transaction_id,
  correlation_id, reference_id, created_at, active_at, next_digest_at`;

/** A row of `dci_server_subscription` without its filter. */
export interface SubscriptionRow {
  readonly code: string;
  readonly sender_id: string;
  readonly registry: string;
  readonly event_types: string;
  readonly record_type: string;
  readonly filter_type: string | null;
  readonly fields: string | null;
  readonly frequency: string | null;
  readonly starts_at: number;
  readonly expires_at: number;
  readonly state: SubscriptionState;
  readonly ended_by: string | null;
  readonly ended_at: number | null;
  readonly sender_uri: string | null;
  readonly is_encrypted: number;
  readonly locale: string | null;
  readonly purpose: string | null;
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly reference_id: string;
  readonly created_at: number;
  readonly active_at: number | null;
  readonly next_digest_at: number | null;
}

/** A row with the sealed filter. */
export interface FilteredRow extends SubscriptionRow {
  readonly filter: Uint8Array | null;
}

/**
 * @param row - a row
 * @returns the subscription
 */
export function readSubscription(row: SubscriptionRow): Subscription {
  return {
    code: row.code,
    senderId: row.sender_id,
    registry: row.registry,
    eventTypes: textsOf(row.event_types),
    recordType: row.record_type,
    ...(row.filter_type === null ? {} : { filterType: row.filter_type }),
    ...(row.fields === null ? {} : { fields: textsOf(row.fields) }),
    ...(row.frequency === null ? {} : { frequency: row.frequency }),
    startsAt: row.starts_at,
    expiresAt: row.expires_at,
    state: row.state,
    ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.sender_uri === null ? {} : { senderUri: row.sender_uri }),
    isEncrypted: row.is_encrypted === 1,
    ...(row.locale === null ? {} : { locale: row.locale }),
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    transactionId: row.transaction_id,
    correlationId: row.correlation_id,
    referenceId: row.reference_id,
    createdAt: row.created_at,
    ...(row.active_at === null ? {} : { activeAt: row.active_at }),
    ...(row.next_digest_at === null ? {} : { nextDigestAt: row.next_digest_at }),
  };
}

/**
 * @param row - a row with its filter
 * @param sealer - the host's sealer
 * @returns the subscription with its filter
 * @throws DciError `err.internal` when the filter was sealed with another key
 */
export function readFiltered(row: FilteredRow, sealer: Sealer): FilteredSubscription {
  const subscription = readSubscription(row);
  return row.filter === null ? subscription : { ...subscription, received: openFilter(row.filter, sealer) };
}

/**
 * @param subscription - a new subscription
 * @param sealer - the host's sealer
 * @returns the parameters of an insert, named as the columns
 */
export function rowOf(
  subscription: FilteredSubscription,
  sealer: Sealer,
): Readonly<Record<keyof FilteredRow, string | number | Uint8Array | null>> {
  const { received } = subscription;
  return {
    code: subscription.code,
    sender_id: subscription.senderId,
    registry: subscription.registry,
    event_types: writeJson(subscription.eventTypes),
    record_type: subscription.recordType,
    filter_type: subscription.filterType ?? null,
    filter: received === undefined ? null : sealFilter(received, sealer),
    fields: subscription.fields === undefined ? null : writeJson(subscription.fields),
    frequency: subscription.frequency ?? null,
    starts_at: subscription.startsAt,
    expires_at: subscription.expiresAt,
    state: subscription.state,
    ended_by: subscription.endedBy ?? null,
    ended_at: subscription.endedAt ?? null,
    sender_uri: subscription.senderUri ?? null,
    is_encrypted: subscription.isEncrypted ? 1 : 0,
    locale: subscription.locale ?? null,
    purpose: subscription.purpose ?? null,
    transaction_id: subscription.transactionId,
    correlation_id: subscription.correlationId,
    reference_id: subscription.referenceId,
    created_at: subscription.createdAt,
    active_at: subscription.activeAt ?? null,
    next_digest_at: subscription.nextDigestAt ?? null,
  };
}

function sealFilter({ filter, dialect }: ReceivedFilter, sealer: Sealer): Uint8Array {
  return sealer.seal(new TextEncoder().encode(writeJson({ filter, dialect })), filterSealPurpose);
}

function openFilter(sealed: Uint8Array, sealer: Sealer): ReceivedFilter {
  const plain = sealer.open(sealed, filterSealPurpose);
  if (plain === undefined) throw new DciError('err.internal', 'the filter of a subscription cannot be unsealed');
  const { value } = readJson(plain);
  if (!isJsonObject(value) || value.filter === undefined) throw unreadable();
  return { filter: value.filter, dialect: value.dialect as QueryDialect };
}

function textsOf(json: string): readonly string[] {
  const { value } = readJson(json);
  if (!Array.isArray(value)) throw unreadable();
  return (value as readonly JsonValue[]).map(String);
}

function unreadable(): DciError {
  return new DciError('err.internal', 'a subscription is not as it was stored');
}
