import { base64 } from '@scure/base';
import { exportJWK, exportPKCS8, exportSPKI, importJWK, importPKCS8, importSPKI } from 'jose';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import { rsaPrivateKeyToPkcs8, rsaPublicKeyToSpki } from './der.ts';
import { privateKeyFromJwk, publicKeyFromJwk } from './jwk.ts';
import type { PrivateKey, PublicKey } from './key.ts';

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** DER of the object identifier 1.3.101.112 (RFC 8410 section 3). */
const ed25519Identifier = '2b6570';

/** DER of the object identifier 1.2.840.10045.2.1, keys on elliptic curves (RFC 5480 section 2.1.1). */
const ecIdentifier = '2a8648ce3d0201';

/** Names by which jose imports and exports a key of each algorithm. */
const joseAlgorithms = { ed25519: 'Ed25519', rs256: 'RS256', es256: 'ES256' } as const;

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
  const { label, der } = onlyBlock(pem);
  const spki = label === 'RSA PUBLIC KEY' ? rsaPublicKeyToSpki(der) : label === 'PUBLIC KEY' ? der : undefined;
  if (spki === undefined) throw invalid('The PEM text holds no public key.');
  const jwk = await unlessUnreadable(async () =>
    exportJWK(await importSPKI(encode('PUBLIC KEY', spki), algorithmOf(spki), { extractable: true })),
  );
  return publicKeyFromJwk(jwk as JsonObject);
}

/**
 * Reads a private key in PEM: `PRIVATE KEY` (PKCS#8, not encrypted) or `RSA PRIVATE KEY` (PKCS#1).
 *
 * @param pem - a text with exactly one key
 * @returns the key
 * @throws DciError `err.key.invalid`
 */
export async function privateKeyFromPem(pem: string): Promise<PrivateKey> {
  const { label, der } = onlyBlock(pem);
  if (label === 'ENCRYPTED PRIVATE KEY') throw invalid('The private key is encrypted; decrypt it first.');
  const pkcs8 = label === 'RSA PRIVATE KEY' ? rsaPrivateKeyToPkcs8(der) : label === 'PRIVATE KEY' ? der : undefined;
  if (pkcs8 === undefined) throw invalid('The PEM text holds no private key.');
  const jwk = await unlessUnreadable(async () =>
    exportJWK(await importPKCS8(encode('PRIVATE KEY', pkcs8), algorithmOf(pkcs8), { extractable: true })),
  );
  return privateKeyFromJwk(jwk as JsonObject);
}

/**
 * @param key - the key
 * @returns SPKI in PEM (`-----BEGIN PUBLIC KEY-----`), with a line feed at its end
 */
export async function writePublicKeyPem(key: PublicKey): Promise<string> {
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
  if (block === undefined || blocks.length > 1) throw invalid('The PEM text does not hold exactly one key.');
  const [, label = '', body = ''] = block;
  try {
    return { label, der: base64.decode(body.replace(/\s+/g, '')) };
  } catch {
    throw invalid('The PEM text is not base64.');
  }
}

function encode(label: string, der: Uint8Array): string {
  const lines = base64.encode(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The algorithm identifier stands within the first bytes of both structures. */
function algorithmOf(der: Uint8Array): string {
  const start = Array.from(der.subarray(0, 24), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (start.includes(`0603${ed25519Identifier}`)) return joseAlgorithms.ed25519;
  return start.includes(`0607${ecIdentifier}`) ? joseAlgorithms.es256 : joseAlgorithms.rs256;
}

async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    // No cause: the library's error might repeat key material.
    throw invalid('The PEM text holds no Ed25519, RSA or P-256 key.');
  }
}

function invalid(message: string): DciError {
  return new DciError('err.key.invalid', message);
}
