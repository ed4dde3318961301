import type { CallbackStores } from '../callbacks/memory/memory-stores.ts';
import type { CallbackWorkRequest } from '../callbacks/work-request.ts';
import type { TestRunner } from './test-opened.ts';

/** Stores under test. Those of the callback side share a state, because a callback changes several of them at once. */
export interface OpenedCallbackStores {
  readonly stores: CallbackStores;
  /** Opens the same state anew, as after a restart; absent: it ends with the process. */
  readonly reopen?: () => Promise<CallbackStores> | CallbackStores;
  /** @returns the work that the stores requested, of commits that succeeded */
  readonly requested: () => readonly CallbackWorkRequest[];
  /** Lets a request of work fail, and with it the commit that it belongs to; absent: it cannot. */
  readonly failRequests?: (error: Error | undefined) => void;
  /** @returns whether this text can be found in what is stored; absent: nothing is stored beyond the process */
  readonly holds?: (text: string) => boolean;
  readonly close?: () => Promise<void> | void;
}

/** What a contract tests. */
export interface CallbackStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes empty stores. */
  readonly create: () => Promise<OpenedCallbackStores> | OpenedCallbackStores;
  readonly runner: TestRunner;
}

/**
 * @param opened - stores
 * @returns the stores, and the same state opened anew where that is possible
 */
export async function alsoReopened({ stores, reopen }: OpenedCallbackStores): Promise<readonly CallbackStores[]> {
  return reopen === undefined ? [stores] : [stores, await reopen()];
}
