/** What the worker thread of {@link openPglite} is started with. */
export interface PgliteStart {
  /** Where a start that has been made once is kept; absent: it is made anew each time. */
  readonly cacheDirectory?: string;
}

/** What the worker is asked. Answers come in the order of the questions. */
export type PgliteRequest =
  | { readonly kind: 'sql'; readonly id: number; readonly text: string; readonly values?: readonly unknown[] }
  /** Keep the data directory as it is now for the next start. */
  | { readonly kind: 'keep'; readonly id: number }
  /** Give back the space of deleted rows and of the log. */
  | { readonly kind: 'house-keep'; readonly id: number; readonly table: string };

/** What the worker says. */
export type PgliteReply =
  /** `fromCache`: the data directory was there already. */
  | { readonly kind: 'ready'; readonly fromCache: boolean }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly unknown[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly code?: string };
