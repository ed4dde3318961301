import type { SearchReply } from '../search.ts';
import type { NotifiedEvent } from './notifications.ts';

/** What a handler is told about the call. */
export interface HandlerContext {
  /** Aborted when its time is over or the host stops. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
}

/**
 * What an application does with callbacks, under a name that `searchAsync` and `subscribe` give. Each function is called at
 * least once for each event, so it must be idempotent; one that rejects is called again later.
 */
export interface CallbackHandler {
  /** Names it in stored transactions and subscriptions: it must stay the same across releases. */
  readonly name: string;
  /**
   * @param event - what happened
   * @param context - signal and attempt
   */
  readonly onEvent?: (event: NotifiedEvent, context: HandlerContext) => Promise<void>;
  /**
   * @param result - the whole answer of a search
   * @param context - signal and attempt
   */
  readonly onSearchResult?: (
    result: SearchReply & { readonly source: string; readonly transactionId: string },
    context: HandlerContext,
  ) => Promise<void>;
}
