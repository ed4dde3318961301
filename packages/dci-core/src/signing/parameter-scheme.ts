import { base64, base64nopad } from '@scure/base';
import type { JsonStyle } from '../json/canonical.ts';
import { contentDigest, envelopeDigest } from '../json/envelope-digest.ts';
import { formatKid, parseKid } from '../keys/kid.ts';
import { formatSignatureParameters, parseSignatureParameters, type SignatureParameters } from './parameters.ts';
import type { ReadSignature, SignatureScheme, SignatureSchemeName } from './scheme.ts';

/** How the two schemes with a parameter string differ. */
export interface ParameterSchemeOptions {
  readonly name: SignatureSchemeName;
  /** Validity of a signature that we make, in seconds. */
  readonly lifetimeSeconds: number;
  /** Written before the parameters. */
  readonly prefix: '' | 'Signature: ';
  /** Separators of the canonical JSON that is hashed. */
  readonly style: JsonStyle;
  /** Written before the digest in the signing string. */
  readonly digestPrefix: '' | 'SHA-256=';
}

/** What a signature must cover; the signing string always has this order. */
const covered = ['(created)', '(expires)', 'digest'] as const;

/**
 * Makes a signature scheme of the form that is modelled on HTTP signatures: a parameter string over a signing string
 * of three lines (protocol.md section 3).
 *
 * @param options - name and differences
 * @returns the scheme
 */
export function parameterScheme(options: ParameterSchemeOptions): SignatureScheme {
  const { name, lifetimeSeconds, prefix, style, digestPrefix } = options;

  function signingBytes(times: { created: number; expires: number }, digest: string): Uint8Array {
    const { created, expires } = times;
    return new TextEncoder().encode(`(created): ${created}\n(expires): ${expires}\ndigest: ${digestPrefix}${digest}`);
  }

  return {
    name,
    algorithms: ['ed25519', 'rs256'],
    lifetimeSeconds,

    async sign({ content, key, created, expires, crypto }) {
      const digest = contentDigest(content.header(style), content.message(style), crypto, style);
      const { privateKey, senderId, keyId } = key;
      const { algorithm } = privateKey;
      const signature = await crypto.sign(privateKey, signingBytes({ created, expires }, digest));
      return `${prefix}${formatSignatureParameters({
        kidId: formatKid({ senderId, keyId, algorithm }),
        algorithm,
        created,
        expires,
        headers: covered,
        signature: base64.encode(signature),
      })}`;
    },

    read(text): ReadSignature | undefined {
      const parameters = parseSignatureParameters(text);
      if (parameters === undefined) return undefined;
      const kid = parseKid(parameters.kidId);
      const signature = decodeSignature(parameters.signature);
      if (kid === undefined || signature === undefined) return undefined;
      const { algorithm, created, expires } = parameters;
      return {
        claims: {
          senderId: kid.senderId,
          keyId: kid.keyId,
          // Two names that differ match no key.
          algorithm: kid.algorithm === algorithm ? algorithm : '',
          created,
          expires,
          isCoverageComplete: coversEverything(parameters),
        },
        verify: async ({ document, publicKey, crypto }) =>
          crypto.verify(publicKey, signingBytes(parameters, envelopeDigest(document, crypto, style)), signature),
      };
    },
  };
}

/** Exactly the three names, in any order: a signature over anything else cannot be checked. */
function coversEverything({ headers }: SignatureParameters): boolean {
  return headers.length === covered.length && covered.every((name) => headers.includes(name));
}

function decodeSignature(text: string): Uint8Array | undefined {
  try {
    return text.endsWith('=') ? base64.decode(text) : base64nopad.decode(text);
  } catch {
    return undefined;
  }
}
