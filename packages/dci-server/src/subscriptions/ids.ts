import type { CryptoProvider } from 'dci-core';
import { hashedUuid, hexOf } from '../hashed-uuid.ts';

type Hasher = Pick<CryptoProvider, 'sha256'>;

/**
 * The code of a subscription. It follows from the request, so that a request that is processed twice makes one
 * subscription; our correlation id is random, so that nobody else can guess it.
 *
 * @param correlationId - of the request
 * @param referenceId - of the item
 * @param crypto - computes the hash
 * @returns for example `SUB-3f6c…`, 36 characters
 */
export function subscriptionCode(correlationId: string, referenceId: string, crypto: Hasher): string {
  return `SUB-${hexOf(hashOf(['subscription', correlationId, referenceId], crypto).subarray(0, 16))}`;
}

/**
 * The `message_id` of a notification. It follows from what is in it, so that work done twice makes one message.
 *
 * @param code - of the subscription
 * @param eventNumber - of the first event in it
 * @param crypto - computes the hash
 * @returns a UUID (RFC 9562 version 8)
 */
export function notificationId(code: string, eventNumber: number, crypto: Hasher): string {
  return hashedUuid(hashOf(['notification', code, String(eventNumber)], crypto));
}

/**
 * The `reference_id` by which a receipt names an event of a notification: another one for each subscriber, so that it
 * tells nothing of the others.
 *
 * @param code - of the subscription
 * @param eventNumber - of the event
 * @param crypto - computes the hash
 * @returns a UUID (RFC 9562 version 8)
 */
export function eventReference(code: string, eventNumber: number, crypto: Hasher): string {
  return hashedUuid(hashOf(['event', code, String(eventNumber)], crypto));
}

function hashOf(parts: readonly string[], crypto: Hasher): Uint8Array {
  return crypto.sha256(new TextEncoder().encode(JSON.stringify(['dci-server', ...parts])));
}
