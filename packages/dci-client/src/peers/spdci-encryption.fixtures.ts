import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt, importJWK, type JWK } from 'jose';
import type { ThumbprintKey } from './jose-peer.fixtures.ts';
import { isJson, type Json } from './plain-json.fixtures.ts';

/**
 * Decrypts an `EncryptedMessage`. The standard knows the member `header` alone; a JWE that has a protected header as well
 * repeats it there, and is decrypted by the protected one.
 *
 * @returns the message; `undefined` when it cannot be decrypted
 */
export async function decryptStandard(message: Json, key: ThumbprintKey): Promise<Json | undefined> {
  const { header, ...rest } = message;
  const jwe: FlattenedJWE = JSON.parse(JSON.stringify('protected' in message ? rest : message));
  try {
    const { plaintext } = await flattenedDecrypt(jwe, key.privateKey);
    const decrypted: unknown = JSON.parse(new TextDecoder().decode(plaintext));
    return isJson(header) && isJson(decrypted) ? decrypted : undefined;
  } catch {
    return undefined;
  }
}

/** Encrypts to the caller's registered key, in the members that the standard has. */
export async function encryptStandard(message: Json, jwk: JWK): Promise<Json> {
  const params = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: jwk.kid ?? 'registered' };
  const sealed = await new FlattenedEncrypt(new TextEncoder().encode(JSON.stringify(message)))
    .setUnprotectedHeader(params)
    .encrypt(await importJWK(jwk, params.alg));
  return { ...sealed };
}
