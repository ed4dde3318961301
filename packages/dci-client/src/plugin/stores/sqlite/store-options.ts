import type { JobWriter, Sealer, StateDatabase } from 'dci-host';

/** What the stores of the callback side work with. */
export interface CallbackStoreOptions {
  readonly database: StateDatabase;
  /** Keeps sealed what was asked and answered. */
  readonly sealer: Sealer;
  /** Writes the jobs in the commits of what they belong to. */
  readonly jobs: JobWriter;
}
