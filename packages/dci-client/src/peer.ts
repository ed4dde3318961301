import {
  type Clock,
  DciError,
  type EncryptionKey,
  type Fetch,
  isJsonObject,
  parseKid,
  type RemoteJwks,
  readJson,
  remoteJwks,
  type VerificationKey,
} from 'dci-core';
import { shareWork } from './authorization/share-work.ts';
import type { ResolvedDataSource } from './data-source.ts';
import { callHttp } from './http.ts';

/** The party asked: its id and its keys. */
export interface Peer {
  /**
   * @param signal - ends the look-up
   * @returns the `sender_id` under which its replies are signed
   * @throws DciError with the cause `unreachable`, or `err.configuration.invalid` when its JWKS does not tell
   */
  id(signal: AbortSignal): Promise<string>;
  /**
   * @param keyId - key that a signature names
   * @returns the keys that may have made it
   * @throws DciError with the cause `unreachable`
   */
  keys(keyId: string | undefined): Promise<readonly VerificationKey[]>;
  /**
   * @returns the key to which messages are encrypted: the registered one, or the first that its JWKS publishes
   * @throws DciError with the cause `unreachable`, or `err.configuration.invalid` when there is none
   */
  encryptionKey(): Promise<EncryptionKey>;
}

const MAX_JWKS_BYTES = 65_536;

/**
 * Keeps the id and the keys of the party behind a data source. Nothing is fetched before it is needed.
 *
 * @param source - the data source
 * @param ports - fetch and clock
 * @throws DciError `err.configuration.invalid` when keys are given without the id of their owner
 */
export function createPeer(source: ResolvedDataSource, ports: { readonly fetch: Fetch; readonly clock: Clock }): Peer {
  const { peerKeys, receiverId, encryptionKey: registered } = source;
  if ('keys' in peerKeys) {
    if (receiverId === undefined) {
      throw new DciError('err.configuration.invalid', 'receiverId is missing: keys alone do not tell whose they are', {
        path: 'receiverId',
      });
    }
    return {
      id: async () => receiverId,
      keys: async () => peerKeys.keys,
      encryptionKey: async () => registered ?? noEncryptionKey(),
    };
  }
  const { jwksUrl } = peerKeys;
  let known = receiverId;
  let remote: RemoteJwks | undefined;
  // Strangers' callbacks cause look-ups too: many at the same time are one request.
  const discover = shareWork((signal) => discoverSender(jwksUrl, ports.fetch, signal));
  const fromJwks = async <T>(read: (jwks: RemoteJwks) => Promise<T>): Promise<T> => {
    remote ??= remoteJwks({ url: jwksUrl, ...ports, ...(known !== undefined && { senderId: known }) });
    try {
      return await read(remote);
    } catch {
      throw keysUnavailable();
    }
  };
  return {
    async id(signal) {
      known ??= await discover(signal);
      return known;
    },
    keys: (keyId) => fromJwks((jwks) => jwks.keys(keyId === undefined ? {} : { keyId })),
    async encryptionKey() {
      if (registered !== undefined) return registered;
      const [first] = await fromJwks((jwks) => jwks.encryptionKeys());
      return first ?? noEncryptionKey();
    },
  };
}

function noEncryptionKey(): never {
  throw new DciError(
    'err.configuration.invalid',
    'The JWKS of the registry has no key for encryption; encryptionKey must be given.',
    { path: 'encryptionKey' },
  );
}

/** Reads from the `kid`s of a JWKS who publishes it (protocol.md section 3). */
async function discoverSender(jwksUrl: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  const { status, body } = await callHttp({
    fetch,
    url: jwksUrl,
    init: { headers: { accept: 'application/jwk-set+json, application/json' } },
    maxBytes: MAX_JWKS_BYTES,
    signal,
  });
  if (status !== 200) throw keysUnavailable();
  const senders = new Set(kidsOf(body).flatMap((kid) => parseKid(kid)?.senderId ?? []));
  const [sender] = senders;
  if (sender === undefined || senders.size > 1) {
    throw new DciError(
      'err.configuration.invalid',
      'The JWKS of the registry does not name exactly one party; receiverId must be given.',
      { path: 'receiverId' },
    );
  }
  return sender;
}

function kidsOf(body: Uint8Array): string[] {
  try {
    const { value } = readJson(body);
    const keys = isJsonObject(value) ? value.keys : undefined;
    if (!Array.isArray(keys)) throw keysUnavailable();
    return keys.flatMap((key) => (isJsonObject(key) && typeof key.kid === 'string' ? [key.kid] : []));
  } catch {
    throw keysUnavailable();
  }
}

function keysUnavailable(): DciError {
  return new DciError('err.service.unavailable', 'The keys of the registry cannot be fetched.', {
    cause: { kind: 'unreachable' },
  });
}
