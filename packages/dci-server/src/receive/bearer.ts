import { type CryptoProvider, DciError } from 'dci-core';
import type { SenderDirectory } from '../senders/directory.ts';
import { hashToken, sameTokenHash } from '../senders/token.ts';
import type { BearerGrant } from './received-envelope.ts';

/** What the bearer check needs. */
export interface BearerOptions {
  readonly directory: Pick<SenderDirectory, 'findToken'>;
  /** SHA-256 of the host-wide tokens, which open the door for every registered sender. */
  readonly hostTokens: readonly Uint8Array[];
  /** Development switch: ask for no token. */
  readonly bypass: boolean;
  readonly crypto: CryptoProvider;
}

const bearerPattern = /^Bearer +(\S+)$/i;

/**
 * Step 2: the bearer token is present, well formed and known (protocol.md section 4; RFC 6750). Without any
 * token registered, none is accepted.
 *
 * @param authorization - the `Authorization` header
 * @param options - the known tokens
 * @returns what the token opens
 * @throws DciError `err.auth.missing_header`, `err.auth.invalid_format` or `err.auth.invalid_token`
 */
export async function checkBearer(authorization: string | undefined, options: BearerOptions): Promise<BearerGrant> {
  if (options.bypass) return { kind: 'bypassed' };
  if (authorization === undefined || authorization === '') {
    throw new DciError('err.auth.missing_header', 'an Authorization header with a bearer token is required');
  }
  const token = bearerPattern.exec(authorization)?.[1];
  if (token === undefined) {
    throw new DciError('err.auth.invalid_format', 'the Authorization header must be "Bearer" and one token');
  }
  const hash = hashToken(token, options.crypto);
  // Every host token is compared, so that the time does not tell which one was close.
  let isHostToken = false;
  for (const known of options.hostTokens) isHostToken = sameTokenHash(known, hash) || isHostToken;
  if (isHostToken) return { kind: 'any-sender' };
  const issued = await options.directory.findToken(hash);
  if (issued === undefined) throw new DciError('err.auth.invalid_token', 'the bearer token is not known here');
  return { kind: 'one-sender', senderId: issued.senderId };
}
