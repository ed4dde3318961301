import { type ReceivedNotifyRequest, type RegistryType, resolveEventType } from 'dci-core';
import { subscribedTo } from '../held-subscriptions.ts';
import type { HeldSubscription } from '../subscriptions.ts';
import type { TakeOptions } from './checked-callback.ts';

/** The subscription that a notification is for. */
export type NotifiedSubscription = Pick<HeldSubscription, 'eventTypes' | 'recordType' | 'handler' | 'receipts'> & {
  readonly code?: string | undefined;
  readonly transactionId?: string;
};

/**
 * Finds the subscription that a notification is for, among those that we hold at a source (protocol.md section 6):
 *
 * - by its code, where the notification names one;
 * - else by `transaction_id`, where that is the one of our `subscribe`, as the standard wants it;
 * - else, where it names nothing that we know, the one that fits its event and record type best.
 *
 * A notification can be faster than the `on-subscribe` callback that tells the code: one that names a `subscribe` of ours
 * that is still open is for the subscription that it will make.
 *
 * @param source - code of the data source
 * @param message - the notification as read
 * @param registry - its registry type
 * @param options - stores and time
 * @param guess - whether the last of the three is tried: only once none of the party's sources knows what is named
 * @returns the subscription; `undefined` when we hold none that it can be for
 */
export async function findSubscription(
  source: string,
  message: ReceivedNotifyRequest,
  registry: RegistryType,
  { subscriptions, transactions, clock }: Pick<TakeOptions, 'subscriptions' | 'transactions' | 'clock'>,
  guess: boolean,
): Promise<NotifiedSubscription | undefined> {
  const { subscription_code: code, transaction_id: transactionId } = message;
  if (code !== undefined) {
    const held = await subscriptions.find(source, code);
    if (held !== undefined) return held.state === 'ended' ? undefined : held;
  }
  if (transactionId !== undefined) {
    const made = await subscriptions.list(source, { transactionId, ended: true });
    const alive = made.filter(({ state }) => state !== 'ended');
    if (code === undefined && made.length > 0) return best(alive, message, registry);
    const transaction = await transactions.find(transactionId);
    const isOpen = transaction?.state === 'open' && clock.now() < transaction.expiresAt;
    if (isOpen && transaction.source === source && transaction.action === 'subscribe') {
      return { ...subscribedTo(transaction, registry), code, transactionId };
    }
  }
  return guess && code === undefined ? best(await subscriptions.list(source), message, registry) : undefined;
}

/** The newest of those that fit best. */
function best(
  held: readonly HeldSubscription[],
  { notify_event: [first] }: ReceivedNotifyRequest,
  registry: RegistryType,
): HeldSubscription | undefined {
  const named = first?.data.reg_event_type;
  const eventType = named === undefined ? undefined : (resolveEventType(registry, named) ?? named);
  return held.find(({ eventTypes }) => eventType !== undefined && eventTypes.includes(eventType)) ?? held[0];
}
