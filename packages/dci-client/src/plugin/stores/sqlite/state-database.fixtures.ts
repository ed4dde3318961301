import nodeCrypto from 'node:crypto';
import { createRandom } from 'dci-core';
import { createSealer, type JobChanges, type JobWriter } from 'dci-host';
import type { CallbackStores } from '../../../callbacks/memory/memory-stores.ts';
import type { CallbackWorkRequest } from '../../../callbacks/work-request.ts';
import type { OpenedCallbackStores } from '../../../testing/opened-stores.ts';
import { callbackQueues } from './callback-jobs.ts';
import { createSqliteHeldSubscriptionStore } from './held-subscription-store.ts';
import { callbackMigrations } from './migrations.ts';
import { createSqliteNotificationStore } from './notification-store.ts';
import { stateDirectory } from './state-directory.fixtures.ts';
import type { CallbackStoreOptions } from './store-options.ts';
import { createSqliteTransactionStore } from './transaction-store.ts';

const kinds: readonly CallbackWorkRequest['kind'][] = ['answer', 'event', 'receipt'];

/** Seals as a host does, with a key that every test has. */
export const sealer = createSealer(new Uint8Array(32).fill(7), createRandom(nodeCrypto.webcrypto));

/** @param options - what the stores work with */
export function storesOn(options: CallbackStoreOptions): CallbackStores {
  return {
    transactions: createSqliteTransactionStore(options),
    subscriptions: createSqliteHeldSubscriptionStore(options),
    notifications: createSqliteNotificationStore(options),
  };
}

/** @param changes - what a `JobWriter` was given */
export function workOf(changes: readonly JobChanges[]): readonly CallbackWorkRequest[] {
  return changes.flatMap(({ enqueue = [] }) =>
    enqueue.map(({ queue, key, payload }) => {
      const kind = kinds.find((each) => callbackQueues[each] === queue);
      if (kind === undefined || payload.id !== key || Object.keys(payload).length !== 1) throw new Error('another job');
      return { kind, id: key };
    }),
  );
}

/** Stores on a database file of their own, with a `JobWriter` that only notes what it is given. */
export function openedSqlite(): OpenedCallbackStores & { readonly path: string } {
  const state = stateDirectory(callbackMigrations);
  const applied: JobChanges[] = [];
  let failure: Error | undefined;
  const jobs: JobWriter = {
    apply: (changes) => {
      if (failure !== undefined) throw failure;
      applied.push(changes);
    },
  };
  const open = (): CallbackStores => storesOn({ database: state.open(), sealer, jobs });
  return {
    path: state.path,
    stores: open(),
    reopen: open,
    requested: () => workOf(applied),
    failRequests: (error) => {
      failure = error;
    },
    holds: state.holds,
    close: state.close,
  };
}
