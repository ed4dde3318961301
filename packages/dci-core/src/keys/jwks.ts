import type { Jwks } from '../envelope/jwks.ts';
import { DciError } from '../errors.ts';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { publicKeyFromJwk } from './jwk.ts';
import { hasPrivateMembers } from './jwk-parts.ts';
import type { PublicKey, SignatureAlgorithm, VerificationKey } from './key.ts';
import { formatKid, parseKid } from './kid.ts';

/** A public key together with the names that its `kid` is made of. */
export interface PublishedKey {
  readonly senderId: string;
  readonly keyId: string;
  readonly publicKey: PublicKey;
}

/** Options of {@link readJwks}. */
export interface ReadJwksOptions {
  /** Takes only the keys of this sender, where a `kid` names one; absent: those of every sender. */
  readonly senderId?: string;
}

/** More keys than any party publishes; each costs a check of its point or modulus. */
const maximumKeys = 100;

/** Signature algorithms that are published by peers for other schemes than ours: their keys are passed over. */
const algorithmsRead = ['EdDSA', 'Ed25519', 'RS256', 'ES256'];

/** The `alg` that is published with a key of each algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1). */
const publishedAlgorithms: Readonly<Record<SignatureAlgorithm, string>> = {
  ed25519: 'EdDSA',
  rs256: 'RS256',
  es256: 'ES256',
};

/**
 * The JWK Set that a party publishes (protocol.md section 3).
 *
 * @param keys - active and retiring keys
 * @returns a set with `kid = {sender_id}|{key_id}|{alg}`, `use: "sig"` and `alg` EdDSA, RS256 or ES256
 */
export function toJwks(keys: readonly PublishedKey[]): Jwks {
  return {
    keys: keys.map(({ senderId, keyId, publicKey }) => ({
      ...publicKey.jwk,
      kid: formatKid({ senderId, keyId, algorithm: publicKey.algorithm }),
      use: 'sig',
      alg: publishedAlgorithms[publicKey.algorithm],
    })),
  };
}

/**
 * Reads a peer's JWK Set. Keys for encryption, and keys of types or algorithms that no scheme here uses, are passed
 * over. One bad key spoils the set: nobody publishes a private key, a short RSA key or two keys of one name on
 * purpose.
 *
 * @param input - the set, or its JSON text
 * @param options - whose keys to take
 * @returns the keys for signatures, all `active`; `keyId` is the middle part of a `kid` of three parts, else the
 *   whole `kid`, and absent where there is none
 * @throws DciError `err.key.invalid` when the set is malformed, or holds a private key, a signature key that
 *   `readPublicKey` refuses, two signature keys with one `kid`, or more than 100 keys
 */
export function readJwks(input: JsonValue | string, options: ReadJwksOptions = {}): readonly VerificationKey[] {
  const { keys } = jwksObject(input);
  if (keys.length > maximumKeys) throw invalid(`The JWKS holds more than ${maximumKeys} keys.`);
  const names = new Set<string>();
  const result: VerificationKey[] = [];
  for (const jwk of keys) {
    if (!isJsonObject(jwk)) throw invalid('The JWKS holds a key that is not an object.');
    if (hasPrivateMembers(jwk)) throw invalid('The JWKS holds a private key.');
    if (!isSignatureKey(jwk)) continue;
    const { kid } = jwk;
    if (kid !== undefined && typeof kid !== 'string') throw invalid('The JWKS holds a kid that is not a text.');
    if (kid !== undefined) {
      if (names.has(kid)) throw invalid('The JWKS holds two keys of one kid.');
      names.add(kid);
    }
    const publicKey = publicKeyFromJwk(jwk);
    const parts = kid === undefined ? undefined : parseKid(kid);
    if (parts && options.senderId !== undefined && parts.senderId !== options.senderId) continue;
    const keyId = parts?.keyId ?? kid;
    result.push({ publicKey, state: 'active', ...(keyId === undefined ? {} : { keyId }) });
  }
  return result;
}

function jwksObject(input: JsonValue | string): { keys: readonly JsonValue[] } {
  const value = typeof input === 'string' ? parsed(input) : input;
  const keys = isJsonObject(value) ? value.keys : undefined;
  if (!Array.isArray(keys)) throw invalid('The JWKS has no list of keys.');
  return { keys };
}

function parsed(text: string): JsonValue {
  try {
    return readJson(text).value;
  } catch (cause) {
    throw new DciError('err.key.invalid', 'The JWKS is not acceptable JSON.', { cause });
  }
}

function isSignatureKey(jwk: JsonObject): boolean {
  const { kty, crv, use, alg, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return false;
  if (Array.isArray(operations) && !operations.includes('verify')) return false;
  if (alg !== undefined && !(typeof alg === 'string' && algorithmsRead.includes(alg))) return false;
  return kty === 'RSA' || (kty === 'OKP' && crv === 'Ed25519') || (kty === 'EC' && crv === 'P-256');
}

function invalid(message: string): DciError {
  return new DciError('err.key.invalid', message);
}
