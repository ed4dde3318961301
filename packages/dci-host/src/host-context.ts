import type { Clock, CryptoProvider, Fetch, Logger, Random } from 'dci-core';
import type { HostConfig } from './config/host-config.ts';
import type { SecretReader } from './config/secret.ts';
import type { StateDatabase } from './database/state-database.ts';
import type { Egress } from './egress/egress.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { Sealer } from './keys/seal.ts';

/** What a host gives its plug-ins. */
export interface HostContext {
  readonly config: HostConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly crypto: CryptoProvider;
  readonly logger: Logger;
  readonly database: StateDatabase;
  /** The host's own signing keys. */
  readonly keys: KeyStore;
  /** Seals small secrets (tokens, cursors) with a key that never leaves the host. */
  readonly sealer: Sealer;
  /** The one way out to peers; `fetch` goes through it too. */
  readonly egress: Egress;
  /** Secrets that settings of plug-ins refer to. */
  readonly secrets: SecretReader;
  /** Work that outlives a request and a process. */
  readonly jobs: Jobs;
}
