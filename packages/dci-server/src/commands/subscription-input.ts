import { DciError } from 'dci-core';
import type { CliContext, HostContext } from 'dci-host';
import { createSqliteSubscriptionStore } from '../stores/sqlite/subscription-store.ts';
import type { Subscription, SubscriptionStore } from '../stores/subscriptions.ts';

/** The argument that names the subscription. */
export const codeArgument = { name: '<code>', description: 'the subscription, for example SUB-3f6c…' };

/**
 * @param state - the state of the configured host
 * @returns its subscriptions
 */
export function subscriptionStoreOf({ database, sealer, jobs }: HostContext): SubscriptionStore {
  return createSqliteSubscriptionStore({ database, sealer, jobs: jobs.writer });
}

/** A subscription that a command names, with the state that holds it. */
export interface NamedSubscription {
  readonly state: HostContext;
  readonly store: SubscriptionStore;
  readonly subscription: Subscription;
}

/**
 * Finds the subscription that a command names. Says so when there is none.
 *
 * @param context - the running command
 * @returns the subscription, or `undefined` when there is none: a negative answer, exit code 1
 * @throws DciError `err.configuration.invalid` when the code is missing
 */
export async function namedSubscription(context: CliContext): Promise<NamedSubscription | undefined> {
  const [code] = context.arguments;
  if (code === undefined) throw new DciError('err.configuration.invalid', 'name the subscription');
  const state = await context.openState();
  const store = subscriptionStoreOf(state);
  const subscription = await store.find(code);
  if (subscription === undefined) {
    context.warn('there is no subscription of this code');
    return undefined;
  }
  return { state, store, subscription };
}
