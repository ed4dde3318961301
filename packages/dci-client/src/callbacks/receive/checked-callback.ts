import { type Clock, type CryptoProvider, DciError, type JsonObject, type JsonValue } from 'dci-core';
import { byDialect } from '../../exchange/verify-message.ts';
import type { CallbackKind } from '../callback-kind.ts';
import type { CallbackSource } from '../callback-source.ts';
import type { NotificationStore } from '../notifications.ts';
import type { HeldSubscriptionStore } from '../subscriptions.ts';
import type { ReceivedMessage, TransactionStore } from '../transactions.ts';
import { badCallback } from './read-callback.ts';
import { refusalOf } from './refusal.ts';
import type { AtLeastOne, OpenedCallback, VerifiedSource } from './verify-callback.ts';

/** What the last steps work with. */
export interface TakeOptions {
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
  readonly notifications: NotificationStore;
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
}

/** A callback that passed steps 1 to 7 of protocol.md section 4. */
export interface CheckedCallback {
  /** Of which it may be. */
  readonly sources: AtLeastOne<VerifiedSource>;
  /** The same on every attempt to deliver it. */
  readonly messageId: string;
  /** Of header and message as received. */
  readonly digest: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** What became of a callback. */
export interface TakenCallback {
  /** `ACK`: it is stored; `NACK`: nobody here waits for it, and nothing was stored. */
  readonly ack: 'ACK' | 'NACK';
  readonly source: CallbackSource;
  /** When it was stored: earlier, for one that came before. Unix milliseconds. */
  readonly receivedAt: number;
  readonly isRepeated: boolean;
  /** Of our own request. */
  readonly transactionId?: string;
}

/**
 * Step 8 of protocol.md section 4: finds the same message among what was stored.
 *
 * @param callback - the callback
 * @param find - looks among what was stored
 * @returns what became of it before; `undefined` when its id is new
 * @throws DciError `rjct.message_id.duplicate` when another message has this id
 */
export async function findEarlier(
  { sources, messageId, digest }: CheckedCallback,
  find: (source: string, messageId: string) => Promise<ReceivedMessage | undefined>,
): Promise<TakenCallback | undefined> {
  for (const { source } of sources) {
    const earlier = await find(source.source.code, messageId);
    if (earlier === undefined) continue;
    if (earlier.digest !== digest) throw duplicateId();
    return { ack: 'ACK', source, receivedAt: earlier.receivedAt, isRepeated: true };
  }
  return undefined;
}

/** @returns the refusal of another message under an id that was used */
export function duplicateId(): DciError {
  return new DciError('rjct.message_id.duplicate', 'this message id was used for another message');
}

/** What is kept of a message stands one level deeper than it was read, and nothing deeper than 32 is written. */
const deepest = 31;

/**
 * The first half of step 10: lets the dialect of a source bring a message into the standard's form.
 *
 * @param callback - the callback in clear
 * @param kind - what its path takes
 * @param referenceIds - of the request, where it is known
 * @returns the message
 * @throws DciError `err.request.bad`
 */
export function standardMessage(
  { source: { source }, opened }: OpenedCallback,
  { call }: CallbackKind,
  referenceIds: readonly string[],
): JsonObject {
  const { registry, dialect } = source;
  const { header } = opened.evidence;
  let message: JsonObject;
  try {
    message = byDialect('message', () => dialect.readMessage(opened.message, { call, registry, referenceIds, header }));
  } catch (error) {
    throw refusalOf(error);
  }
  if (isDeeper(opened.message, deepest) || isDeeper(message, deepest))
    throw badCallback('message', 'is nested too deeply');
  return message;
}

function isDeeper(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member: JsonValue | undefined) => isDeeper(member, levels - 1));
}
