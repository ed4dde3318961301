import { ed25519 } from '@noble/curves/ed25519.js';
import { base64urlnopad } from '@scure/base';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import { isSoundEd25519Point } from './ed25519-point.ts';
import type { PrivateKey, PublicKey, RsaPublicJwk, SignatureAlgorithm } from './key.ts';

const minimumRsaBits = 2048;
/** Longer moduli and exponents only make verification slow. */
const maximumRsaBits = 8192;
const maximumRsaExponentBits = 32;

/** Names of the algorithms in a JWK's `alg` (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864). */
const jwkAlgorithms: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  ed25519: ['EdDSA', 'Ed25519'],
  rs256: ['RS256'],
};

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/**
 * Reads a public key from a JWK (RFC 7517, RFC 8037). Members that do not belong to the key are dropped.
 *
 * @param jwk - an OKP key on Ed25519, or an RSA key of 2048 to 8192 bits
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key, a key for encryption, or one with private members
 */
export function publicKeyFromJwk(jwk: JsonObject): PublicKey {
  if (hasPrivateMembers(jwk)) throw invalid('The key is private where a public key is expected.');
  checkUse(jwk, 'verify');
  return publicPart(jwk);
}

/**
 * Reads a private key from a JWK (RFC 7517, RFC 8037).
 *
 * @param jwk - an OKP key on Ed25519, or an RSA key with two primes and its CRT members
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key, or one whose private and public parts do not belong together
 */
export function privateKeyFromJwk(jwk: JsonObject): PrivateKey {
  checkUse(jwk, 'sign');
  const key = publicPart(jwk);
  if (key.algorithm === 'ed25519') {
    const seed = bytesMember(jwk, 'd');
    if (seed.length !== 32) throw invalid('An Ed25519 private key has 32 bytes.');
    if (base64urlnopad.encode(ed25519.getPublicKey(seed)) !== key.jwk.x) throw mismatch();
    return { algorithm: 'ed25519', jwk: { ...key.jwk, d: base64urlnopad.encode(seed) } };
  }
  if (jwk.oth !== undefined) throw invalid('An RSA key with more than two primes is not supported.');
  const member = (name: string): string => base64urlnopad.encode(withoutLeadingZeros(bytesMember(jwk, name)));
  const parts = {
    d: member('d'),
    p: member('p'),
    q: member('q'),
    dp: member('dp'),
    dq: member('dq'),
    qi: member('qi'),
  };
  if (!isConsistentRsaKey({ ...key.jwk, ...parts })) throw mismatch();
  return { algorithm: 'rs256', jwk: { ...key.jwk, ...parts } };
}

/**
 * Tells whether a JWK holds secrets, whatever its type.
 *
 * @param jwk - any JWK
 * @returns true when it has a member of a private or symmetric key
 */
export function hasPrivateMembers(jwk: JsonObject): boolean {
  return privateMembers.some((name) => jwk[name] !== undefined);
}

/**
 * @param publicKey - 32 bytes
 * @returns the key
 * @throws DciError `err.key.invalid` when the bytes are no sound point of the curve
 */
export function publicKeyFromBytes(publicKey: Uint8Array): PublicKey {
  if (publicKey.length !== 32) throw invalid('An Ed25519 public key has 32 bytes.');
  if (!isSoundEd25519Point(publicKey)) throw invalid('The bytes are not an Ed25519 public key.');
  return { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: base64urlnopad.encode(publicKey) } };
}

/**
 * @param seed - the 32 bytes of an Ed25519 private key (RFC 8032 section 5.1.5)
 * @returns the key
 * @throws DciError `err.key.invalid` for another length
 */
export function privateKeyFromBytes(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw invalid('An Ed25519 private key has 32 bytes.');
  const x = base64urlnopad.encode(ed25519.getPublicKey(seed));
  return { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x, d: base64urlnopad.encode(seed) } };
}

function publicPart(jwk: JsonObject): PublicKey {
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') {
    checkAlgorithm(jwk, 'ed25519');
    return publicKeyFromBytes(bytesMember(jwk, 'x'));
  }
  if (jwk.kty === 'RSA') {
    checkAlgorithm(jwk, 'rs256');
    return { algorithm: 'rs256', jwk: rsaPublicJwk(bytesMember(jwk, 'n'), bytesMember(jwk, 'e')) };
  }
  throw invalid('The key is neither an Ed25519 nor an RSA key.');
}

function rsaPublicJwk(modulus: Uint8Array, exponent: Uint8Array): RsaPublicJwk {
  const n = withoutLeadingZeros(modulus);
  const e = withoutLeadingZeros(exponent);
  const bits = bitLength(n);
  if (bits < minimumRsaBits) throw invalid(`An RSA key needs a modulus of at least ${minimumRsaBits} bits.`);
  if (bits > maximumRsaBits) throw invalid(`An RSA key may have a modulus of at most ${maximumRsaBits} bits.`);
  const isOddExponent = ((e.at(-1) ?? 0) & 1) === 1;
  if (!isOddExponent || bitLength(e) < 2 || bitLength(e) > maximumRsaExponentBits) {
    throw invalid('The public exponent of the RSA key is not acceptable.');
  }
  return { kty: 'RSA', n: base64urlnopad.encode(n), e: base64urlnopad.encode(e) };
}

function isConsistentRsaKey(
  jwk: { readonly [name in 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi']: string },
): boolean {
  const number = (name: keyof typeof jwk): bigint => toBigInt(base64urlnopad.decode(jwk[name]));
  const p = number('p');
  const q = number('q');
  const d = number('d');
  return (
    p > 1n &&
    q > 1n &&
    p * q === number('n') &&
    (d * number('e')) % (p - 1n) === 1n &&
    (d * number('e')) % (q - 1n) === 1n &&
    number('dp') === d % (p - 1n) &&
    number('dq') === d % (q - 1n) &&
    (number('qi') * q) % p === 1n
  );
}

function checkUse(jwk: JsonObject, operation: 'sign' | 'verify'): void {
  const { use, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') throw invalid('The key is not meant for signatures.');
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes(operation))) {
    throw invalid('The key is not meant for this operation.');
  }
}

function checkAlgorithm(jwk: JsonObject, algorithm: SignatureAlgorithm): void {
  const { alg } = jwk;
  if (alg !== undefined && !(typeof alg === 'string' && jwkAlgorithms[algorithm].includes(alg))) {
    throw invalid('The key is meant for an algorithm that is not supported.');
  }
}

function bytesMember(jwk: JsonObject, name: string): Uint8Array {
  const text = jwk[name];
  if (typeof text !== 'string') throw invalid(`The JWK has no text member "${name}".`);
  try {
    return base64urlnopad.decode(text.replace(/=+$/, ''));
  } catch {
    throw invalid(`The JWK member "${name}" is not base64url.`);
  }
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start <= 0 ? bytes : bytes.subarray(start);
}

function bitLength(bytes: Uint8Array): number {
  const [first = 0] = bytes;
  return bytes.length * 8 - (first === 0 ? 8 : Math.clz32(first) - 24);
}

function toBigInt(bytes: Uint8Array): bigint {
  let digits = '0x0';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return BigInt(digits);
}

function invalid(message: string): DciError {
  return new DciError('err.key.invalid', message);
}

function mismatch(): DciError {
  return invalid('The private and the public part of the key do not belong together.');
}
