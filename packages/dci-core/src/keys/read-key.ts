import { base64, base64nopad, base64urlnopad, hex } from '@scure/base';
import { DciError } from '../errors.ts';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';
import { decryptionKeyFromJwk, encryptionKeyFromJwk } from './encryption-jwk.ts';
import type { EncryptionPrivateKey, EncryptionPublicKey } from './encryption-key.ts';
import { privateKeyFromBytes, privateKeyFromJwk, publicKeyFromBytes, publicKeyFromJwk } from './jwk.ts';
import type { PrivateKey, PublicKey } from './key.ts';
import { decryptionKeyFromPem, encryptionKeyFromPem, isPem, privateKeyFromPem, publicKeyFromPem } from './pem.ts';

/** Forms in which a key can be given: text (PEM, JWK, base64, base64url, hex), a JWK object, or bytes. */
export type KeyInput = string | JsonObject | Uint8Array;

/**
 * Reads a public key in any of the forms that parties exchange: PEM (SPKI, or PKCS#1 for RSA), a JWK as an object or
 * as text, or the 32 bytes of an Ed25519 key (as they are, in base64, base64url or hex). See protocol.md section 3.
 *
 * @param input - the key, or the bytes of a file that holds it
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for anything else, an RSA modulus of less than 2048 bits, a key for encryption,
 *   or a private key
 */
export async function readPublicKey(input: KeyInput): Promise<PublicKey> {
  return readKey(input, publicKeyFromPem, publicKeyFromJwk, publicKeyFromBytes);
}

/**
 * Reads a private key: PEM (PKCS#8, or PKCS#1 for RSA), a JWK as an object or as text, or the 32 bytes of an Ed25519
 * seed (as they are, in base64, base64url or hex).
 *
 * @param input - the key, or the bytes of a file that holds it
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for anything else, an RSA modulus of less than 2048 bits, or parts that do not
 *   belong together
 */
export async function readPrivateKey(input: KeyInput): Promise<PrivateKey> {
  return readKey(input, privateKeyFromPem, privateKeyFromJwk, privateKeyFromBytes);
}

/**
 * Reads a public key for encryption: PEM (SPKI, or PKCS#1 for RSA), or a JWK as an object or as text.
 *
 * @param input - the key, or the bytes of a file that holds it
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for anything else, an RSA modulus of less than 2048 bits, a key for signatures,
 *   or a private key
 */
export async function readEncryptionKey(input: KeyInput): Promise<EncryptionPublicKey> {
  return readKey<EncryptionPublicKey>(input, encryptionKeyFromPem, encryptionKeyFromJwk, refuseBytes);
}

/**
 * Reads a private key for decryption: PEM (PKCS#8, or PKCS#1 for RSA), or a JWK as an object or as text.
 *
 * @param input - the key, or the bytes of a file that holds it
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for anything else, or parts that do not belong together
 */
export async function readDecryptionKey(input: KeyInput): Promise<EncryptionPrivateKey> {
  return readKey<EncryptionPrivateKey>(input, decryptionKeyFromPem, decryptionKeyFromJwk, refuseBytes);
}

/** Bytes alone do not tell of which curve they are. */
function refuseBytes(): never {
  throw new DciError('err.key.invalid', 'The key is neither PEM nor a JWK.');
}

async function readKey<Key>(
  input: KeyInput,
  fromPem: (pem: string) => Promise<Key>,
  fromJwk: (jwk: JsonObject) => Key,
  fromBytes: (bytes: Uint8Array) => Key,
): Promise<Key> {
  if (input instanceof Uint8Array) {
    return input.length === 32 ? fromBytes(input) : readKey(utf8Text(input), fromPem, fromJwk, fromBytes);
  }
  if (typeof input !== 'string') return fromJwk(input);
  const text = input.trim();
  if (isPem(text)) return fromPem(text);
  return text.startsWith('{') ? fromJwk(jwkOf(text)) : fromBytes(rawBytes(text));
}

function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable();
  }
}

function jwkOf(text: string): JsonObject {
  try {
    const { value } = readJson(text);
    if (isJsonObject(value)) return value;
  } catch {
    // No cause: its position says nothing that a key's owner could use.
  }
  throw unreadable();
}

/** 64 characters are hex, 43 or 44 some base64 of 32 bytes. */
function rawBytes(text: string): Uint8Array {
  try {
    if (text.length === 64) return hex.decode(text.toLowerCase());
    if (text.length === 44) return base64.decode(text.replaceAll('-', '+').replaceAll('_', '/'));
    if (text.length === 43) return /[-_]/.test(text) ? base64urlnopad.decode(text) : base64nopad.decode(text);
  } catch {
    // Falls through to the refusal.
  }
  throw unreadable();
}

function unreadable(): DciError {
  return new DciError('err.key.invalid', 'The key is not PEM, not a JWK and not 32 bytes in base64 or hex.');
}
