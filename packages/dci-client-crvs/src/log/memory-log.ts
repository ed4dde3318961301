import type {
  ClaimResult,
  LoggedEvent,
  NewVitalEvent,
  RetryQuery,
  VitalEventLog,
  VitalEventState,
} from './vital-event-log.ts';

interface Entry extends LoggedEvent {
  readonly keys: readonly string[];
  readonly isRejected: boolean;
  readonly attemptsInRound: number;
  readonly fence: number;
}

const defaultListLimit = 100;
const mostListed = 1_000;

/**
 * A log in memory: for tests, and for programs whose source of events tells them again after a restart.
 *
 * @returns the log, empty
 */
export function memoryVitalEventLog(): VitalEventLog {
  const entries = new Map<string, Entry>();
  const idsByKey = new Map<string, string>();
  let last = 0;

  const change = (entry: Entry, changes: Partial<Entry>, now: number): Entry => {
    const { retryAt: _retryAt, leasedUntil: _leasedUntil, ...kept } = entry;
    const next: Entry = { ...kept, ...changes, changedAt: now };
    entries.set(entry.id, next);
    return next;
  };
  const add = ({ keys, type, source, content, rejection }: NewVitalEvent, now: number) => {
    const known = keys.map((key) => idsByKey.get(key)).find((id) => id !== undefined);
    if (known !== undefined) {
      // A person's further identifiers name the event from now on, too.
      for (const key of keys) if (!idsByKey.has(key)) idsByKey.set(key, known);
      return { id: known, isNew: false };
    }
    last += 1;
    const id = `event-${last}`;
    for (const key of keys) idsByKey.set(key, id);
    entries.set(id, {
      ...{ id, type, source, content, keys, fields: [], receivedAt: now, changedAt: now },
      ...{ attempts: 0, attemptsInRound: 0, round: 1, fence: 0 },
      state: rejection === undefined ? 'received' : 'error',
      isRejected: rejection !== undefined,
      ...(rejection !== undefined && { reason: rejection }),
    });
    return { id, isNew: true };
  };

  return {
    receive: async (events, now) => events.map((event) => add(event, now)),
    claim: async (id, now, leasedUntil): Promise<ClaimResult> => {
      const entry = entries.get(id);
      if (entry === undefined) return { kind: 'missing' };
      const dueAt = dueTime(entry);
      if (dueAt === undefined) return { kind: 'settled' };
      if (dueAt > now) return { kind: 'busy', until: dueAt };
      const claimed = change(
        entry,
        {
          ...{ state: 'processing', leasedUntil, fence: entry.fence + 1 },
          ...{ attempts: entry.attempts + 1, attemptsInRound: entry.attemptsInRound + 1 },
        },
        now,
      );
      return { kind: 'claimed', event: shown(claimed), attempt: claimed.attemptsInRound, fence: claimed.fence };
    },
    settle: async (id, fence, settlement, now) => {
      const entry = entries.get(id);
      if (entry?.state !== 'processing' || entry.fence !== fence) return false;
      const { reason: _reason, outcome: _outcome, ...rest } = entry;
      change({ ...rest, fields: [] }, settlement, now);
      return true;
    },
    due: async (now, limit) =>
      [...entries.values()]
        .filter((entry) => (dueTime(entry) ?? Number.POSITIVE_INFINITY) <= now)
        .slice(0, limit)
        .map(({ id }) => id),
    retry: async (query, now) =>
      [...entries.values()]
        .filter((entry) => isRetried(entry, query, now))
        .map((entry) => {
          const { reason: _reason, outcome: _outcome, ...rest } = entry;
          const changes = { state: 'received', fields: [], round: entry.round + 1, attemptsInRound: 0 } as const;
          return change(rest, changes, now).id;
        }),
    find: async (id) => {
      const entry = entries.get(id);
      return entry === undefined ? undefined : shown(entry);
    },
    list: async ({ limit = defaultListLimit, ...query }) =>
      [...entries.values()]
        .filter((entry) => matches(entry, query))
        .reverse()
        .slice(0, Math.max(0, Math.min(limit, mostListed)))
        .map(shown),
    counts: async () => {
      const counts: Record<VitalEventState, number> = { received: 0, processing: 0, processed: 0, error: 0 };
      for (const { state } of entries.values()) counts[state] += 1;
      return counts;
    },
    forget: async ({ contentBefore, eventsBefore }) => {
      let changed = 0;
      for (const entry of [...entries.values()]) {
        if (entry.state !== 'processed') continue;
        if (entry.changedAt < eventsBefore) {
          entries.delete(entry.id);
          for (const [key, id] of [...idsByKey]) if (id === entry.id) idsByKey.delete(key);
          changed += 1;
        } else if (entry.changedAt < contentBefore && entry.content !== undefined) {
          const { content: _content, ...rest } = entry;
          entries.set(entry.id, rest);
          changed += 1;
        }
      }
      return changed;
    },
  };
}

/** When an event may be taken up; `undefined`: not any more by itself. */
function dueTime({ state, isRejected, retryAt, leasedUntil, receivedAt }: Entry): number | undefined {
  if (isRejected || state === 'processed') return undefined;
  if (state === 'received') return receivedAt;
  return state === 'processing' ? leasedUntil : retryAt;
}

function isRetried(entry: Entry, { id, outcome, ...query }: RetryQuery, now: number): boolean {
  if (entry.isRejected || entry.content === undefined) return false;
  if ((id !== undefined && entry.id !== id) || !matches(entry, query)) return false;
  if (outcome === 'unknown_person') return entry.state === 'processed' && entry.outcome === outcome;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  return entry.state === 'error' || (entry.state === 'processing' && (entry.leasedUntil ?? now) <= now);
}

function matches(entry: Entry, query: Partial<Pick<LoggedEvent, 'state' | 'type' | 'source' | 'outcome' | 'reason'>>) {
  const { state, type, source, outcome, reason } = query;
  return (
    (state === undefined || entry.state === state) &&
    (type === undefined || entry.type === type) &&
    (source === undefined || entry.source === source) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (reason === undefined || entry.reason === reason)
  );
}

function shown(entry: Entry): LoggedEvent {
  const { keys: _keys, isRejected: _isRejected, attemptsInRound: _attempts, fence: _fence, ...event } = entry;
  return event;
}
