import { DciError, type EncryptionKey, encryptionKeyFromJwk, type RegistryType, type VerificationKey } from 'dci-core';
import { compilePolicy, type RegistryAccess } from '../access/compile-policy.ts';
import { hexOf } from '../hashed-uuid.ts';
import type { SenderStore } from '../stores/ports.ts';
import type { Sender, SenderToken } from './sender.ts';
import { sameTokenHash } from './token.ts';

/** A registered sender with everything that a request needs, made once and kept. */
export interface KnownSender {
  readonly sender: Sender;
  /**
   * Its keys, registered and published. The key objects stay the same until the sender changes, so that a crypto provider imports each once.
   *
   * @param keyId - the key that a signature names; an unknown one makes a sender's JWKS be fetched again
   * @throws DciError `err.service.unavailable` when its JWKS cannot be had
   */
  keys(keyId?: string): Promise<readonly VerificationKey[]>;
  /**
   * The key for messages that we encrypt to it: the registered one, else the first that its JWKS publishes
   * (protocol.md section 11).
   *
   * @returns the key, the same object until it changes; `undefined` when there is none that can be used
   * @throws DciError `err.service.unavailable` when its JWKS cannot be had
   */
  encryptionKey(): Promise<EncryptionKey | undefined>;
  /** @returns what it may do in a registry */
  access(registryType: RegistryType): RegistryAccess;
}

/** The senders as a running server sees them. */
export interface SenderDirectory {
  /** @returns the sender, also a disabled one, or `undefined` when it is not registered */
  find(senderId: string): Promise<KnownSender | undefined>;
  /**
   * @param hash - SHA-256 of a bearer token, 32 bytes
   * @returns the token, or `undefined` when it was not issued or was revoked
   */
  findToken(hash: Uint8Array): Promise<SenderToken | undefined>;
}

/** The keys behind a registered JWKS URL. */
export interface KeySource {
  keys(options?: { readonly keyId?: string }): Promise<readonly VerificationKey[]>;
  /** @throws DciError `err.key.invalid` when one of them is bad. Absent: the source has none. */
  encryptionKeys?(): Promise<readonly EncryptionKey[]>;
}

/** What a {@link SenderDirectory} is made of. */
export interface SenderDirectoryOptions {
  readonly store: SenderStore;
  /** Opens the JWKS URL that a sender is registered with; called once for each sender and URL. */
  readonly openJwks: (url: string, senderId: string) => KeySource;
}

/**
 * Keeps senders, their keys and compiled policies in memory. The store's revision is asked for on every look-up,
 * so a change by the CLI beside a running host takes effect with the next request; what is in memory is dropped
 * only then. Only registered senders and issued tokens are kept, so a flood of invented ones fills nothing.
 *
 * @param options - the store and how to open a JWKS
 * @returns the directory
 */
export function createSenderDirectory({ store, openJwks }: SenderDirectoryOptions): SenderDirectory {
  const jwks = new Map<string, KeySource>();
  let revision: number | undefined;
  let senders = new Map<string, KnownSender>();
  let tokens = new Map<string, SenderToken>();

  const jwksOf = (url: string, senderId: string): KeySource => {
    const name = JSON.stringify([senderId, url]);
    const known = jwks.get(name) ?? openJwks(url, senderId);
    jwks.set(name, known);
    return known;
  };
  const refresh = async () => {
    const current = await store.revision();
    if (current === revision) return;
    revision = current;
    senders = new Map();
    tokens = new Map();
  };

  return {
    find: async (senderId) => {
      await refresh();
      // The maps of this revision: a change that happens during the look-up must not put an old sender into new maps.
      const cache = senders;
      const known = cache.get(senderId);
      if (known !== undefined) return known;
      const sender = await store.find(senderId);
      if (sender === undefined) return undefined;
      const made = knowSender(sender, jwksOf);
      cache.set(senderId, made);
      return made;
    },
    findToken: async (hash) => {
      await refresh();
      const cache = tokens;
      const name = hexOf(hash);
      const token = cache.get(name) ?? (await store.findToken(hash));
      if (token === undefined || !sameTokenHash(token.hash, hash)) return undefined;
      cache.set(name, token);
      return token;
    },
  };
}

function knowSender(sender: Sender, jwksOf: (url: string, senderId: string) => KeySource): KnownSender {
  const access = new Map<RegistryType, RegistryAccess>();
  const registeredKey = registeredEncryptionKey(sender);
  return {
    sender,
    keys: async (keyId) => {
      if (sender.jwksUrl === undefined) return sender.keys;
      const published = await jwksOf(sender.jwksUrl, sender.senderId).keys(keyId === undefined ? {} : { keyId });
      return sender.keys.length === 0 ? published : [...sender.keys, ...published];
    },
    encryptionKey: async () => {
      if (registeredKey !== undefined || sender.jwksUrl === undefined) return registeredKey;
      try {
        const [first] = (await jwksOf(sender.jwksUrl, sender.senderId).encryptionKeys?.()) ?? [];
        return first;
      } catch (error) {
        if (error instanceof DciError && error.code === 'err.key.invalid') return undefined;
        throw error;
      }
    },
    access: (registryType) => {
      const known = access.get(registryType) ?? compilePolicy(sender.policy, registryType);
      access.set(registryType, known);
      return known;
    },
  };
}

/** It was checked when it was registered; one that an older release let pass counts as none. */
function registeredEncryptionKey({ encryptionKey: jwk }: Sender): EncryptionKey | undefined {
  if (jwk === undefined) return undefined;
  try {
    return { publicKey: encryptionKeyFromJwk(jwk), ...(typeof jwk.kid === 'string' && { kid: jwk.kid }) };
  } catch {
    return undefined;
  }
}
