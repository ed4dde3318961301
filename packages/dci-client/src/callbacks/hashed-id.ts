import type { CryptoProvider } from 'dci-core';

/**
 * Names something by what it is, so that what arrives twice gets the same name.
 *
 * @param parts - what is named; no two lists of parts have the same name
 * @param crypto - computes the hash
 * @returns a UUID of version 8 (RFC 9562 section 5.8), made of the first 16 bytes of a SHA-256
 */
export function hashedId(parts: readonly string[], crypto: Pick<CryptoProvider, 'sha256'>): string {
  const bytes = crypto.sha256(new TextEncoder().encode(JSON.stringify(parts))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
