import { eventTypesOf, type Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { ChangePage, RegistryAdapter } from '../adapters/adapter.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { NewEvent } from '../stores/events.ts';
import type { EventWork } from './match-events.ts';
import { keepWanted } from './take-events.ts';

/** Reads the change feed of one registry. */
export interface FeedReader {
  /**
   * Begins to read: now, soon after each change, and from time to time. What changes after it resolved is not missed, also
   * where the feed was never read before.
   */
  start(): Promise<void>;
  /** Ends; what is being read is finished first. */
  stop(): Promise<void>;
  /**
   * Reads up to the end. Calls at the same time share one reading, and one more after it.
   *
   * @throws what the adapter or the store throws
   */
  read(): Promise<void>;
}

/** What reading a feed works with. */
export interface FeedOptions {
  readonly registry: ServedRegistry;
  readonly work: EventWork;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Changes that are read at a time. */
const page = 200;

type Feed = NonNullable<RegistryAdapter['changes']>;

/**
 * Turns the changes of a registry into events (protocol.md section 9). The position is stored in the commit of the events
 * that it stands behind, so that each change is taken once, also after a crash. While nobody subscribes to anything the
 * feed is not read, only followed.
 *
 * @param options - registry, stores, time between two looks
 * @returns the reader; `undefined` for an adapter without a feed
 */
export function createFeedReader(options: FeedOptions): FeedReader | undefined {
  const { registry, work, logger, intervalMs } = options;
  const { adapter } = registry;
  if (adapter.changes === undefined) return undefined;
  const changes: Feed = (since, limit) => adapter.changes?.(since, limit) ?? Promise.reject(new Error('no feed'));
  let isStopped = false;
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let unlisten: (() => void) | undefined;

  const readNow = async (): Promise<void> => {
    while (!isStopped && (await readPage(changes, options))) {
      // one page after the other
    }
  };
  const read = (): Promise<void> => {
    if (reading === undefined) {
      reading = readNow().finally(() => {
        reading = undefined;
      });
      return reading;
    }
    next ??= reading
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return read();
      });
    return next;
  };
  const readQuietly = (): Promise<void> =>
    read().catch((error: unknown) => {
      logger.warn(
        { ...errorFields(error), registry: registry.type.name },
        'the changes of a registry cannot be read now; it is tried again',
      );
    });

  return {
    start: async () => {
      const { type } = registry;
      // Only the first position matters here; what lies between two starts is read in the background.
      const isNew = (await work.events.position(type.name)) === undefined;
      unlisten = adapter.onChange?.(() => void readQuietly());
      timer = setInterval(() => void readQuietly(), intervalMs);
      timer.unref();
      const first = readQuietly();
      if (isNew) await first;
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      unlisten?.();
      await reading?.catch(() => undefined);
    },
    read,
  };
}

/** @returns whether there may be more */
async function readPage(changes: Feed, { registry, work, logger }: FeedOptions): Promise<boolean> {
  const name = registry.type.name;
  const since = await work.events.position(name);
  const { eventTypes, revision } = await work.subscriptions.wanted(name);
  if (since === undefined || eventTypes.size === 0) {
    const { position } = await changes(undefined, 0);
    // A subscription that came meanwhile must not miss what changed since.
    if ((await work.subscriptions.wanted(name)).revision !== revision && since !== undefined) return true;
    if (position !== since) await work.events.add([], { registry: name, since, position });
    return false;
  }
  const found = await changes(since, page);
  if (found.position === since) return false;
  if (found.isIncomplete === true) {
    logger.warn({ registry: name }, 'the change feed of a registry has forgotten changes; their events are not told');
  }
  const events = await keepWanted(eventsOf(found, eventTypes, registry, work.clock.now()), registry, work);
  await work.events.add(events, { registry: name, since, position: found.position });
  return found.changes.length === page;
}

function eventsOf(
  { changes }: ChangePage,
  wanted: ReadonlySet<string>,
  { type }: ServedRegistry,
  storedAt: number,
): readonly NewEvent[] {
  return changes.flatMap((change) =>
    eventTypesOf(type, change)
      .filter((eventType) => wanted.has(eventType))
      .map((eventType) => ({
        registry: type.name,
        eventId: `change:${change.changeId}:${eventType}`,
        eventType,
        recordType: change.recordType,
        record: change.record,
        at: change.at,
        storedAt,
      })),
  );
}
