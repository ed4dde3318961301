import type { Jwks } from '../envelope/jwks.ts';
import { DciError } from '../errors.ts';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { encryptionKeyFromJwk } from './encryption-jwk.ts';
import type { EncryptionAlgorithm, EncryptionKey, EncryptionPublicKey } from './encryption-key.ts';
import { publicKeyFromJwk } from './jwk.ts';
import { hasPrivateMembers, invalidKey } from './jwk-parts.ts';
import type { PublicKey, SignatureAlgorithm, VerificationKey } from './key.ts';
import { formatKid, parseKid } from './kid.ts';

/** A public key together with the names that its `kid` is made of. */
export interface PublishedKey {
  readonly senderId: string;
  readonly keyId: string;
  readonly publicKey: PublicKey;
}

/** A public key for encryption together with the names that its `kid` is made of. */
export interface PublishedEncryptionKey {
  readonly senderId: string;
  readonly keyId: string;
  readonly publicKey: EncryptionPublicKey;
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

const encryptionAlgorithmsRead: readonly string[] = ['RSA-OAEP-256', 'ECDH-ES+A256KW'] satisfies EncryptionAlgorithm[];

/** The `alg` that is published with a key of each algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1). */
const publishedAlgorithms: Readonly<Record<SignatureAlgorithm, string>> = {
  ed25519: 'EdDSA',
  rs256: 'RS256',
  es256: 'ES256',
};

/**
 * The JWK Set that a party publishes (protocol.md sections 3 and 11).
 *
 * @param keys - active and retiring keys for signatures
 * @param encryptionKeys - keys for encryption, the one to be used first
 * @returns a set with `kid = {sender_id}|{key_id}|{alg}`; `use: "sig"` with `alg` EdDSA, RS256 or ES256, and
 *   `use: "enc"` with `alg` RSA-OAEP-256 or ECDH-ES+A256KW
 */
export function toJwks(keys: readonly PublishedKey[], encryptionKeys: readonly PublishedEncryptionKey[] = []): Jwks {
  const signing = keys.map(({ senderId, keyId, publicKey }) => ({
    ...publicKey.jwk,
    kid: formatKid({ senderId, keyId, algorithm: publicKey.algorithm }),
    use: 'sig',
    alg: publishedAlgorithms[publicKey.algorithm],
  }));
  const encryption = encryptionKeys.map(({ senderId, keyId, publicKey }) => ({
    ...publicKey.jwk,
    kid: formatKid({ senderId, keyId, algorithm: publicKey.algorithm }),
    use: 'enc',
    alg: publicKey.algorithm,
  }));
  return { keys: [...signing, ...encryption] };
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
  return namedKeys(input, isSignatureKey, options).map(({ jwk, kid }) => {
    const keyId = kid === undefined ? undefined : (parseKid(kid)?.keyId ?? kid);
    return { publicKey: publicKeyFromJwk(jwk), state: 'active', ...(keyId === undefined ? {} : { keyId }) };
  });
}

/**
 * Reads the keys of a peer's JWK Set to which messages may be encrypted (protocol.md section 11): those with
 * `use: "enc"`. Algorithms that are not used here are passed over; a bad key spoils the set as in {@link readJwks}.
 *
 * @param input - the set, or its JSON text
 * @param options - whose keys to take
 * @returns the keys in the order of the set, each with its `kid`
 * @throws DciError `err.key.invalid` when the set is malformed, or holds a private key, an encryption key that
 *   `readEncryptionKey` refuses, two encryption keys with one `kid`, or more than 100 keys
 */
export function readEncryptionJwks(input: JsonValue | string, options: ReadJwksOptions = {}): readonly EncryptionKey[] {
  return namedKeys(input, isEncryptionKey, options).map(({ jwk, kid }) => ({
    publicKey: encryptionKeyFromJwk(jwk),
    ...(kid === undefined ? {} : { kid }),
  }));
}

interface NamedJwk {
  readonly jwk: JsonObject;
  readonly kid: string | undefined;
}

function namedKeys(
  input: JsonValue | string,
  isWanted: (jwk: JsonObject) => boolean,
  { senderId }: ReadJwksOptions,
): NamedJwk[] {
  const { keys } = jwksObject(input);
  if (keys.length > maximumKeys) throw invalidKey(`The JWKS holds more than ${maximumKeys} keys.`);
  const names = new Set<string>();
  const result: NamedJwk[] = [];
  for (const jwk of keys) {
    if (!isJsonObject(jwk)) throw invalidKey('The JWKS holds a key that is not an object.');
    if (hasPrivateMembers(jwk)) throw invalidKey('The JWKS holds a private key.');
    if (!isWanted(jwk)) continue;
    const { kid } = jwk;
    if (kid !== undefined && typeof kid !== 'string') throw invalidKey('The JWKS holds a kid that is not a text.');
    if (kid !== undefined && names.has(kid)) throw invalidKey('The JWKS holds two keys of one kid.');
    if (kid !== undefined) names.add(kid);
    const named = kid === undefined ? undefined : parseKid(kid)?.senderId;
    if (named === undefined || senderId === undefined || named === senderId) result.push({ jwk, kid });
  }
  return result;
}

function jwksObject(input: JsonValue | string): { keys: readonly JsonValue[] } {
  const value = typeof input === 'string' ? parsed(input) : input;
  const keys = isJsonObject(value) ? value.keys : undefined;
  if (!Array.isArray(keys)) throw invalidKey('The JWKS has no list of keys.');
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

function isEncryptionKey(jwk: JsonObject): boolean {
  const { use, alg } = jwk;
  return use === 'enc' && (alg === undefined || (typeof alg === 'string' && encryptionAlgorithmsRead.includes(alg)));
}
