import { createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';

/** Algorithms of detached JWS, by type of key. */
const algorithms: Readonly<Record<string, { readonly alg: string; readonly hash: string | null }>> = {
  ed25519: { alg: 'EdDSA', hash: null },
  ec: { alg: 'ES256', hash: 'sha256' },
  rsa: { alg: 'RS256', hash: 'sha256' },
};

const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** RFC 7515 appendix F: the payload is signed, and left out of what is sent. */
const signedInput = (protectedHeader: string, payload: string): Buffer =>
  Buffer.from(`${protectedHeader}.${encode(payload)}`);

function algorithmOf(key: KeyObject): { readonly alg: string; readonly hash: string | null } {
  const algorithm = algorithms[key.asymmetricKeyType ?? ''];
  if (algorithm === undefined) throw new Error('no key for signatures');
  return algorithm;
}

/** @returns `protected..signature` */
export function signDetached(payload: string, key: KeyObject, kid?: string): string {
  const { alg, hash } = algorithmOf(key);
  const protectedHeader = encode(JSON.stringify({ alg, ...(kid !== undefined && { kid }) }));
  const bytes = sign(hash, signedInput(protectedHeader, payload), { key, dsaEncoding: 'ieee-p1363' });
  return `${protectedHeader}..${bytes.toString('base64url')}`;
}

/** @returns whether a `protected..signature` over the payload is of this key and of the algorithm that goes with it */
export function verifiesDetached(signature: string, payload: string, jwk: JsonWebKey): boolean {
  const [protectedHeader = '', middle, bytes = '', ...rest] = signature.split('.');
  if (middle !== '' || rest.length > 0) return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const { alg, hash } = algorithmOf(key);
  if (algorithmNamed(protectedHeader) !== alg) return false;
  const input = signedInput(protectedHeader, payload);
  return verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(bytes, 'base64url'));
}

function algorithmNamed(protectedHeader: string): unknown {
  try {
    return JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()).alg;
  } catch {
    return undefined;
  }
}
