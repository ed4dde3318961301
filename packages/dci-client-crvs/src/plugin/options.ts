import type { DciClientPlugin } from 'dci-client/plugin';
import { crvs as civil, DciError, type RegistryType } from 'dci-core';
import { checkEventTypes, type EventSubscription } from '../events/subscribe-events.ts';
import type { ProcessorSettings } from '../log/event-processor.ts';
import type { RecordsBy } from '../person/find-person.ts';
import type { EventSink } from '../sink/event-sink.ts';

/** What the plug-in keeps subscribed to. */
export type KeptSubscription = Pick<
  EventSubscription,
  'eventTypes' | 'filter' | 'filterType' | 'frequency' | 'receipts' | 'consent' | 'authorize'
>;

/** What the plug-in is given. */
export interface CrvsOptions {
  /** The client plug-in of the same host; it stands before this one. */
  readonly client: DciClientPlugin;
  /** Code of the data source that is the civil registry, or of several. */
  readonly source: string | readonly string[];
  /** Applies vital events. Absent: the plug-in only asks, and takes no notifications. */
  readonly sink?: EventSink;
  /** Subscribe to these events at every source, and stay so: renewed before it expires, changed when this changes. */
  readonly subscribe?: KeptSubscription;
  /** Time of attempts, and between them. */
  readonly processing?: ProcessorSettings & {
    /** Events that are applied at once; default 4. */
    readonly concurrency?: number;
  };
  /** How long what is processed is kept. */
  readonly retention?: {
    /** Days for the record; default 30. */
    readonly contentDays?: number;
    /** Days for the entry, by which repetitions are recognised; default 400. */
    readonly eventDays?: number;
  };
  /** Absent: `crvs` of dci-core. */
  readonly registryType?: RegistryType;
  /** Absent: `event` for sources of a dialect of OpenCRVS, else `person`. */
  readonly recordsBy?: RecordsBy;
}

/** The options, checked and completed. */
export interface ResolvedOptions {
  readonly client: DciClientPlugin;
  readonly sources: readonly string[];
  readonly sink?: EventSink;
  readonly subscribe?: KeptSubscription;
  readonly settings: ProcessorSettings;
  readonly concurrency: number;
  readonly contentDays: number;
  readonly eventDays: number;
  readonly registryType: RegistryType;
  readonly recordsBy?: RecordsBy;
}

/**
 * Checks the options.
 *
 * @param options - as the configuration has them
 * @returns them, with the defaults
 * @throws DciError `err.configuration.invalid` for options that cannot be used
 */
export function resolveOptions(options: CrvsOptions): ResolvedOptions {
  const { client, source, sink, subscribe, registryType = civil } = options;
  const { concurrency = 4, ...settings } = options.processing ?? {};
  const { contentDays = 30, eventDays = 400 } = options.retention ?? {};
  const sources = typeof source === 'string' ? [source] : source;
  if (sources.length === 0 || sources.includes('') || new Set(sources).size !== sources.length) {
    throw invalid('source', 'must name at least one data source, each once');
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) throw invalid('processing.concurrency', 'must be at least 1');
  const { attemptMs = 60_000, retryDelaysMs = [] } = settings;
  if (!(attemptMs >= 1 && attemptMs <= 3_600_000)) throw invalid('processing.attemptMs', 'must be 1 to 3600000');
  if (retryDelaysMs.some((delay) => !(delay >= 0))) throw invalid('processing.retryDelaysMs', 'must be times');
  if (!(contentDays >= 0 && eventDays >= contentDays)) {
    throw invalid('retention', 'must keep entries at least as long as records');
  }
  if (subscribe !== undefined) {
    if (sink === undefined) throw invalid('subscribe', 'needs a sink');
    try {
      checkEventTypes(subscribe.eventTypes, registryType);
    } catch (error) {
      throw error instanceof DciError ? invalid(`subscribe.${error.path ?? 'eventTypes'}`, error.message) : error;
    }
  }
  return {
    ...{ client, sources, settings, concurrency, contentDays, eventDays, registryType },
    ...(sink !== undefined && { sink }),
    ...(subscribe !== undefined && { subscribe }),
    ...(options.recordsBy !== undefined && { recordsBy: options.recordsBy }),
  };
}

function invalid(path: string, fault: string): DciError {
  return new DciError('err.configuration.invalid', `crvs: ${path} ${fault}`, { path });
}
