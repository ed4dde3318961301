import type { JobDefinition, JobRequest } from 'dci-host';
import type { CallbackWork } from '../../../callbacks/callback-work.ts';
import type { CallbackWorkRequest } from '../../../callbacks/work-request.ts';

/** The queues of the callback side. */
export const callbackQueues: Readonly<Record<CallbackWorkRequest['kind'], string>> = {
  answer: 'dci-client/answer',
  event: 'dci-client/event',
  receipt: 'dci-client/receipt',
};

const kinds: readonly CallbackWorkRequest['kind'][] = ['answer', 'event', 'receipt'];

/**
 * @param work - what is to be done
 * @returns the job that does it; it carries an id only
 */
export function callbackJob({ kind, id }: CallbackWorkRequest): JobRequest {
  return { queue: callbackQueues[kind], key: id, payload: { id } };
}

/**
 * @param work - does what jobs ask for
 * @returns the definitions of the queues, for `jobs.define`
 */
export function callbackJobDefinitions(work: CallbackWork): readonly JobDefinition[] {
  return kinds.map((kind) => ({
    queue: callbackQueues[kind],
    run: ({ payload, signal, attempt }) => work.run({ kind, id: String(payload.id) }, { signal, attempt }),
  }));
}
