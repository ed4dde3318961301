import { DciError } from 'dci-core';
import type { HostContext } from 'dci-host';
import type { SenderDirectory } from '../senders/directory.ts';
import type { OAuthClientStore } from '../stores/oauth.ts';
import { type AccessTokens, createAccessTokens } from './access-token.ts';
import { createFailureLimiter, type FailureLimits } from './failure-limiter.ts';
import { createTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';

/** How the token endpoint works (protocol.md section 5). */
export interface OAuthOptions {
  /** How long an access token is valid, 60 to 3,600. Default 900. */
  readonly tokenSeconds?: number;
  /** Failures in a minute before the answer is 429. */
  readonly maxFailures?: Partial<FailureLimits>;
}

/** The token endpoint of a host and the tokens that it issues. */
export interface OAuth {
  readonly tokens: AccessTokens;
  /** @returns the endpoint, for the senders that the directory knows */
  endpoint(directory: Pick<SenderDirectory, 'find'>): TokenEndpoint;
}

/**
 * @param options - as an application wrote them
 * @throws DciError `err.configuration.invalid` naming the fault
 */
export function checkOAuthOptions({ tokenSeconds = 900, maxFailures = {} }: OAuthOptions): void {
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!isWhole(tokenSeconds, 60, 3_600)) {
    throw new DciError('err.configuration.invalid', 'dci-server: oauth2.tokenSeconds must be 60 to 3600');
  }
  for (const [name, value] of Object.entries(maxFailures)) {
    if (!isWhole(value, 1, 1_000_000)) {
      throw new DciError('err.configuration.invalid', `dci-server: oauth2.maxFailures.${name} must be 1 or more`);
    }
  }
}

/**
 * Makes the token endpoint of a host. Its tokens are signed with the host's signing keys, so a rotated key goes on
 * verifying them while it is published, and a revoked one ends them at once.
 *
 * @param context - the host
 * @param clients - the registered clients
 * @param options - life of tokens, limits
 * @returns tokens and endpoint
 */
export function createOAuth(
  { config, keys, crypto, clock, random }: Pick<HostContext, 'config' | 'keys' | 'crypto' | 'clock' | 'random'>,
  clients: OAuthClientStore,
  { tokenSeconds = 900, maxFailures = {} }: OAuthOptions,
): OAuth {
  const tokens = createAccessTokens({ senderId: config.senderId, keys, clients, crypto, clock });
  const failures = createFailureLimiter({
    perClient: maxFailures.perClient ?? 5,
    perAddress: maxFailures.perAddress ?? 5,
  });
  return {
    tokens,
    endpoint: (directory) =>
      createTokenEndpoint({ clients, directory, tokens, failures, tokenSeconds, crypto, random }),
  };
}
