import type { JobDefinition } from 'dci-host';
import type { CallbackWork } from '../callbacks/callback-work.ts';
import type { CallbackWorkRequest } from '../callbacks/work-request.ts';
import { callbackQueues } from './stores/sqlite/callback-jobs.ts';

/** Time of one attempt, in milliseconds: a handler that hangs must not hold others back for ever. */
const timeouts: Readonly<Record<CallbackWorkRequest['kind'], number>> = {
  answer: 300_000,
  event: 60_000,
  receipt: 60_000,
};

/**
 * The jobs that do what follows from callbacks: they carry an id only.
 *
 * @param work - gives the work, once all handlers are known
 * @returns one definition for each queue
 */
export function callbackJobs(work: () => CallbackWork): readonly JobDefinition[] {
  return (['answer', 'event', 'receipt'] as const).map((kind) => ({
    queue: callbackQueues[kind],
    concurrency: 4,
    timeoutMs: timeouts[kind],
    run: async ({ key, attempt, signal }) => await work().run({ kind, id: key }, { attempt, signal }),
  }));
}
