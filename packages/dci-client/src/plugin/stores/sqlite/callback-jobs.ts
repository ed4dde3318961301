import type { JobRequest } from 'dci-host';
import type { CallbackWorkRequest } from '../../../callbacks/work-request.ts';

/** The queues of the callback side. */
export const callbackQueues: Readonly<Record<CallbackWorkRequest['kind'], string>> = {
  answer: 'dci-client/answer',
  event: 'dci-client/event',
  receipt: 'dci-client/receipt',
};

/**
 * @param work - what is to be done
 * @returns the job that does it; it carries an id only
 */
export function callbackJob({ kind, id }: CallbackWorkRequest): JobRequest {
  return { queue: callbackQueues[kind], key: id, payload: { id } };
}
