import { FlattenedEncrypt } from 'jose';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import type { EncryptionKey } from '../keys/encryption-key.ts';
import { jwkThumbprint } from '../keys/thumbprint.ts';
import type { CryptoProvider } from '../ports.ts';

/** Options of {@link encryptMessage}. */
export interface EncryptOptions {
  /** Computes the thumbprint that stands for a missing `kid`. */
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  /**
   * Where `alg`, `enc` and `kid` are written. `protected` (default): in a protected header, which the tag covers, and
   * as a copy in the standard's `header`. `unprotected`: only in the standard's `header`, for peers such as OpenCRVS
   * whose library refuses a name that stands in both.
   */
  readonly headers?: 'protected' | 'unprotected';
}

/** A flattened JWE as the standard's `EncryptedMessage` (OpenAPI v1.0.0); it takes the place of `message`. */
export interface WrittenEncryptedMessage extends JsonObject {
  readonly header: { readonly alg: string; readonly enc: 'A256GCM'; readonly kid: string };
  readonly protected?: string;
  readonly encrypted_key: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/**
 * Encrypts a message for its receiver (protocol.md section 11): a flattened JWE with a content key of its own,
 * A256GCM, not compressed.
 *
 * @param message - the message
 * @param recipient - the receiver's key; its algorithm decides how the content key is encrypted
 * @param options - the form of the headers
 * @returns what is sent in place of the message
 * @throws DciError `err.internal` for a value without JSON text; `err.key.invalid` when the key cannot be used
 */
export async function encryptMessage(
  message: JsonObject,
  recipient: EncryptionKey,
  options: EncryptOptions,
): Promise<WrittenEncryptedMessage> {
  const { publicKey } = recipient;
  const header = {
    alg: publicKey.algorithm,
    enc: 'A256GCM',
    kid: recipient.kid ?? jwkThumbprint(publicKey.jwk, options.crypto),
  } as const;
  const plaintext = new TextEncoder().encode(writeJson(message));
  const isProtected = options.headers !== 'unprotected';
  const jwe = await seal(plaintext, publicKey.jwk, header, isProtected);
  const { encrypted_key, iv, ciphertext, tag } = jwe;
  if (encrypted_key === undefined || iv === undefined || tag === undefined) throw unusable();
  return {
    header,
    ...(jwe.protected !== undefined && { protected: jwe.protected }),
    ...{ encrypted_key, iv, ciphertext, tag },
  };
}

async function seal(
  plaintext: Uint8Array,
  jwk: EncryptionKey['publicKey']['jwk'],
  header: WrittenEncryptedMessage['header'],
  isProtected: boolean,
) {
  const encryption = new FlattenedEncrypt(plaintext);
  if (isProtected) encryption.setProtectedHeader({ ...header });
  else encryption.setUnprotectedHeader({ ...header });
  try {
    return await encryption.encrypt(jwk);
  } catch {
    throw unusable();
  }
}

function unusable(): DciError {
  return new DciError('err.key.invalid', 'The message cannot be encrypted with this key.');
}
