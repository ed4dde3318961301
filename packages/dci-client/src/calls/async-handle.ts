import type { Clock } from 'dci-core';
import type { StoredTransaction, TransactionStore } from '../callbacks/transactions.ts';
import type { AsyncHandle, AsyncState } from '../dci-client.ts';
import { notAnswered, refused } from '../failure.ts';

/** How long another process can have stored a callback before it is noticed. */
const POLL_MS = 2_000;

/** What a handle works with. */
export interface HandleOptions<Answer> {
  readonly transactionId: string;
  readonly correlationId?: string | undefined;
  readonly transactions: TransactionStore;
  readonly clock: Clock;
  /**
   * @param transaction - as it is stored now
   * @returns the answer; `undefined` while it is not complete
   */
  readonly read: (transaction: StoredTransaction) => Answer | undefined;
}

/**
 * Makes the handle of a request that is answered by callback. It holds nothing of the request: all it tells comes from the
 * store, where a receiver in this or another process puts the callbacks.
 *
 * @param options - id, store and reader
 * @returns the handle
 */
export function createHandle<Answer>(options: HandleOptions<Answer>): AsyncHandle<Answer> {
  const { transactionId, correlationId, transactions, clock, read } = options;
  return {
    transactionId,
    ...(correlationId !== undefined && { correlationId }),
    async result({ signal } = {}) {
      const changes = watch(transactions, transactionId);
      try {
        for (;;) {
          signal?.throwIfAborted();
          const transaction = await transactions.find(transactionId);
          const state = stateOf(transaction, clock);
          if (transaction === undefined || state === 'expired')
            throw notAnswered(secondsOf(transaction), transactionId);
          if (state === 'refused') throw refused({ status: 0 });
          const answer = read(transaction);
          if (answer !== undefined) return answer;
          const left = transaction.expiresAt - clock.now();
          await changes.next(Math.min(POLL_MS, Math.max(left, 0)), signal);
        }
      } finally {
        changes.end();
      }
    },
    state: async () => stateOf(await transactions.find(transactionId), clock),
  };
}

/** One that was forgotten ended long ago. */
function stateOf(transaction: StoredTransaction | undefined, clock: Clock): AsyncState {
  if (transaction === undefined) return 'expired';
  const { state, expiresAt } = transaction;
  return state === 'open' && clock.now() >= expiresAt ? 'expired' : state;
}

function secondsOf(transaction: StoredTransaction | undefined): number {
  return transaction === undefined ? 0 : Math.round((transaction.expiresAt - transaction.openedAt) / 1000);
}

interface Changes {
  /** Resolves at the next change, also one that came since the last call, and after some time in any case. */
  next(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  end(): void;
}

function watch(transactions: TransactionStore, wanted: string): Changes {
  let isChanged = false;
  let wake = (): void => {};
  const end = transactions.onChange((transactionId) => {
    if (transactionId !== wanted) return;
    isChanged = true;
    wake();
  });
  return {
    end,
    async next(milliseconds, signal) {
      if (!isChanged) {
        await new Promise<void>((resolve) => {
          const over = (): void => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', over);
            resolve();
          };
          const timer = setTimeout(over, milliseconds);
          signal?.addEventListener('abort', over, { once: true });
          wake = over;
        });
      }
      isChanged = false;
    },
  };
}
