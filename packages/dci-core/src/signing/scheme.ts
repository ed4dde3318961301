import type { JsonStyle } from '../json/canonical.ts';
import type { JsonDocument } from '../json/document.ts';
import type { PublicKey, SignatureAlgorithm, SigningKey } from '../keys/key.ts';
import type { CryptoProvider } from '../ports.ts';

/** Names of the signature schemes that are implemented (protocol.md section 3). */
export type SignatureSchemeName = 'dci' | 'dci-legacy' | 'jws' | 'jws-detached';

/** What a signature says about itself. Nothing of it is trusted before the signature is verified. */
export interface SignatureClaims {
  /** Absent: it names no sender, as with peers whose `kid` is a key's own name. */
  readonly senderId?: string;
  /** Absent: it names no key. */
  readonly keyId?: string;
  /** One of this project's names; anything else fits no key. */
  readonly algorithm: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  /** Whether everything that must be signed is named as signed. */
  readonly isCoverageComplete: boolean;
}

/** The canonical texts of an envelope's parts: those of a document that was read, or of values to be sent. */
export interface SignedContent {
  /**
   * @param style - separators
   * @returns canonical text of the header
   */
  header(style: JsonStyle): string;
  /**
   * @param style - separators
   * @returns canonical text of the message
   */
  message(style: JsonStyle): string;
}

/** What {@link SignatureScheme.sign} signs. */
export interface SchemeSignRequest {
  readonly content: SignedContent;
  readonly key: SigningKey;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  readonly crypto: CryptoProvider;
}

/** What {@link ReadSignature.verify} checks against. */
export interface SchemeVerifyRequest {
  readonly document: JsonDocument;
  readonly publicKey: PublicKey;
  readonly crypto: CryptoProvider;
}

/** A signature that was understood. */
export interface ReadSignature {
  readonly claims: SignatureClaims;
  /**
   * @returns whether the key made this signature of this document; the claims are not judged here
   */
  verify(request: SchemeVerifyRequest): Promise<boolean>;
}

/**
 * One way of signing an envelope: which bytes are signed and how the signature is written. Everything that is the
 * same for all (sender, key, algorithm, times) is checked by `verifyEnvelope`. A new scheme is one file with one of
 * these, listed in `schemes.ts`.
 */
export interface SignatureScheme {
  readonly name: SignatureSchemeName;
  /** Algorithms that the scheme has; a key of any other neither signs nor verifies with it. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Validity of a signature that we make, in seconds. */
  readonly lifetimeSeconds: number;
  /** @returns the envelope's `signature` */
  sign(request: SchemeSignRequest): Promise<string>;
  /**
   * @param signature - the envelope's `signature`
   * @param document - the envelope; a scheme whose signatures carry no times takes them from its header
   * @returns what it says, or `undefined` when it does not have the form of this scheme
   */
  read(signature: string, document: JsonDocument): ReadSignature | undefined;
}
