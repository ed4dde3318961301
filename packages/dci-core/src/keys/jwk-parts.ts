import { p256 } from '@noble/curves/nist.js';
import { base64urlnopad } from '@scure/base';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import type { EcPrivateJwk, EcPublicJwk, RsaPrivateJwk, RsaPublicJwk } from './key.ts';

const minimumRsaBits = 2048;
/** Longer moduli and exponents only make verification slow. */
const maximumRsaBits = 8192;
const maximumRsaExponentBits = 32;

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

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
 * @param jwk - a JWK
 * @param name - a member in base64url
 * @returns its bytes
 * @throws DciError `err.key.invalid` when the member is missing or no base64url
 */
export function bytesMember(jwk: JsonObject, name: string): Uint8Array {
  const text = jwk[name];
  if (typeof text !== 'string') throw invalidKey(`The JWK has no text member "${name}".`);
  try {
    return base64urlnopad.decode(text.replace(/=+$/, ''));
  } catch {
    throw invalidKey(`The JWK member "${name}" is not base64url.`);
  }
}

/**
 * @param jwk - a JWK of type RSA (RFC 7518 section 6.3)
 * @returns its public part
 * @throws DciError `err.key.invalid` unless the modulus has 2048 to 8192 bits and the exponent is odd and short
 */
export function rsaPublicPart(jwk: JsonObject): RsaPublicJwk {
  const n = withoutLeadingZeros(bytesMember(jwk, 'n'));
  const e = withoutLeadingZeros(bytesMember(jwk, 'e'));
  const bits = bitLength(n);
  if (bits < minimumRsaBits) throw invalidKey(`An RSA key needs a modulus of at least ${minimumRsaBits} bits.`);
  if (bits > maximumRsaBits) throw invalidKey(`An RSA key may have a modulus of at most ${maximumRsaBits} bits.`);
  const isOddExponent = ((e.at(-1) ?? 0) & 1) === 1;
  if (!isOddExponent || bitLength(e) < 2 || bitLength(e) > maximumRsaExponentBits) {
    throw invalidKey('The public exponent of the RSA key is not acceptable.');
  }
  return { kty: 'RSA', n: base64urlnopad.encode(n), e: base64urlnopad.encode(e) };
}

/**
 * @param jwk - a private JWK of type RSA with two primes and its CRT members
 * @returns the key
 * @throws DciError `err.key.invalid` when its parts do not belong together
 */
export function rsaPrivatePart(jwk: JsonObject): RsaPrivateJwk {
  if (jwk.oth !== undefined) throw invalidKey('An RSA key with more than two primes is not supported.');
  const member = (name: string): string => base64urlnopad.encode(withoutLeadingZeros(bytesMember(jwk, name)));
  const key = {
    ...rsaPublicPart(jwk),
    d: member('d'),
    p: member('p'),
    q: member('q'),
    dp: member('dp'),
    dq: member('dq'),
    qi: member('qi'),
  };
  if (!isConsistentRsaKey(key)) throw mismatchedKey();
  return key;
}

/**
 * @param jwk - a JWK of type EC on the curve P-256 (RFC 7518 section 6.2)
 * @returns its public part
 * @throws DciError `err.key.invalid` when its coordinates are no point of the curve
 */
export function ecPublicPart(jwk: JsonObject): EcPublicJwk {
  const x = bytesMember(jwk, 'x');
  const y = bytesMember(jwk, 'y');
  if (x.length !== 32 || y.length !== 32) throw invalidKey('A coordinate of a P-256 key has 32 bytes.');
  try {
    p256.Point.fromBytes(Uint8Array.from([4, ...x, ...y]));
  } catch {
    throw invalidKey('The coordinates are not a point of P-256.');
  }
  return { kty: 'EC', crv: 'P-256', x: base64urlnopad.encode(x), y: base64urlnopad.encode(y) };
}

/**
 * @param jwk - a private JWK of type EC on the curve P-256
 * @returns the key
 * @throws DciError `err.key.invalid` when the private and the public part do not belong together
 */
export function ecPrivatePart(jwk: JsonObject): EcPrivateJwk {
  const publicPart = ecPublicPart(jwk);
  const d = bytesMember(jwk, 'd');
  if (!p256.utils.isValidSecretKey(d)) throw invalidKey('The bytes are not a P-256 private key.');
  const point = p256.getPublicKey(d, false);
  const isSame =
    base64urlnopad.encode(point.subarray(1, 33)) === publicPart.x &&
    base64urlnopad.encode(point.subarray(33)) === publicPart.y;
  if (!isSame) throw mismatchedKey();
  return { ...publicPart, d: base64urlnopad.encode(d) };
}

/**
 * @param jwk - a JWK
 * @param use - the `use` that it may have (RFC 7517 section 4.2)
 * @param operations - the `key_ops` of which it must have one where it has any (RFC 7517 section 4.3)
 * @throws DciError `err.key.invalid` when the key is meant for something else
 */
export function checkKeyUse(jwk: JsonObject, use: 'sig' | 'enc', operations: readonly string[]): void {
  const { use: named, key_ops: keyOperations } = jwk;
  if (named !== undefined && named !== use) {
    throw invalidKey(`The key is not meant for ${use === 'sig' ? 'signatures' : 'encryption'}.`);
  }
  if (keyOperations === undefined) return;
  if (!Array.isArray(keyOperations) || !operations.some((name) => keyOperations.includes(name))) {
    throw invalidKey('The key is not meant for this operation.');
  }
}

/**
 * @param message - what is wrong; never key material
 * @returns the error of a key that cannot be used
 */
export function invalidKey(message: string): DciError {
  return new DciError('err.key.invalid', message);
}

/** @returns the error of a key whose parts contradict each other */
export function mismatchedKey(): DciError {
  return invalidKey('The private and the public part of the key do not belong together.');
}

function isConsistentRsaKey(jwk: RsaPrivateJwk): boolean {
  const number = (name: 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'): bigint =>
    toBigInt(base64urlnopad.decode(jwk[name]));
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
