import { DciError, type PublicKey, type SignatureSchemeName, signatureSchemeNames } from 'dci-core';
import type { AccessPolicy } from '../access/policy.ts';
import { type DialectName, dialectNames } from './sender.ts';
import { httpHint, type SenderConnection } from './sender-connection.ts';

/** A sender to register. */
export interface NewSender extends SenderConnection {
  /** `sender_id` of its headers. */
  readonly senderId: string;
  readonly name?: string;
  /** A key without an id verifies any signature of the sender. */
  readonly keys?: readonly { readonly keyId?: string; readonly publicKey: PublicKey }[];
  /** `https:` URL of its JWKS, beside or in place of keys. */
  readonly jwksUrl?: string;
  /** Default `spdci-1.0`. */
  readonly dialect?: DialectName;
  /** Default `['dci']`. */
  readonly schemes?: readonly SignatureSchemeName[];
  /** Absent: it may do nothing yet. */
  readonly policy?: AccessPolicy;
}

/** What development switches make looser. */
export interface SenderLeniency {
  /** Unsigned messages are allowed, so a sender needs no key. */
  readonly allowWithoutKeys?: boolean;
  /** A JWKS may be fetched without TLS. */
  readonly allowHttp?: boolean;
}

/** Neither control characters nor what a `kidId` cannot hold. */
const idPattern = /^[^\p{Cc}"\\]{1,99}$/u;
const keyIdPattern = /^[^\p{Cc}"\\|]{1,99}$/u;

/**
 * Checks a sender before it is registered.
 *
 * @param sender - the sender
 * @param leniency - what development switches make looser
 * @throws DciError `err.configuration.invalid` naming the fault
 */
export function checkNewSender(sender: NewSender, leniency: SenderLeniency): void {
  const { senderId, name, keys = [], jwksUrl, dialect, schemes } = sender;
  if (!idPattern.test(senderId) || senderId.trim() !== senderId) {
    throw invalid('the sender id must be 1 to 99 characters, without quotes, backslashes and surrounding space');
  }
  if (name !== undefined && (name.trim() === '' || name.length > 200)) {
    throw invalid('the name must be 1 to 200 characters');
  }
  if (keys.length === 0 && jwksUrl === undefined && leniency.allowWithoutKeys !== true) {
    throw invalid('a sender needs a public key or the URL of its JWKS');
  }
  for (const [index, { keyId }] of keys.entries()) {
    if (keyId !== undefined && !keyIdPattern.test(keyId)) {
      throw invalid('a key id must be 1 to 99 characters, without quotes, backslashes and |');
    }
    if (keys.findIndex((other) => other.keyId === keyId) !== index) throw invalid('two keys have the same id');
  }
  if (jwksUrl !== undefined) checkJwksUrl(jwksUrl, leniency);
  if (dialect !== undefined && !dialectNames.includes(dialect)) {
    throw invalid(`the dialect must be one of ${dialectNames.join(', ')}`);
  }
  if (
    schemes !== undefined &&
    (schemes.length === 0 || schemes.some((scheme) => !signatureSchemeNames.includes(scheme)))
  ) {
    throw invalid(`the signature schemes must be among ${signatureSchemeNames.join(', ')}`);
  }
}

function checkJwksUrl(text: string, leniency: SenderLeniency): void {
  if (!URL.canParse(text)) throw invalid('the JWKS URL is not a URL');
  const url = new URL(text);
  const schemes = leniency.allowHttp === true ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) throw invalid(`the JWKS URL must begin with https:${httpHint}`);
  if (url.username !== '' || url.password !== '') throw invalid('the JWKS URL must not hold a user name or password');
}

function invalid(message: string): DciError {
  return new DciError('err.configuration.invalid', message);
}
