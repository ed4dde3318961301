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

/** How long a delivery waits in its worker for its turn; longer waits are left to the queue. */
const longestWaitMs = 1_000;

/** When a call that has to wait for the end of a probe is tried again. */
const probeWaitMs = 15_000;

interface Calls {
  running: number;
  isProbing: boolean;
  /** Moving average of how long a call takes. */
  averageMs: number;
  /** Unix milliseconds up to which deferred calls have been given their turns. */
  plannedUntil: number;
  readonly waiting: (() => void)[];
}

/**
 * Bounds the calls to each receiver, so that one that is slow does not hold the workers that others need
 * (reliability.md WH5). A call whose turn is near waits for it; others are sent back to the queue, each for a time of
 * its own, as fast as the receiver takes them.
 */
export class ReceiverCalls {
  /** Of receivers that are registered: their number is bounded. */
  readonly #calls = new Map<string, Calls>();
  readonly #settings: Pick<DeliverySettings, 'callsPerReceiver' | 'concurrency'>;
  readonly #clock: Clock;
  #waiting = 0;

  /**
   * @param settings - the bounds
   * @param clock - for how long calls take
   */
  constructor(settings: Pick<DeliverySettings, 'callsPerReceiver' | 'concurrency'>, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * @param receiverId - whom to call
   * @param isProbe - it must be the only call
   * @returns the permission, or when to ask again
   */
  async enter(receiverId: string, isProbe: boolean): Promise<CallPermit | CallDeferral> {
    const now = this.#clock.now();
    const calls = this.#callsOf(receiverId);
    if (calls.isProbing || (isProbe && calls.running > 0)) return { dueAt: now + probeWaitMs };
    if (calls.running >= this.#settings.callsPerReceiver) {
      const turnMs = calls.averageMs / this.#settings.callsPerReceiver;
      const hasRoom = this.#waiting < this.#settings.concurrency / 2;
      if (!hasRoom || (calls.waiting.length + 1) * turnMs > longestWaitMs) {
        calls.plannedUntil = Math.max(calls.plannedUntil, now + longestWaitMs) + turnMs;
        return { dueAt: Math.ceil(calls.plannedUntil) };
      }
      // Whoever releases hands its place over, so the count stays as it is.
      this.#waiting += 1;
      await new Promise<void>((resolve) => calls.waiting.push(resolve));
      this.#waiting -= 1;
    } else {
      calls.running += 1;
    }
    if (isProbe) calls.isProbing = true;
    const startedAt = this.#clock.now();
    return { release: () => this.#release(calls, isProbe, this.#clock.now() - startedAt) };
  }

  #release(calls: Calls, isProbe: boolean, tookMs: number): void {
    if (isProbe) calls.isProbing = false;
    calls.averageMs += (tookMs - calls.averageMs) / 8;
    const next = calls.waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    calls.running -= 1;
  }

  #callsOf(receiverId: string): Calls {
    const known = this.#calls.get(receiverId);
    if (known !== undefined) return known;
    const calls: Calls = { running: 0, isProbing: false, averageMs: 200, plannedUntil: 0, waiting: [] };
    this.#calls.set(receiverId, calls);
    return calls;
  }
}
