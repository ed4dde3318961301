import { parseTimestamp } from '../envelope/timestamp.ts';
import type { JsonDocument } from '../json/document.ts';
import { requiredMember } from '../json/envelope-digest.ts';
import { isJsonObject } from '../json/value.ts';
import { formatKid } from '../keys/kid.ts';
import { encode, type JwsText, kidNames, readJwsText, writeJwsHeader } from './jws-text.ts';
import type { ReadSignature, SignatureClaims, SignatureScheme, SignatureSchemeName } from './scheme.ts';

/**
 * Validity of a signature that says nothing about it, in seconds from the header's `message_ts`. With the 60 seconds
 * by which clocks may differ, a message is accepted until it is 300 seconds old.
 */
const silentLifetime = 240;

/** How the two JWS schemes differ. */
export interface JwsSchemeOptions {
  readonly name: SignatureSchemeName;
  /** Whether the payload is left out of the signature (RFC 7515 appendix F). */
  readonly isDetached: boolean;
  /**
   * @param header - canonical text of the header, compact
   * @param message - canonical text of the message, compact
   * @returns the payload that we sign
   */
  payload(header: string, message: string): string;
  /**
   * @param payloadPart - the second part of a received JWS; empty where the payload is detached
   * @param header - canonical text of the received header
   * @param message - canonical text of the received message
   * @returns the second part of what must have been signed, or `undefined` when the payload is something else than
   *   the received header and message
   */
  signedPart(payloadPart: string, header: string, message: string): string | undefined;
}

/**
 * Makes a signature scheme whose signatures are JWS in compact form (RFC 7515; protocol.md section 3). The times are
 * `iat` and `exp` of the protected header. Peers that send neither are held to the `message_ts` of the header, which
 * is signed too: at most 300 seconds old and 60 seconds ahead.
 *
 * @param options - name, and where the payload is
 * @returns the scheme
 */
export function makeJwsScheme(options: JwsSchemeOptions): SignatureScheme {
  const { name, isDetached } = options;
  return {
    name,
    algorithms: ['ed25519', 'rs256', 'es256'],
    lifetimeSeconds: 300,

    async sign({ content, key, created, expires, crypto }) {
      const { privateKey, senderId, keyId } = key;
      const { algorithm } = privateKey;
      const kid = formatKid({ senderId, keyId, algorithm });
      const protectedPart = writeJwsHeader({ algorithm, kid, created, expires });
      const payloadPart = encode(options.payload(content.header('compact'), content.message('compact')));
      const signature = await crypto.sign(privateKey, bytesOf(`${protectedPart}.${payloadPart}`));
      return `${protectedPart}.${isDetached ? '' : payloadPart}.${encode(signature)}`;
    },

    read(text, document): ReadSignature | undefined {
      const jws = readJwsText(text);
      if (jws === undefined || isDetached !== (jws.payloadPart === '')) return undefined;
      const { protectedPart, signature } = jws;
      return {
        claims: claimsOf(jws, document),
        verify: async ({ publicKey, crypto }) => {
          const header = requiredMember(document, 'header', 'compact');
          const message = requiredMember(document, 'message', 'compact');
          const signed = options.signedPart(jws.payloadPart, header, message);
          return signed !== undefined && crypto.verify(publicKey, bytesOf(`${protectedPart}.${signed}`), signature);
        },
      };
    },
  };
}

function claimsOf(jws: JwsText, document: JsonDocument): SignatureClaims {
  const { algorithm, kid, expiresAt } = jws;
  const names = kid === undefined ? {} : kidNames(kid);
  const created = jws.issuedAt ?? messageTime(document);
  return {
    ...(names.senderId !== undefined && { senderId: names.senderId }),
    ...(names.keyId !== undefined && { keyId: names.keyId }),
    // Two names that differ match no key.
    algorithm: algorithm !== undefined && (names.algorithm ?? algorithm) === algorithm ? algorithm : '',
    created: created ?? 0,
    expires: expiresAt ?? (created ?? 0) + silentLifetime,
    isCoverageComplete: created !== undefined,
  };
}

/** Unix seconds of `header.message_ts`. */
function messageTime({ value }: JsonDocument): number | undefined {
  const header = isJsonObject(value) ? value.header : undefined;
  const text = isJsonObject(header) ? header.message_ts : undefined;
  const time = typeof text === 'string' ? parseTimestamp(text) : undefined;
  return time === undefined ? undefined : time / 1000;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
