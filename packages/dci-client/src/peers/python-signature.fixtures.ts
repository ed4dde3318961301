import { createHash, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalOf, type PythonValue } from './python-json.fixtures.ts';

/** Why a signature is not accepted. */
export type SignatureFault = 'err.signature.missing' | 'err.signature.invalid' | 'err.signature.expired';

const SKEW_SECONDS = 60;

function signingText(created: number, expires: number, header: PythonValue, message: PythonValue): Buffer {
  const digest = createHash('sha256').update(canonicalOf({ header, message })).digest('base64');
  return Buffer.from(`(created): ${created}\n(expires): ${expires}\ndigest: ${digest}`);
}

/** What a signature is made over and with. */
export interface SignedParts {
  readonly header: PythonValue;
  readonly message: PythonValue;
}

/**
 * Verifies as `spp_dci/services/signing.py` does: prefix, namespace, `kidId` and order do not matter.
 *
 * @param parts - the header as it is hashed, and the message
 * @param signature - the member of the envelope
 * @param key - the caller's registered Ed25519 key
 * @param nowSeconds - the peer's time
 * @returns what is wrong; `undefined` when it verifies
 */
export function signatureFault(
  { header, message }: SignedParts,
  signature: unknown,
  key: JsonWebKey,
  nowSeconds: number,
): SignatureFault | undefined {
  if (typeof signature !== 'string' || signature === '') return 'err.signature.missing';
  const parameters = new Map(
    [...signature.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const [created, expires] = [Number(parameters.get('created')), Number(parameters.get('expires'))];
  if (!Number.isInteger(created) || !Number.isInteger(expires)) return 'err.signature.invalid';
  // Its RS256 branch calls sign() without padding: only Ed25519 ever works.
  if (parameters.get('algorithm') !== 'ed25519') return 'err.signature.invalid';
  if (created > nowSeconds + SKEW_SECONDS || expires < nowSeconds - SKEW_SECONDS) return 'err.signature.expired';
  const bytes = Buffer.from(parameters.get('signature') ?? '', 'base64');
  const publicKey = createPublicKey({ key, format: 'jwk' });
  return verify(null, signingText(created, expires, header, message), publicKey, bytes)
    ? undefined
    : 'err.signature.invalid';
}

/** Who signs. */
export interface PythonSigner {
  readonly senderId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/**
 * The member `signature` of an envelope, valid for 300 seconds.
 *
 * @param form - `dci`: as OpenSPP writes it; `spdci`: as the standard's example has it, with a prefix
 */
export function pythonSignature(
  parts: SignedParts,
  signer: PythonSigner,
  nowSeconds: number,
  form: 'dci' | 'spdci' = 'dci',
): string {
  const created = Math.floor(nowSeconds);
  const expires = created + 300;
  const bytes = sign(null, signingText(created, expires, parts.header, parts.message), signer.privateKey);
  const kidId = `${signer.senderId}|${signer.keyId}|ed25519`;
  return (
    `${form === 'spdci' ? 'Signature:  ' : ''}namespace="${form}", kidId="${kidId}", algorithm="ed25519", created="${created}", expires="${expires}", ` +
    `headers="(created) (expires) digest", signature="${bytes.toString('base64')}"`
  );
}
