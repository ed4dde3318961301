import { isJsonObject, type JsonObject, type JsonValue, type RecordWarning } from 'dci-core';
import { readEvidence } from '../../../callbacks/callback-content.ts';
import type { NotifiedEvent, NotifiedEventState, StoredEvent } from '../../../callbacks/notifications.ts';
import type { ReplyEvidence } from '../../../search.ts';
import type { SealedJson } from './sealed-json.ts';
import { notStored } from './stored-json.ts';

/** A row of `dci_client_event` with the evidence of its notification. */
export interface EventRow {
  readonly state: NotifiedEventState;
  readonly handler: string | null;
  readonly receipts: number;
  readonly receipt_sent: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly content: Uint8Array;
  readonly evidence: Uint8Array;
}

/** Seals and opens what was notified. */
export interface EventSeals {
  readonly events: SealedJson;
  readonly evidence: SealedJson;
}

/**
 * @param evidence - of a notification
 * @returns the JSON that is sealed of it
 */
export function evidenceJson({ header, message, ...signer }: ReplyEvidence): JsonObject {
  return { header, message, signer: { ...signer } };
}

/**
 * @param event - without its evidence, which is kept once for all events of a notification
 * @returns the JSON that is sealed of it
 */
export function eventJson({ warnings, ...event }: Omit<NotifiedEvent, 'evidence'>): JsonObject {
  return { ...event, warnings: warnings.map(({ path, message }) => ({ path, message })) };
}

/**
 * @param row - a row
 * @param seals - open it
 * @returns the event
 * @throws DciError `err.internal` when it was sealed with another key
 */
export function readEvent(row: EventRow, seals: EventSeals): StoredEvent {
  return {
    event: {
      ...eventOf(seals.events.open(row.content) ?? notStored()),
      evidence: readEvidence(seals.evidence.open(row.evidence) ?? notStored()),
    },
    state: row.state,
    ...(row.handler !== null && { handler: row.handler }),
    receipts: row.receipts === 1,
    attempts: row.attempts,
    ...(row.reason !== null && { reason: row.reason }),
    receiptSent: row.receipt_sent === 1,
  };
}

/**
 * @param json - what was sealed of an event
 * @returns the event, without its evidence
 * @throws DciError `err.internal` when it is not as it was stored
 */
export function eventOf(json: JsonObject): Omit<NotifiedEvent, 'evidence'> {
  const { subscriptionCode, referenceId, timestamp } = json;
  return {
    source: textOf(json.source),
    id: textOf(json.id),
    ...(typeof subscriptionCode === 'string' && { subscriptionCode }),
    ...(typeof referenceId === 'string' && { referenceId }),
    eventType: textOf(json.eventType),
    recordType: textOf(json.recordType),
    records: objectsOf(json.records),
    warnings: objectsOf(json.warnings).map(
      ({ path, message }): RecordWarning => ({ path: textOf(path), message: textOf(message) }),
    ),
    ...(typeof timestamp === 'string' && { timestamp }),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : notStored();
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return notStored();
  return value.map((each: JsonValue) => (isJsonObject(each) ? each : notStored()));
}
