import type { CallbackHeader, ReceivedSubscribeResponse, RequestStatus } from 'dci-core';
import type { AsyncAction } from '../transactions.ts';

/**
 * Tells whether a callback is the last that its transaction waits for. `pdng` and `rcvd` in the header announce another
 * one, save where all items are done already, where a subscription waits for an operator of the registry (its decision
 * comes in a callback of its own), and where what was asked for is a status.
 *
 * @param action - of the request
 * @param header - of the callback
 * @param message - status and, of an `on-subscribe`, items of the message
 * @param referenceIds - of the request
 * @returns whether no other follows
 */
export function isFinal(
  action: AsyncAction,
  header: Pick<CallbackHeader, 'status' | 'total_count' | 'completed_count'>,
  { status: ownStatus, items = [] }: { readonly status?: RequestStatus | undefined; readonly items?: SubscribeItems },
  referenceIds: readonly string[],
): boolean {
  const { status = ownStatus, total_count: total, completed_count: completed } = header;
  if (action === 'txn-status' || (status !== 'pdng' && status !== 'rcvd')) return true;
  if (total !== undefined && completed !== undefined && total > 0 && completed >= total) return true;
  if (action !== 'subscribe') return false;
  const answered = items.filter((item) => item.status !== 'rcvd').map(({ reference_id: id }) => id);
  return referenceIds.every(
    (id) => answered.includes(id) || (referenceIds.length === 1 && answered.includes(undefined)),
  );
}

type SubscribeItems = ReceivedSubscribeResponse['subscribe_response'];
