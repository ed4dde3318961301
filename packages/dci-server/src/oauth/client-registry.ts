import { Buffer } from 'node:buffer';
import { type Clock, type CryptoProvider, DciError, type Random, type RegistryType } from 'dci-core';
import type { HostContext } from 'dci-host';
import type { OAuthClient, OAuthClientStore } from '../stores/oauth.ts';
import { issueClientSecret } from './client-secret.ts';
import { checkScopes } from './scope.ts';

/** A client to register. */
export interface NewClient {
  readonly senderId: string;
  /** Absent: one is made. */
  readonly clientId?: string;
  /** What its tokens may at most be for, `{registry}/{action}` each. Absent: what the sender's policy grants. */
  readonly scopes?: readonly string[];
}

/** Registers the clients of the token endpoint. */
export interface ClientRegistry {
  /**
   * @returns the client and its secret, which is shown now and never again
   * @throws DciError `err.configuration.invalid`; `err.request.not_found` when the sender is not registered;
   *   `err.state.conflict` when the client id is taken
   */
  add(client: NewClient): Promise<{ readonly client: OAuthClient; readonly secret: string }>;
  /** @returns the clients of a sender, oldest first */
  list(senderId: string): Promise<readonly OAuthClient[]>;
  /** @returns whether the sender had such a client; its tokens are refused from now on */
  remove(senderId: string, clientId: string): Promise<boolean>;
}

/** What can stand in a Basic header and in a form without being encoded. */
const clientIdPattern = /^[A-Za-z0-9._-]{1,99}$/;

/**
 * Makes a client registry on a store.
 *
 * @param store - keeps the clients
 * @param registryTypes - the registries that scopes can speak of
 * @param ports - time, randomness, crypto
 * @returns the registry
 */
export function createClientRegistry(
  store: OAuthClientStore,
  registryTypes: readonly RegistryType[],
  { clock, random, crypto }: { readonly clock: Clock; readonly random: Random; readonly crypto: CryptoProvider },
): ClientRegistry {
  return {
    add: async ({ senderId, clientId = `client-${Buffer.from(random.bytes(8)).toString('hex')}`, scopes }) => {
      if (!clientIdPattern.test(clientId)) {
        throw new DciError('err.configuration.invalid', 'a client id has 1 to 99 letters, digits and . _ -');
      }
      if (scopes !== undefined) checkScopes(scopes, registryTypes);
      const { secret, kept } = await issueClientSecret(random, crypto);
      const client: OAuthClient = {
        clientId,
        senderId,
        ...(scopes === undefined ? {} : { scopes }),
        secret: kept,
        createdAt: clock.now(),
      };
      await store.add(client);
      return { client, secret };
    },
    list: (senderId) => store.list(senderId),
    remove: (senderId, clientId) => store.remove(senderId, clientId),
  };
}

/**
 * Opens the client registry of a host.
 *
 * @param context - the host, running or opened beside a running one
 * @param registryTypes - the registries that scopes can speak of
 * @returns the registry
 */
export async function openClientRegistry(
  context: HostContext,
  registryTypes: readonly RegistryType[],
): Promise<ClientRegistry> {
  const { createSqliteOAuthClientStore } = await import('../stores/sqlite/oauth-client-store.ts');
  return createClientRegistry(createSqliteOAuthClientStore(context.database.durable), registryTypes, context);
}
