import { sealedJson } from 'dci-client/service';
import { DciError, isJsonObject, type JsonObject, readJson } from 'dci-core';
import type { Sealer } from 'dci-host';
import type { NotificationReference } from '../../../events/vital-event.ts';
import type { LoggedContent, LoggedEvent, VitalEventState } from '../../../log/vital-event-log.ts';
import type { EventOutcome } from '../../../sink/apply-event.ts';

/** A row of `dci_client_crvs_event`. */
export interface EventRow {
  readonly number: number;
  readonly event_id: string;
  readonly type: string;
  readonly source: string;
  readonly state: VitalEventState;
  readonly is_rejected: number;
  readonly attempts: number;
  readonly attempts_in_round: number;
  readonly round: number;
  readonly fence: number;
  readonly leased_until: number | null;
  readonly retry_at: number | null;
  readonly outcome: EventOutcome | null;
  readonly fields: string;
  readonly reason: string | null;
  readonly received_at: number;
  readonly changed_at: number;
  readonly content: Uint8Array | null;
}

const purpose = 'dci-client-crvs/event';

/**
 * @param id - of the event: content that is moved to another row does not open
 * @param content - what is kept of it
 * @param sealer - the host's sealer
 * @returns the sealed content
 */
export function sealContent(id: string, content: LoggedContent, sealer: Sealer): Uint8Array {
  const { date, record, notification } = content;
  return sealedJson(sealer, purpose).seal({ id, date, record, notification });
}

/**
 * @param row - a row
 * @param sealer - the host's sealer
 * @returns the event
 * @throws DciError `err.internal` when its content was sealed with another key, or for another event
 */
export function readEvent(row: EventRow, sealer: Sealer): LoggedEvent {
  return {
    id: row.event_id,
    type: row.type,
    source: row.source,
    state: row.state,
    attempts: row.attempts,
    round: row.round,
    ...(row.outcome !== null && { outcome: row.outcome }),
    fields: readFields(row.fields),
    ...(row.reason !== null && { reason: row.reason }),
    receivedAt: row.received_at,
    changedAt: row.changed_at,
    ...(row.retry_at !== null && { retryAt: row.retry_at }),
    ...(row.leased_until !== null && { leasedUntil: row.leased_until }),
    ...(row.content !== null && { content: openContent(row.event_id, row.content, sealer) }),
  };
}

function openContent(id: string, sealed: Uint8Array, sealer: Sealer): LoggedContent {
  const content = sealedJson(sealer, purpose).open(sealed);
  if (content?.id !== id) throw notStored();
  const { date, record, notification } = content;
  return {
    ...(typeof date === 'string' && { date }),
    ...(isJsonObject(record) && { record }),
    ...(isJsonObject(notification) && { notification: readNotification(notification) }),
  };
}

function readNotification({ id, subscriptionCode, referenceId }: JsonObject): NotificationReference {
  if (typeof id !== 'string') throw notStored();
  return {
    id,
    ...(typeof subscriptionCode === 'string' && { subscriptionCode }),
    ...(typeof referenceId === 'string' && { referenceId }),
  };
}

function readFields(json: string): readonly string[] {
  const { value } = readJson(json);
  if (!Array.isArray(value)) throw notStored();
  return value.map(String);
}

function notStored(): DciError {
  return new DciError('err.internal', 'a vital event is not as it was stored');
}
