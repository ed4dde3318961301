import type { DciClientPlugin } from 'dci-client/plugin';
import type { CacheTimes } from '../cache/answer-cache.ts';
import type { SeverityThreshold } from '../functional-scores.ts';
import type { RegistrantReference } from '../registrant.ts';
import type { SyncOptions } from '../sync-disability-data.ts';

/** When the host itself fetches what is known of its registrants. */
export interface SyncSchedule extends Pick<SyncOptions, 'maxAge' | 'concurrency' | 'batchSize'> {
  /**
   * Gives the registrants; called for each run and each data source.
   *
   * @param source - code of the data source
   * @returns the registrants, for example from the application's own tables
   */
  readonly registrants: (source: string) => Iterable<RegistrantReference> | AsyncIterable<RegistrantReference>;
  /** Seconds from the end of a run to the next, at least 60. Who is known since half of that time is not asked for. */
  readonly everySeconds: number;
}

/** What the plug-in of disability registries is given. */
export interface DrOptions {
  /** The client plug-in, which stands before this one and has the data sources. */
  readonly client: Pick<DciClientPlugin, 'client' | 'clientFor' | 'sources' | 'handle'>;
  /** Code of the data source of the disability registry, or of several; the first is the default of calls and commands. */
  readonly source: string | readonly string[];
  /** Seconds up to which an answer of the cache is used in place of a question; absent: one day. */
  readonly maxAge?: number;
  /** False: nothing is kept, and every question goes to the registry. Absent: the cache in the host's state database. */
  readonly cache?: false;
  /** How long answers are kept. */
  readonly times?: CacheTimes;
  /** From which severity on a person counts as disabled whose record gives scores and no status; absent: 3. */
  readonly severityThreshold?: SeverityThreshold;
  /** Whether `isPwd` takes a no only when a search finds a record; absent: yes. */
  readonly confirmNo?: boolean;
  /** Absent: only `dci dr sync` and the application synchronise. */
  readonly sync?: SyncSchedule;
}
