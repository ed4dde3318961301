import { type Clock, type CryptoProvider, DciError, type PublicKey, type Random, type RegistryType } from 'dci-core';
import type { HostContext } from 'dci-host';
import type { AccessPolicy } from '../access/policy.ts';
import { validatePolicy } from '../access/policy-schema.ts';
import type { SenderStore } from '../stores/ports.ts';
import { checkNewSender, type NewSender } from './new-sender.ts';
import type { Sender, SenderState, SenderToken } from './sender.ts';
import { applyUpdate, checkConnection, type SenderConnection, type SenderUpdate } from './sender-connection.ts';
import { issueToken } from './token.ts';

/** A token that was just issued: the only time that it can be seen. */
export interface TokenGrant {
  readonly token: string;
  readonly tokenId: string;
}

/**
 * Registers senders and changes them: what the `dci senders` commands and applications use. A running host follows
 * with its next request.
 */
export interface SenderRegistry {
  /**
   * @param sender - the sender
   * @param options - `token`: issue a bearer token with it
   * @returns the sender, and its token when one was asked for
   * @throws DciError `err.configuration.invalid` for a fault in the sender, `err.state.conflict` when the id is taken
   */
  add(sender: NewSender, options?: { readonly token?: boolean }): Promise<{ sender: Sender; token?: TokenGrant }>;
  /** @returns the sender, or `undefined` when it is not registered */
  find(senderId: string): Promise<Sender | undefined>;
  /** @returns all senders, ordered by id */
  list(): Promise<readonly Sender[]>;
  /** @throws DciError `err.request.not_found` */
  setState(senderId: string, state: SenderState): Promise<Sender>;
  /**
   * Changes how the sender is reached.
   *
   * @throws DciError `err.request.not_found`; `err.configuration.invalid` for a fault in the changes
   */
  update(senderId: string, update: SenderUpdate): Promise<Sender>;
  /** @throws DciError `err.request.not_found`; `err.configuration.invalid` for a fault in the policy */
  setPolicy(senderId: string, policy: AccessPolicy): Promise<Sender>;
  /** @throws DciError `err.request.not_found`; `err.state.conflict` when the sender has a key of that id */
  addKey(senderId: string, key: { readonly keyId?: string; readonly publicKey: PublicKey }): Promise<Sender>;
  /**
   * Revokes every key of that id; without an id, those that were registered without one.
   *
   * @throws DciError `err.request.not_found` when the sender or key is not there
   */
  revokeKey(senderId: string, keyId: string | undefined): Promise<Sender>;
  /** @throws DciError `err.request.not_found` when the sender is not registered */
  issueToken(senderId: string): Promise<TokenGrant>;
  /** @returns the sender's tokens without the tokens themselves, oldest first */
  listTokens(senderId: string): Promise<readonly SenderToken[]>;
  /** @returns whether there was such a token */
  revokeToken(senderId: string, tokenId: string): Promise<boolean>;
}

/** What a {@link SenderRegistry} works with. */
export interface SenderRegistryOptions {
  readonly store: SenderStore;
  /** The registry types that policies can speak of. */
  readonly registryTypes: readonly RegistryType[];
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoProvider;
  /** Development: allow senders without keys, and JWKS URLs and callback bases without TLS. */
  readonly development?: { readonly allowWithoutKeys?: boolean; readonly allowHttp?: boolean };
}

/**
 * Opens the sender registry of a host.
 *
 * @param context - the host, running or opened beside a running one
 * @param registryTypes - the registry types that policies can speak of
 * @returns the registry
 */
export async function openSenderRegistry(
  context: HostContext,
  registryTypes: readonly RegistryType[],
): Promise<SenderRegistry> {
  // drizzle takes half a second to load, which commands that need no store should not wait for.
  const { createSqliteSenderStore } = await import('../stores/sqlite/sender-store.ts');
  const { database, config, clock, random, crypto, sealer } = context;
  return createSenderRegistry({
    store: createSqliteSenderStore(database.durable, sealer),
    registryTypes,
    clock,
    random,
    crypto,
    development: {
      allowWithoutKeys: config.development.allowUnsignedRequests,
      // What the egress would refuse is not registered.
      allowHttp: config.development.allowHttpCallbacks,
    },
  });
}

/**
 * Makes a sender registry on a store.
 *
 * @param options - store, registry types, time and randomness
 * @returns the registry
 */
export function createSenderRegistry(options: SenderRegistryOptions): SenderRegistry {
  const { store, registryTypes, clock, random, crypto } = options;
  const required = async (senderId: string): Promise<Sender> => {
    const sender = await store.find(senderId);
    if (sender === undefined) throw new DciError('err.request.not_found', 'no sender of this id is registered');
    return sender;
  };
  const change = async (senderId: string, changed: (sender: Sender) => Sender): Promise<Sender> => {
    const sender = changed(await required(senderId));
    await store.replace(sender);
    return sender;
  };
  const newToken = (senderId: string): { grant: TokenGrant; stored: SenderToken } => {
    const { token, tokenId, hash } = issueToken(random, crypto);
    return { grant: { token, tokenId }, stored: { tokenId, senderId, hash, issuedAt: clock.now() } };
  };

  return {
    add: async (input, { token: withToken = false } = {}) => {
      checkNewSender(input, options.development ?? {});
      const connection = checkConnection(connectionOf(input), options.development ?? {});
      const sender: Sender = {
        senderId: input.senderId,
        ...(input.name === undefined ? {} : { name: input.name }),
        state: 'active',
        dialect: input.dialect ?? 'spdci-1.0',
        schemes: input.schemes ?? ['dci'],
        keys: (input.keys ?? []).map((key) => ({ ...key, state: 'active' as const })),
        ...(input.jwksUrl === undefined ? {} : { jwksUrl: input.jwksUrl }),
        ...connection,
        policy: validatePolicy(input.policy ?? { registries: {} }, registryTypes, clock.now()),
      };
      const token = withToken ? newToken(sender.senderId) : undefined;
      await store.add(sender, token?.stored);
      return token === undefined ? { sender } : { sender, token: token.grant };
    },
    find: (senderId) => store.find(senderId),
    list: () => store.list(),
    setState: (senderId, state) => change(senderId, (sender) => ({ ...sender, state })),
    update: (senderId, update) =>
      change(senderId, (sender) => {
        const updated = applyUpdate(sender, update);
        return { ...updated, ...checkConnection(connectionOf(updated), options.development ?? {}) };
      }),
    setPolicy: async (senderId, policy) => {
      const valid = validatePolicy(policy, registryTypes, clock.now());
      return change(senderId, (sender) => ({ ...sender, policy: valid }));
    },
    addKey: (senderId, key) =>
      change(senderId, (sender) => {
        if (sender.keys.some(({ keyId }) => keyId === key.keyId)) {
          throw new DciError('err.state.conflict', 'the sender has a key of this id already');
        }
        return { ...sender, keys: [...sender.keys, { ...key, state: 'active' }] };
      }),
    revokeKey: (senderId, keyId) =>
      change(senderId, (sender) => {
        if (!sender.keys.some((key) => key.keyId === keyId)) {
          throw new DciError('err.request.not_found', 'the sender has no key of this id');
        }
        const keys = sender.keys.map((key) => (key.keyId === keyId ? { ...key, state: 'revoked' as const } : key));
        return { ...sender, keys };
      }),
    issueToken: async (senderId) => {
      const { grant, stored } = newToken(senderId);
      await store.addToken(stored);
      return grant;
    },
    listTokens: (senderId) => store.listTokens(senderId),
    revokeToken: (senderId, tokenId) => store.removeToken(senderId, tokenId),
  };
}

function connectionOf(sender: SenderConnection): SenderConnection {
  const { callbackBase, callbackHosts, callbackCredential, encryptionKey, subscriptionApproval } = sender;
  return {
    ...(callbackBase === undefined ? {} : { callbackBase }),
    ...(callbackHosts === undefined ? {} : { callbackHosts }),
    ...(callbackCredential === undefined ? {} : { callbackCredential }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(subscriptionApproval === undefined ? {} : { subscriptionApproval }),
  };
}
