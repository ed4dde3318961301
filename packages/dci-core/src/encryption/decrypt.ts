import { calculateJwkThumbprint, flattenedDecrypt } from 'jose';
import { type EncryptedMessage, encryptedMessageSchema } from '../envelope/encrypted-message.ts';
import { parseMessage } from '../envelope/parse-message.ts';
import { DciError } from '../errors.ts';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';
import type { DecryptionKey, EncryptionAlgorithm } from '../keys/encryption-key.ts';
import { formatKid } from '../keys/kid.ts';
import { type JweHeaders, readJweHeaders } from './jwe-header.ts';

const algorithms: readonly string[] = ['RSA-OAEP-256', 'ECDH-ES+A256KW'] satisfies EncryptionAlgorithm[];

/** Largest plaintext that is decrypted unless another limit is given, in bytes. */
const defaultMaxBytes = 4 * 1024 * 1024;
/** An RSA modulus of 8192 bits in base64url. */
const maximumKeyLength = 1366;
const maximumHeaderLength = 4096;
/** 96 and 128 bits in base64url, the only lengths of A256GCM (RFC 7518 section 5.3). */
const ivLength = 16;
const tagLength = 22;
/** Keys that are tried for a message that names none. */
const maximumTrials = 8;
/** SHA-256 in base64url: a sender that was told no `kid` names our key by its thumbprint (RFC 7638). */
const thumbprintForm = /^[\w-]{43}$/;

/** Options of {@link decryptMessage}. */
export interface DecryptOptions {
  /** Largest plaintext in bytes; absent: 4 MiB. */
  readonly maxBytes?: number;
}

/**
 * Decrypts a message (protocol.md section 11; reliability.md SG12): RSA-OAEP-256 or ECDH-ES+A256KW with A256GCM, by a
 * key whose algorithm is pinned. Both forms of headers are read; compression, passwords and everything else that a
 * JWE could ask for are refused before a key is touched. The plaintext is read as a received body is.
 *
 * @param encrypted - what was received in place of the message
 * @param keys - our own keys; a `kid` selects among them, by id or by thumbprint
 * @param options - the size limit
 * @returns the message
 * @throws DciError `err.encryption.invalid`, the same for every cause
 */
export async function decryptMessage(
  encrypted: JsonObject,
  keys: readonly DecryptionKey[],
  options: DecryptOptions = {},
): Promise<JsonObject> {
  try {
    const plaintext = await open(encrypted, keys, options.maxBytes ?? defaultMaxBytes);
    const { value } = readJson(plaintext);
    if (isJsonObject(value)) return value;
  } catch {
    // No cause: which step failed is nobody's business.
  }
  throw notDecrypted();
}

/** @returns the one refusal for every message that cannot be decrypted */
export function notDecrypted(): DciError {
  return new DciError('err.encryption.invalid', 'The message cannot be decrypted.', { path: 'message' });
}

async function open(encrypted: JsonObject, keys: readonly DecryptionKey[], maxBytes: number): Promise<Uint8Array> {
  const message = parseMessage(encryptedMessageSchema, encrypted, 'message');
  if (!hasSoundLengths(message, maxBytes)) throw notDecrypted();
  const { header } = encrypted;
  const headers = readJweHeaders(message.protected, isJsonObject(header) ? header : undefined);
  const { alg, enc, kid } = headers?.all ?? {};
  if (headers === undefined || typeof alg !== 'string' || !algorithms.includes(alg) || enc !== 'A256GCM') {
    throw notDecrypted();
  }
  const fitting = await namedKeys(
    keys.filter(({ privateKey }) => privateKey.algorithm === alg),
    kid,
  );
  for (const key of fitting.slice(0, maximumTrials)) {
    const plaintext = await tryKey(message, headers, key);
    if (plaintext !== undefined) return plaintext;
  }
  throw notDecrypted();
}

/** The keys of the id or thumbprint that a message names; all where it names none. */
async function namedKeys(keys: readonly DecryptionKey[], kid: JsonObject[string]): Promise<readonly DecryptionKey[]> {
  if (kid === undefined) return keys;
  const named = keys.filter((key) => isNamed(key, kid));
  if (named.length > 0 || typeof kid !== 'string' || !thumbprintForm.test(kid)) return named;
  const thumbprints = await Promise.all(keys.map(({ privateKey }) => calculateJwkThumbprint(privateKey.jwk)));
  return keys.filter((_, index) => thumbprints[index] === kid);
}

async function tryKey(
  message: EncryptedMessage,
  headers: JweHeaders,
  key: DecryptionKey,
): Promise<Uint8Array | undefined> {
  const { ciphertext, iv, tag, encrypted_key } = message;
  const { protectedPart, unprotected } = headers;
  try {
    const { plaintext } = await flattenedDecrypt(
      {
        ...{ ciphertext, iv, tag },
        ...(encrypted_key !== undefined && { encrypted_key }),
        ...(protectedPart !== undefined && { protected: protectedPart }),
        ...(Object.keys(unprotected).length > 0 && { header: unprotected }),
      },
      key.privateKey.jwk,
      { keyManagementAlgorithms: [key.privateKey.algorithm], contentEncryptionAlgorithms: ['A256GCM'] },
    );
    return plaintext;
  } catch {
    return undefined;
  }
}

function hasSoundLengths(message: EncryptedMessage, maxBytes: number): boolean {
  const { ciphertext, iv, tag, encrypted_key = '' } = message;
  return (
    iv.length === ivLength &&
    tag.length === tagLength &&
    encrypted_key.length <= maximumKeyLength &&
    (message.protected ?? '').length <= maximumHeaderLength &&
    ciphertext.length <= Math.ceil((maxBytes * 4) / 3)
  );
}

function isNamed({ senderId, keyId, privateKey }: DecryptionKey, kid: JsonObject[string]): boolean {
  return kid === keyId || kid === formatKid({ senderId, keyId, algorithm: privateKey.algorithm });
}
