import type { Clock } from 'dci-core';
import type { DeliverySettings } from './delivery-settings.ts';

/** The permission to call a receiver. */
export interface CallPermit {
  /** To be called when the call is over. */
  release(): void;
}

/** A call that may not begin now. */
export interface CallDeferral {
  /** Unix milliseconds at which it is worth trying again. */
  readonly dueAt: number;
}

/** A call takes at most as long. */
const longestCallMs = 15_000;

/** What is assumed of a receiver that was not called yet. */
const firstAverageMs = 200;

const leastTurnMs = 10;

/** A receiver whose calls take as long is slow. */
const slowMs = 2_000;

/** No turn is later: by then the receiver may be faster than it was when the turns were given. */
const latestTurnMs = 600_000;

/** Deferred calls that are remembered for a receiver; further ones come back in their turns. */
const mostWaiting = 10_000;

interface Calls {
  /** Unix milliseconds at which each running call began; the longest first. */
  readonly running: Set<{ readonly startedAt: number }>;
  isProbing: boolean;
  /** Moving average of how long a call takes. */
  averageMs: number;
  /** Unix milliseconds up to which deferred calls have been given their turns. */
  plannedUntil: number;
  /** Names of deferred calls, the oldest first. */
  readonly waiting: Set<string>;
}

/**
 * Bounds the calls to each receiver, so that one that is slow does not hold the workers that others need
 * (reliability.md WH5). A call beyond the bound never waits in a worker: it goes back to the queue for a time of its
 * own, so that the turns come as fast as the receiver takes them. Turns are planned by what calls took so far, and the
 * queue looks for due jobs only now and then: so whenever a call ends, the next one is called up ({@link next}).
 */
export class ReceiverCalls {
  /** Of receivers that are registered: their number is bounded. */
  readonly #calls = new Map<string, Calls>();
  /** Those that are being called. */
  readonly #busy = new Set<Calls>();
  readonly #callsPerReceiver: number;
  readonly #concurrency: number;
  readonly #clock: Clock;

  /**
   * @param settings - the bounds
   * @param clock - for how long calls take
   */
  constructor(settings: Pick<DeliverySettings, 'callsPerReceiver' | 'concurrency'>, clock: Clock) {
    this.#callsPerReceiver = settings.callsPerReceiver;
    this.#concurrency = settings.concurrency;
    this.#clock = clock;
  }

  /**
   * @param receiverId - whom to call
   * @param isProbe - it must be the only call
   * @param name - of the call
   * @returns the permission, or when to ask again
   */
  enter(receiverId: string, isProbe: boolean, name: string): CallPermit | CallDeferral {
    const now = this.#clock.now();
    const calls = this.#callsOf(receiverId);
    if (calls.isProbing || (isProbe && calls.running.size > 0)) {
      return this.#defer(calls, name, now, remainingMs(calls, now));
    }
    if (calls.running.size >= this.#mostCalls(calls, now)) return this.#defer(calls, name, now, 0);
    calls.waiting.delete(name);
    const call = { startedAt: now };
    calls.running.add(call);
    this.#busy.add(calls);
    calls.isProbing = isProbe;
    return {
      release: () => {
        if (!calls.running.delete(call)) return;
        if (calls.running.size === 0) this.#busy.delete(calls);
        if (isProbe) calls.isProbing = false;
        calls.averageMs += (this.#clock.now() - now - calls.averageMs) / 8;
      },
    };
  }

  /**
   * Takes as many deferred calls as may begin now; to be called when a call has ended.
   *
   * @param receiverId - whose call ended
   * @returns the names of calls that need not wait for their turns any more, the oldest first
   */
  next(receiverId: string): readonly string[] {
    const calls = this.#callsOf(receiverId);
    if (calls.isProbing) return [];
    const names: string[] = [];
    const most = this.#mostCalls(calls, this.#clock.now());
    for (const name of calls.waiting) {
      if (calls.running.size + names.length >= most) break;
      calls.waiting.delete(name);
      names.push(name);
    }
    return names;
  }

  /** @param afterMs - no turn is sooner than in as many milliseconds */
  #defer(calls: Calls, name: string, now: number, afterMs: number): CallDeferral {
    if (calls.waiting.size < mostWaiting) calls.waiting.add(name);
    calls.plannedUntil = Math.max(calls.plannedUntil, now + afterMs) + this.#turnMs(calls, now);
    // From the middle on again, so that the turns stay spread.
    if (calls.plannedUntil > now + latestTurnMs) calls.plannedUntil = now + latestTurnMs / 2;
    return { dueAt: Math.ceil(calls.plannedUntil) };
  }

  /** How often a call ends. */
  #turnMs(calls: Calls, now: number): number {
    return Math.max(tookMs(calls, now) / this.#mostCalls(calls, now), leastTurnMs);
  }

  /** Receivers that are slow share half of the workers, so that the fast ones find the other half free. */
  #mostCalls(calls: Calls, now: number): number {
    if (tookMs(calls, now) < slowMs) return this.#callsPerReceiver;
    let slow = this.#busy.has(calls) ? 0 : 1;
    for (const busy of this.#busy) if (tookMs(busy, now) >= slowMs) slow += 1;
    const share = Math.max(1, Math.floor(this.#concurrency / 2 / slow));
    return Math.min(this.#callsPerReceiver, share);
  }

  #callsOf(receiverId: string): Calls {
    const known = this.#calls.get(receiverId);
    if (known !== undefined) return known;
    const calls: Calls = {
      running: new Set(),
      isProbing: false,
      averageMs: firstAverageMs,
      plannedUntil: 0,
      waiting: new Set(),
    };
    this.#calls.set(receiverId, calls);
    return calls;
  }
}

/** For how long the longest call has run. */
function elapsedMs({ running }: Calls, now: number): number {
  const [longest] = running;
  return now - (longest?.startedAt ?? now);
}

/** How long calls take, by those that have ended and by the one that runs longest. */
function tookMs(calls: Calls, now: number): number {
  return Math.max(calls.averageMs, elapsedMs(calls, now));
}

/** When the running call is likely to end: as calls do; one that already takes longer, in as long again. */
function remainingMs(calls: Calls, now: number): number {
  const elapsed = elapsedMs(calls, now);
  return Math.min(elapsed < calls.averageMs ? calls.averageMs - elapsed : elapsed, longestCallMs);
}
