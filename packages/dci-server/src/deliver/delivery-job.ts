import type { JobRequest } from 'dci-host';

/** Queue of the delivery jobs. */
export const deliveryQueue = 'dci-server/deliver';

/**
 * @param messageId - of an outgoing message
 * @param dueAt - Unix milliseconds; absent: at once
 * @returns the job that delivers it
 */
export function deliveryJob(messageId: string, dueAt?: number): JobRequest {
  return {
    queue: deliveryQueue,
    key: messageId,
    payload: { message_id: messageId },
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}
