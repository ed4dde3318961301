import type { Clock, CryptoProvider, Fetch, Random } from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import type { Peer } from '../peer.ts';

/** What a client needs of the program around it. */
export interface ClientPorts {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  readonly random: Random;
  /** In a host: its guarded egress. */
  readonly fetch: Fetch;
}

/** Whom every call of one client is made to, and with what. */
export interface ExchangeContext extends ClientPorts {
  readonly source: ResolvedDataSource;
  readonly peer: Peer;
}
