import type { CryptoProvider, Random } from 'dci-core';
import type { SenderDirectory } from '../senders/directory.ts';
import type { OAuthClient, OAuthClientStore } from '../stores/oauth.ts';
import type { AccessTokens } from './access-token.ts';
import { createClientSecretChecker } from './client-secret.ts';
import type { FailureLimiter } from './failure-limiter.ts';
import { chooseScopes, scopesOf } from './scope.ts';
import { readTokenRequest, type TokenFault, type TokenRequest } from './token-request.ts';

/** What the token endpoint works with. */
export interface TokenEndpointOptions {
  readonly clients: Pick<OAuthClientStore, 'find'>;
  readonly directory: Pick<SenderDirectory, 'find'>;
  readonly tokens: Pick<AccessTokens, 'issue'>;
  readonly failures: FailureLimiter;
  /** How long a token is valid. */
  readonly tokenSeconds: number;
  readonly crypto: CryptoProvider;
  readonly random: Random;
}

/** What the endpoint answers. */
export type TokenAnswer =
  | {
      readonly kind: 'token';
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly scope: string;
      /** For whom. */
      readonly senderId: string;
    }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 401 | 429;
      readonly fault: TokenFault;
      /** Seconds. */
      readonly retryAfter?: number;
    };

/** Gives access tokens to clients that show their secret (RFC 6749 section 4.4). */
export interface TokenEndpoint {
  /**
   * @param request - the request
   * @returns a token, or why there is none; unknown client, wrong secret and disabled sender are told alike
   * @throws DciError `err.service.unavailable` when the host has no active key
   */
  answer(request: TokenRequest): Promise<TokenAnswer>;
}

/**
 * Makes the token endpoint.
 *
 * @param options - clients, keys, limits
 * @returns the endpoint; it knows no HTTP
 */
export function createTokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { clients, directory, tokens, failures, tokenSeconds, random } = options;
  const secrets = createClientSecretChecker(options.crypto);

  return {
    answer: async (request) => {
      const blockedFor = await failures.blocked(request.address);
      if (blockedFor !== undefined) return tooMany(blockedFor);
      const asked = readTokenRequest(request);
      if ('error' in asked) {
        return { kind: 'refused', status: asked.error === 'invalid_client' ? 401 : 400, fault: asked };
      }
      const client = await clients.find(asked.clientId);
      const isClient = client !== undefined && (await secrets.check(asked.clientSecret, client.secret));
      const sender = isClient ? await directory.find(client.senderId) : undefined;
      if (client === undefined || sender?.sender.state !== 'active') {
        const retryAfter = await failures.fail(asked.clientId, request.address);
        return retryAfter === undefined ? unknownClient() : tooMany(retryAfter);
      }
      const scopes = chooseScopes(asked.scope, grantedTo(client, scopesOf(sender.sender.policy)));
      if (scopes.length === 0) {
        return {
          kind: 'refused',
          status: 400,
          fault: { error: 'invalid_scope', description: 'nothing of that is granted to this client' },
        };
      }
      const { clientId, senderId } = client;
      const accessToken = await tokens.issue({ clientId, senderId, scopes }, tokenSeconds, random);
      return { kind: 'token', accessToken, expiresIn: tokenSeconds, scope: scopes.join(' '), senderId };
    },
  };
}

function grantedTo({ scopes }: OAuthClient, ofPolicy: readonly string[]): readonly string[] {
  return scopes === undefined ? ofPolicy : ofPolicy.filter((scope) => scopes.includes(scope));
}

function unknownClient(): TokenAnswer {
  return {
    kind: 'refused',
    status: 401,
    fault: { error: 'invalid_client', description: 'the client is not known here, or its secret is wrong' },
  };
}

function tooMany(retryAfter: number): TokenAnswer {
  return {
    kind: 'refused',
    status: 429,
    fault: { error: 'temporarily_unavailable', description: 'there were too many failures; try again later' },
    retryAfter,
  };
}
