import type { Clock, CryptoProvider, Fetch } from 'dci-core';
import { type DataSource, type ResolvedDataSource, resolveDataSource } from '../data-source.ts';
import { createPeer, type Peer } from '../peer.ts';

/** A data source as far as it calls back. */
export interface CallbackSource {
  readonly source: ResolvedDataSource;
  /** Who it is and which keys it has. */
  readonly peer: Peer;
  /** SHA-256 of the bearer tokens of which it must show one; absent: it need show none. */
  readonly tokenHashes?: readonly Uint8Array[];
}

/** What {@link callbackSource} works with. */
export interface CallbackSourceOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  /** Bearer tokens that we gave the registry for its callbacks, without the word `Bearer`; absent: it need show none. */
  readonly tokens?: readonly string[];
}

/** After a look-up of who a registry is that failed, no other is made for this time: strangers cause them. */
const restMs = 30_000;
const lookupMs = 5_000;

/**
 * Makes what the callback receiver knows of a data source.
 *
 * @param dataSource - as the client of the registry has it
 * @param options - fetch and clock; the tokens that the registry must show
 * @returns the source
 * @throws DciError `err.configuration.invalid` as `createClient` does
 */
export function callbackSource(dataSource: DataSource, options: CallbackSourceOptions): CallbackSource {
  const { tokens, crypto, ...ports } = options;
  const source = resolveDataSource(dataSource);
  return {
    source,
    peer: createPeer(source, ports),
    ...(tokens !== undefined && { tokenHashes: tokens.map((token) => hashToken(token, crypto)) }),
  };
}

/**
 * @param token - a bearer token
 * @param crypto - for the hash
 * @returns its SHA-256
 */
export function hashToken(token: string, crypto: Pick<CryptoProvider, 'sha256'>): Uint8Array {
  return crypto.sha256(new TextEncoder().encode(token));
}

/** Finds out who the registries are. */
export interface PartyIds {
  /** @returns the id of the party behind a source; `undefined` while it cannot be found out */
  of(source: CallbackSource): Promise<string | undefined>;
}

/**
 * Remembers failures, so that a flood of callbacks does not become a flood of look-ups.
 *
 * @param clock - the time
 * @returns the look-up
 */
export function createPartyIds(clock: Clock): PartyIds {
  const failedAt = new WeakMap<Peer, number>();
  return {
    of: async ({ source, peer }) => {
      if (source.receiverId !== undefined) return source.receiverId;
      const failed = failedAt.get(peer);
      if (failed !== undefined && clock.now() - failed < restMs) return undefined;
      try {
        return await peer.id(AbortSignal.timeout(lookupMs));
      } catch {
        failedAt.set(peer, clock.now());
        return undefined;
      }
    },
  };
}
