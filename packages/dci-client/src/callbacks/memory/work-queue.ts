import type { Logger, Random } from 'dci-core';
import type { CallbackWork } from '../callback-work.ts';
import { failureFields } from '../receive/failure-fields.ts';
import type { CallbackWorkRequest } from '../work-request.ts';

/** Calls a function later. The default is a timer that does not keep the process alive. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

/** How work is done without a host. */
export interface WorkQueueOptions {
  readonly work: CallbackWork;
  readonly random: Random;
  readonly logger: Logger;
  /** Pieces of work that run at once. Default 8. */
  readonly concurrency?: number;
  /** Attempts of one piece. Default 20, some 80 minutes. */
  readonly attempts?: number;
  /** Milliseconds after which an attempt is aborted. Default 60,000. */
  readonly timeoutMs?: number;
  readonly schedule?: Schedule;
}

/** Work that waits in memory. */
export interface WorkQueue {
  /** Adds work; what waits or runs already is not added again. */
  add(work: CallbackWorkRequest): void;
  /** Resolves when nothing runs and nothing is due; what waits for another attempt does not count. */
  idle(): Promise<void>;
  /** Aborts what runs, and starts nothing any more. Resolves when all has ended. */
  stop(): Promise<void>;
}

const leastMs = 1_000;
const mostMs = 300_000;

const timerSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
};

/**
 * Makes a queue in memory: each piece of work is tried until it succeeds, with pauses that double from one second to five
 * minutes and are moved a little at random, so that what failed together does not come back together.
 *
 * @param options - the work, and how often it is tried
 * @returns the queue
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { work, random, logger, concurrency = 8, attempts = 20, timeoutMs = 60_000 } = options;
  const { schedule = timerSchedule } = options;
  const stopping = new AbortController();
  const known = new Set<string>();
  const due: Piece[] = [];
  const waiting = new Set<() => void>();
  const idlers: (() => void)[] = [];
  let running = 0;

  const next = (): void => {
    while (running < concurrency && !stopping.signal.aborted) {
      const piece = due.shift();
      if (piece === undefined) break;
      running += 1;
      void attempt(piece).finally(() => {
        running -= 1;
        next();
      });
    }
    if (running === 0 && (due.length === 0 || stopping.signal.aborted)) for (const idle of idlers.splice(0)) idle();
  };

  const attempt = async (piece: Piece): Promise<void> => {
    const { request } = piece;
    const fields = { job: request.kind, job_id: request.id, attempt: piece.attempt };
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const outcome = await untilAborted(signal, work.run(request, { signal, attempt: piece.attempt }));
      known.delete(piece.key);
      if (outcome.kind === 'dead')
        logger.error({ ...fields, reason: outcome.reason }, 'work of a callback is given up');
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (piece.attempt >= attempts) {
        known.delete(piece.key);
        logger.error({ ...fields, ...failureFields(error) }, 'work of a callback is given up');
        return;
      }
      logger.warn({ ...fields, ...failureFields(error) }, 'work of a callback failed; it is tried again');
      later({ ...piece, attempt: piece.attempt + 1 }, pauseMs(piece.attempt, random));
    }
  };

  const later = (piece: Piece, delayMs: number): void => {
    const cancel = schedule(delayMs, () => {
      waiting.delete(cancel);
      due.push(piece);
      next();
    });
    waiting.add(cancel);
  };

  return {
    add: (request) => {
      const key = `${request.kind} ${request.id}`;
      if (known.has(key) || stopping.signal.aborted) return;
      known.add(key);
      due.push({ key, request, attempt: 1 });
      // After what requested it: a store is in the middle of a change.
      queueMicrotask(next);
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        queueMicrotask(next);
      }),
    stop: async () => {
      stopping.abort(new Error('the program stops'));
      for (const cancel of waiting) cancel();
      waiting.clear();
      await new Promise<void>((resolve) => {
        idlers.push(resolve);
        next();
      });
    },
  };
}

interface Piece {
  readonly key: string;
  readonly request: CallbackWorkRequest;
  /** From 1. */
  readonly attempt: number;
}

/** A handler that does not heed its signal is left behind: it may hold up neither the others nor the end. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

function pauseMs(failures: number, random: Random): number {
  const [byte = 0] = random.bytes(1);
  return Math.round(Math.min(mostMs, leastMs * 2 ** Math.min(failures - 1, 20)) * (0.8 + (0.4 * byte) / 255));
}
