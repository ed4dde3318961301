import { type CryptoProvider, DciError } from 'dci-core';
import { type AccessTokens, isAccessToken } from '../oauth/access-token.ts';
import { coversOperation } from '../oauth/scope.ts';
import type { SenderDirectory } from '../senders/directory.ts';
import { hashToken, sameTokenHash } from '../senders/token.ts';
import type { BearerGrant } from './received-envelope.ts';

/** What the bearer check needs. */
export interface BearerOptions {
  readonly directory: Pick<SenderDirectory, 'findToken'>;
  /** SHA-256 of the host-wide tokens, which open the door for every registered sender. */
  readonly hostTokens: readonly Uint8Array[];
  /** Checks access tokens; absent: the host issues none, so none is known. */
  readonly accessTokens?: Pick<AccessTokens, 'check'>;
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
  if (options.accessTokens !== undefined && isAccessToken(token)) {
    const { senderId, scopes } = await options.accessTokens.check(token);
    return { kind: 'one-sender', senderId, scopes };
  }
  const issued = await options.directory.findToken(hash);
  if (issued === undefined) throw new DciError('err.auth.invalid_token', 'the bearer token is not known here');
  return { kind: 'one-sender', senderId: issued.senderId };
}

/**
 * The second half of step 2: an access token is for the operation that the path stands for (reliability.md OA3).
 *
 * @param grant - what the bearer token opens
 * @param operation - registry and action of the path
 * @throws DciError `err.request.forbidden`
 */
export function checkScope(
  grant: BearerGrant,
  operation: { readonly registry: string | undefined; readonly action: string },
): void {
  if (grant.kind !== 'one-sender' || grant.scopes === undefined) return;
  const { registry, action } = operation;
  if (registry !== undefined && coversOperation(grant.scopes, registry, action)) return;
  throw new DciError('err.request.forbidden', 'the access token is not for this operation');
}
