import { base64 } from '@scure/base';
import { exportJWK, exportPKCS8, exportSPKI, importJWK, importPKCS8, importSPKI, type JWK } from 'jose';
import type { JsonObject } from '../json/value.ts';
import { rsaPrivateKeyToPkcs8, rsaPublicKeyToSpki } from './der.ts';
import { decryptionKeyFromJwk, encryptionKeyFromJwk } from './encryption-jwk.ts';
import type { EncryptionPrivateKey, EncryptionPublicKey } from './encryption-key.ts';
import { privateKeyFromJwk, publicKeyFromJwk } from './jwk.ts';
import { invalidKey } from './jwk-parts.ts';
import type { PrivateKey, PublicKey } from './key.ts';

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** DER of the object identifier 1.3.101.112 (RFC 8410 section 3). */
const ed25519Identifier = '2b6570';

/** DER of the object identifier 1.2.840.10045.2.1, keys on elliptic curves (RFC 5480 section 2.1.1). */
const ecIdentifier = '2a8648ce3d0201';

/** DER of the object identifier 1.3.101.110, X25519 (RFC 8410 section 3). */
const x25519Identifier = '2b656e';

/** Names by which jose imports and exports a key of each algorithm. */
const joseAlgorithms = {
  ed25519: 'Ed25519',
  rs256: 'RS256',
  es256: 'ES256',
  'RSA-OAEP-256': 'RSA-OAEP-256',
  'ECDH-ES+A256KW': 'ECDH-ES+A256KW',
} as const;

const signatureKeys = 'Ed25519, RSA or P-256';
const encryptionKeys = 'RSA, P-256 or X25519';

/** Tells from the start of an SPKI or PKCS#8 structure by which name jose imports the key. */
type AlgorithmOf = (der: Uint8Array) => string;

interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/**
 * Tells whether a text looks like PEM (RFC 7468).
 *
 * @param text - any text
 * @returns true when it holds an encapsulation boundary
 */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/**
 * Reads a public key in PEM: `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 *
 * @param pem - a text with exactly one key
 * @returns the key
 * @throws DciError `err.key.invalid`
 */
export async function publicKeyFromPem(pem: string): Promise<PublicKey> {
  return publicKeyFromJwk(await publicJwk(pem, signatureAlgorithmOf, signatureKeys));
}

/**
 * Reads a public key for encryption in PEM: `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 *
 * @param pem - a text with exactly one key
 * @returns the key
 * @throws DciError `err.key.invalid`
 */
export async function encryptionKeyFromPem(pem: string): Promise<EncryptionPublicKey> {
  return encryptionKeyFromJwk(await publicJwk(pem, encryptionAlgorithmOf, encryptionKeys));
}

/**
 * Reads a private key in PEM: `PRIVATE KEY` (PKCS#8, not encrypted) or `RSA PRIVATE KEY` (PKCS#1).
 *
 * @param pem - a text with exactly one key
 * @returns the key
 * @throws DciError `err.key.invalid`
 */
export async function privateKeyFromPem(pem: string): Promise<PrivateKey> {
  return privateKeyFromJwk(await privateJwk(pem, signatureAlgorithmOf, signatureKeys));
}

/**
 * Reads a private key for decryption in PEM: `PRIVATE KEY` (PKCS#8, not encrypted) or `RSA PRIVATE KEY` (PKCS#1).
 *
 * @param pem - a text with exactly one key
 * @returns the key
 * @throws DciError `err.key.invalid`
 */
export async function decryptionKeyFromPem(pem: string): Promise<EncryptionPrivateKey> {
  return decryptionKeyFromJwk(await privateJwk(pem, encryptionAlgorithmOf, encryptionKeys));
}

/**
 * @param key - the key, for signatures or for encryption
 * @returns SPKI in PEM (`-----BEGIN PUBLIC KEY-----`), with a line feed at its end
 */
export async function writePublicKeyPem(key: PublicKey | EncryptionPublicKey): Promise<string> {
  const imported = await importJWK({ ...key.jwk }, joseAlgorithms[key.algorithm], { extractable: true });
  return `${(await exportSPKI(imported as CryptoKey)).trimEnd()}\n`;
}

/**
 * @param key - the key
 * @returns PKCS#8 in PEM (`-----BEGIN PRIVATE KEY-----`), not encrypted, with a line feed at its end
 */
export async function writePrivateKeyPem(key: PrivateKey): Promise<string> {
  const imported = await importJWK({ ...key.jwk }, joseAlgorithms[key.algorithm], { extractable: true });
  return `${(await exportPKCS8(imported as CryptoKey)).trimEnd()}\n`;
}

function onlyBlock(pem: string): PemBlock {
  // `openssl ecparam` style parameters and X.509 certificates are no keys: exactly one block, and it is the key.
  const blocks = [...pem.matchAll(pemBlock)];
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) throw invalidKey('The PEM text does not hold exactly one key.');
  const [, label = '', body = ''] = block;
  try {
    return { label, der: base64.decode(body.replace(/\s+/g, '')) };
  } catch {
    throw invalidKey('The PEM text is not base64.');
  }
}

function encode(label: string, der: Uint8Array): string {
  const lines = base64.encode(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

async function publicJwk(pem: string, algorithmOf: AlgorithmOf, kinds: string): Promise<JsonObject> {
  const { label, der } = onlyBlock(pem);
  const spki = label === 'RSA PUBLIC KEY' ? rsaPublicKeyToSpki(der) : label === 'PUBLIC KEY' ? der : undefined;
  if (spki === undefined) throw invalidKey('The PEM text holds no public key.');
  return unlessUnreadable(kinds, async () =>
    exportJWK(await importSPKI(encode('PUBLIC KEY', spki), algorithmOf(spki), { extractable: true })),
  );
}

async function privateJwk(pem: string, algorithmOf: AlgorithmOf, kinds: string): Promise<JsonObject> {
  const { label, der } = onlyBlock(pem);
  if (label === 'ENCRYPTED PRIVATE KEY') throw invalidKey('The private key is encrypted; decrypt it first.');
  const pkcs8 = label === 'RSA PRIVATE KEY' ? rsaPrivateKeyToPkcs8(der) : label === 'PRIVATE KEY' ? der : undefined;
  if (pkcs8 === undefined) throw invalidKey('The PEM text holds no private key.');
  return unlessUnreadable(kinds, async () =>
    exportJWK(await importPKCS8(encode('PRIVATE KEY', pkcs8), algorithmOf(pkcs8), { extractable: true })),
  );
}

function signatureAlgorithmOf(der: Uint8Array): string {
  if (isOfType(der, ed25519Identifier)) return joseAlgorithms.ed25519;
  return isOfType(der, ecIdentifier) ? joseAlgorithms.es256 : joseAlgorithms.rs256;
}

function encryptionAlgorithmOf(der: Uint8Array): string {
  const isCurve = isOfType(der, x25519Identifier) || isOfType(der, ecIdentifier);
  return isCurve ? joseAlgorithms['ECDH-ES+A256KW'] : joseAlgorithms['RSA-OAEP-256'];
}

/** The algorithm identifier stands within the first bytes of both structures. */
function isOfType(der: Uint8Array, identifier: string): boolean {
  const start = Array.from(der.subarray(0, 24), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return start.includes(`06${(identifier.length / 2).toString(16).padStart(2, '0')}${identifier}`);
}

async function unlessUnreadable(kinds: string, read: () => Promise<JWK>): Promise<JsonObject> {
  try {
    return (await read()) as JsonObject;
  } catch {
    // No cause: the library's error might repeat key material.
    throw invalidKey(`The PEM text holds no ${kinds} key.`);
  }
}
