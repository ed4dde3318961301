import { DciError } from 'dci-core';
import type { VerifiedEnvelope } from './verified-envelope.ts';

/** A callback or notification that arrived. */
export interface Arrival extends VerifiedEnvelope {
  /** Last part of the path that it came to, for example `on-search` or `notify`. */
  readonly action: string;
  readonly transactionId: string;
}

/** What is waited for. */
export interface Awaited {
  readonly action: string;
  readonly transactionId: string;
}

/** How long is waited. */
export interface Patience {
  /** Absent: as long as it takes. */
  readonly seconds?: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** What arrived and was not taken yet. A callback may arrive before its request was acknowledged. */
export interface Inbox {
  /** From now on messages of this transaction are ours. */
  expect(transactionId: string): void;
  /** @returns whether the transaction is one of ours */
  expects(transactionId: string): boolean;
  /** Keeps what arrived. The same message may come again; it counts once. */
  put(arrival: Arrival): void;
  /**
   * Takes the next message of a kind.
   *
   * @param awaited - which
   * @param patience - how long
   * @returns the message
   * @throws DciError `err.request.timeout` when none came; the reason of the signal
   */
  take(awaited: Awaited, patience: Patience): Promise<Arrival>;
}

/** @returns an empty inbox */
export function createInbox(): Inbox {
  const transactions = new Set<string>();
  const seen = new Set<string>();
  const arrived: Arrival[] = [];
  let wake = Promise.withResolvers<void>();

  const find = ({ action, transactionId }: Awaited): Arrival | undefined => {
    const index = arrived.findIndex((each) => each.action === action && each.transactionId === transactionId);
    return index < 0 ? undefined : arrived.splice(index, 1)[0];
  };
  return {
    expect: (transactionId) => void transactions.add(transactionId),
    expects: (transactionId) => transactions.has(transactionId),
    put: (arrival) => {
      const { message_id: messageId } = arrival.header;
      if (messageId !== undefined && seen.has(messageId)) return;
      if (messageId !== undefined) seen.add(messageId);
      arrived.push(arrival);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
    take: async (awaited, { seconds, signal }) => {
      const ended = Promise.withResolvers<never>();
      ended.promise.catch(() => undefined);
      const onAbort = (): void => ended.reject(signal.reason);
      const isLate = (): void =>
        ended.reject(
          new DciError('err.request.timeout', `no ${awaited.action} arrived within ${seconds} seconds`, {
            path: awaited.action,
          }),
        );
      const timer = seconds === undefined ? undefined : setTimeout(isLate, seconds * 1000);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        signal.throwIfAborted();
        for (;;) {
          const found = find(awaited);
          if (found !== undefined) return found;
          await Promise.race([ended.promise, wake.promise]);
        }
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
