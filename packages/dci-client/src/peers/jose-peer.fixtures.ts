import { generateKeyPair as generateKeyPairCallback, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { CompactSign, type CompactVerifyGetKey, calculateJwkThumbprint, compactVerify } from 'jose';

const generateKeyPair = promisify(generateKeyPairCallback);

/** A key pair whose `kid` is the thumbprint. */
export interface ThumbprintKey {
  readonly kid: string;
  readonly publicJwk: JsonWebKey;
  readonly privateKey: KeyObject;
}

/** A fresh RSA key. */
export async function rsaKey(): Promise<ThumbprintKey> {
  const { publicKey, privateKey } = await generateKeyPair('rsa', { modulusLength: 2048 });
  const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kid: await calculateJwkThumbprint({ kty, n, e }), publicJwk: { kty, n, e }, privateKey };
}

/** `JSON.stringify({header, message})`, the payload of every JWS of this family. */
export const payloadOf = (header: unknown, message: unknown): string => JSON.stringify({ header, message });

/** A compact JWS RS256 over header and message. */
export async function signCompact(header: unknown, message: unknown, key: ThumbprintKey): Promise<string> {
  return await new CompactSign(new TextEncoder().encode(payloadOf(header, message)))
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .sign(key.privateKey);
}

/** @returns whether the JWS verifies and its payload is exactly header and message as they were parsed */
export async function verifiesCompact(
  signature: string,
  { header, message }: { readonly header: unknown; readonly message: unknown },
  keys: CompactVerifyGetKey,
): Promise<boolean> {
  try {
    const { payload } = await compactVerify(signature, keys, { algorithms: ['RS256'] });
    return new TextDecoder().decode(payload) === payloadOf(header, message);
  } catch {
    return false;
  }
}
