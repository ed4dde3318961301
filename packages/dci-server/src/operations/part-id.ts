import type { CryptoProvider } from 'dci-core';

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
  const hex = [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
