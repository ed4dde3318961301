import type { CryptoProvider } from 'dci-core';
import { hashedUuid } from '../hashed-uuid.ts';

/**
 * The `message_id` of a callback. It follows from the transaction, so that work done twice makes one message.
 *
 * @param correlationId - of the transaction
 * @param sequence - of the callback, from 0
 * @param crypto - computes the hash
 * @returns a UUID (RFC 9562 version 8)
 */
export function partMessageId(correlationId: string, sequence: number, crypto: Pick<CryptoProvider, 'sha256'>): string {
  const hash = crypto.sha256(new TextEncoder().encode(`dci-server callback\n${correlationId}\n${sequence}`));
  return hashedUuid(hash);
}
