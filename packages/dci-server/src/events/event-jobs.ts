import type { JobRequest } from 'dci-host';

/** Queue of the jobs that find out which subscriptions an event concerns. */
export const matchQueue = 'dci-server/match';

/** Queue of the jobs that send digests. */
export const digestQueue = 'dci-server/digest';

/** Queue of the jobs that tell a subscriber what an operator decided. */
export const decisionQueue = 'dci-server/subscription-decision';

/**
 * @param eventNumber - of a stored event
 * @returns the job that matches it
 */
export function matchJob(eventNumber: number): JobRequest {
  return { queue: matchQueue, key: String(eventNumber), payload: { event: eventNumber } };
}

/**
 * @param code - of a subscription
 * @param at - Unix milliseconds at which its digest is due
 * @returns the job that sends it
 */
export function digestJob(code: string, at: number): JobRequest {
  return { queue: digestQueue, key: `${code}/${at}`, payload: { code, at }, dueAt: at };
}

/**
 * @param code - of a subscription on which an operator decided
 * @returns the job that makes the callback
 */
export function decisionJob(code: string): JobRequest {
  return { queue: decisionQueue, key: code, payload: { code } };
}
