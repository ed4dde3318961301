import { base64urlnopad } from '@scure/base';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { CryptoProvider } from '../ports.ts';

/** The members that a thumbprint is made of, by type of key (RFC 7638 section 3.2, RFC 8037 section 2). */
const members: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/**
 * The JWK thumbprint of a key (RFC 7638), by which some peers name their keys.
 *
 * @param jwk - a public or private JWK of type EC, OKP or RSA
 * @param crypto - computes the hash
 * @returns SHA-256 of the public members, 43 characters of base64url
 */
export function jwkThumbprint(
  jwk: { readonly kty: 'EC' | 'OKP' | 'RSA' },
  crypto: Pick<CryptoProvider, 'sha256'>,
): string {
  const all: JsonObject = { ...jwk };
  const required = Object.fromEntries((members[jwk.kty] ?? []).map((name) => [name, all[name]]));
  return base64urlnopad.encode(crypto.sha256(new TextEncoder().encode(canonicalJson(required))));
}
