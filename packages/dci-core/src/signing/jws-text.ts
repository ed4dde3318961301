import { base64urlnopad } from '@scure/base';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import type { SignatureAlgorithm } from '../keys/key.ts';
import { type KidParts, parseKid } from '../keys/kid.ts';

/** Three parts in base64url without padding, of which the middle one may be empty (RFC 7515 section 7.1). */
const compactForm = /^([\w-]{1,4096})\.([\w-]*)\.([\w-]{1,2048})$/;

/** `alg` of each algorithm that is accepted (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864). */
const algorithmNames: Readonly<Record<string, SignatureAlgorithm>> = {
  EdDSA: 'ed25519',
  Ed25519: 'ed25519',
  RS256: 'rs256',
  ES256: 'es256',
};

const writtenNames: Readonly<Record<SignatureAlgorithm, string>> = { ed25519: 'EdDSA', rs256: 'RS256', es256: 'ES256' };

/**
 * Members of a protected header that would bring in a key, fetch one, or change what is signed (RFC 7515 section 4.1,
 * RFC 7797). A message that has one is refused, not read without it.
 */
const refusedMembers = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'enc'] as const;

/** A JWS in compact form whose protected header is acceptable. Nothing of it is verified. */
export interface JwsText {
  /** The first part as it was received: it is part of what is signed. */
  readonly protectedPart: string;
  /** The second part as it was received; empty when the payload is detached. */
  readonly payloadPart: string;
  readonly signature: Uint8Array;
  /** Absent: `alg` is none that is accepted. */
  readonly algorithm?: SignatureAlgorithm;
  /** As it was received; absent: the header names no key. */
  readonly kid?: string;
  /** `iat`, Unix seconds. */
  readonly issuedAt?: number;
  /** `exp`, Unix seconds. */
  readonly expiresAt?: number;
}

/** What a protected header of ours says. */
export interface JwsHeader {
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
}

/**
 * Takes a compact JWS apart (RFC 7515 section 7.1), strictly: base64url without padding or white space, a protected
 * header without duplicate members, and none of the members that would bring in a key or change what is signed.
 *
 * @param text - an envelope's `signature`
 * @returns its parts, or `undefined` when it is no such JWS
 */
export function readJwsText(text: string): JwsText | undefined {
  const parts = compactForm.exec(text);
  if (parts === null) return undefined;
  const [, protectedPart = '', payloadPart = '', signaturePart = ''] = parts;
  const header = decodeHeader(protectedPart);
  const signature = decode(signaturePart);
  if (header === undefined || signature === undefined) return undefined;
  const { alg, kid, iat, exp } = header;
  if (typeof alg !== 'string' || refusedMembers.some((name) => header[name] !== undefined)) return undefined;
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) return undefined;
  if (!isTime(iat) || !isTime(exp)) return undefined;
  const algorithm = Object.hasOwn(algorithmNames, alg) ? algorithmNames[alg] : undefined;
  return {
    protectedPart,
    payloadPart,
    signature,
    ...(algorithm !== undefined && { algorithm }),
    ...(kid !== undefined && { kid }),
    ...(iat !== undefined && { issuedAt: iat }),
    ...(exp !== undefined && { expiresAt: exp }),
  };
}

/**
 * @param header - algorithm, key and times
 * @returns the first part of a JWS
 */
export function writeJwsHeader({ algorithm, kid, created, expires }: JwsHeader): string {
  return encode(writeJson({ alg: writtenNames[algorithm], kid, iat: created, exp: expires }));
}

/**
 * @param content - bytes, or text to be written in UTF-8
 * @returns base64url without padding
 */
export function encode(content: string | Uint8Array): string {
  return base64urlnopad.encode(typeof content === 'string' ? new TextEncoder().encode(content) : content);
}

/**
 * @param part - base64url without padding
 * @returns its bytes, or `undefined` when it is not strictly that
 */
export function decode(part: string): Uint8Array | undefined {
  try {
    return base64urlnopad.decode(part);
  } catch {
    return undefined;
  }
}

/**
 * @param kid - the `kid` of a protected header
 * @returns its parts where it is `{sender_id}|{key_id}|{alg}`; else the whole is the key id, as with thumbprints
 */
export function kidNames(kid: string): Partial<KidParts> {
  return parseKid(kid) ?? { keyId: kid };
}

function decodeHeader(part: string): JsonObject | undefined {
  const bytes = decode(part);
  if (bytes === undefined) return undefined;
  try {
    const { value } = readJson(bytes);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTime(value: JsonObject[string]): value is number | undefined {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0);
}
