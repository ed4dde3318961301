import { DciError, type Logger, type RegistryType } from 'dci-core';
import { readSearchAnswer } from '../calls/async-answers.ts';
import { clientFailure } from '../failure.ts';
import type { SearchReply } from '../search.ts';
import type { CallbackHandler, HandlerContext } from './handlers.ts';
import type { NotificationStore, NotifiedEvent } from './notifications.ts';
import { failureFields } from './receive/failure-fields.ts';
import { silentLogger } from './silent-logger.ts';
import type { TransactionStore } from './transactions.ts';
import type { CallbackWorkRequest } from './work-request.ts';

/** How a piece of work ended. What rejects is worth another attempt. */
export type CallbackWorkOutcome =
  | { readonly kind: 'done' }
  /** No attempt will ever succeed. The reason is a code without personal data. */
  | { readonly kind: 'dead'; readonly reason: string };

/** Does what follows from callbacks. */
export interface CallbackWork {
  /**
   * Runs one piece of work; safe to run again at any time, also after a process was killed in the middle of it.
   *
   * @param work - what is to be done
   * @param context - signal and attempt
   * @returns how it ended
   * @throws whatever a handler threw, or the failure of a receipt: the work is to be tried again later
   */
  run(work: CallbackWorkRequest, context: HandlerContext): Promise<CallbackWorkOutcome>;
}

/** What {@link createCallbackWork} works with. */
export interface CallbackWorkOptions {
  readonly handlers: readonly CallbackHandler[];
  readonly transactions: Pick<TransactionStore, 'find'>;
  readonly notifications: Pick<NotificationStore, 'find' | 'settle' | 'receiptSent'>;
  /** @returns the registry type of a data source; `undefined` when there is none of this code */
  readonly registryOf: (source: string) => RegistryType | undefined | Promise<RegistryType | undefined>;
  /**
   * Confirms an event to its registry; see `receiptsBy`. Absent: receipts are given up.
   *
   * @throws DciError with a code `rjct.*` when the registry does not take it, now or later
   */
  readonly receipts?: (event: NotifiedEvent, context: Pick<HandlerContext, 'signal'>) => Promise<void>;
  /** Absent: nothing is logged. */
  readonly logger?: Logger;
}

const done: CallbackWorkOutcome = { kind: 'done' };

/**
 * Makes the work that follows from callbacks: handlers get events and the answers of finished searches, and the receipts
 * of events whose handler succeeded are sent (protocol.md section 9). Each step is noted in the store before the next.
 *
 * @param options - handlers and stores
 * @returns the work
 * @throws DciError `err.configuration.invalid` when two handlers have the same name
 */
export function createCallbackWork(options: CallbackWorkOptions): CallbackWork {
  const { transactions, notifications, registryOf, receipts, logger = silentLogger } = options;
  const handlers = new Map<string, CallbackHandler>();
  for (const handler of options.handlers) {
    if (handlers.has(handler.name)) {
      throw new DciError('err.configuration.invalid', `two handlers have the name ${handler.name}`, {
        path: 'handlers',
      });
    }
    handlers.set(handler.name, handler);
  }
  const handlerOf = (name: string): CallbackHandler => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new DciError('err.configuration.invalid', `there is no handler ${name}`);
    return handler;
  };

  const handleEvent = async (id: string, context: HandlerContext): Promise<CallbackWorkOutcome> => {
    const stored = await notifications.find(id);
    if (stored?.handler === undefined || stored.state === 'processed') return done;
    try {
      await handlerOf(stored.handler).onEvent?.(stored.event, context);
    } catch (error) {
      // What was interrupted did not fail.
      if (!context.signal.aborted) await notifications.settle(id, { state: 'error', reason: reasonOf(error) });
      throw error;
    }
    await notifications.settle(id, { state: 'processed' });
    return done;
  };

  const handleAnswer = async (id: string, context: HandlerContext): Promise<CallbackWorkOutcome> => {
    const transaction = await transactions.find(id);
    if (transaction?.handler === undefined || transaction.state !== 'answered' || transaction.action !== 'search') {
      return done;
    }
    const { source } = transaction;
    const handler = handlerOf(transaction.handler);
    const registry = await registryOf(source);
    if (registry === undefined) throw new DciError('err.configuration.invalid', `there is no data source ${source}`);
    let reply: SearchReply;
    try {
      reply = readSearchAnswer(transaction, registry);
    } catch (error) {
      logger.error(
        { transaction_id: id, registry: registry.name, ...failureFields(error) },
        'the answer to a search cannot be used',
      );
      return { kind: 'dead', reason: reasonOf(error) };
    }
    await handler.onSearchResult?.({ ...reply, source, transactionId: id }, context);
    return done;
  };

  const confirm = async (id: string, { signal }: HandlerContext): Promise<CallbackWorkOutcome> => {
    const stored = await notifications.find(id);
    if (stored === undefined || !stored.receipts || stored.receiptSent || stored.state !== 'processed') return done;
    if (receipts === undefined) return { kind: 'dead', reason: 'no_receipts' };
    try {
      await receipts(stored.event, { signal });
    } catch (error) {
      if (!isForGood(error)) throw error;
      logger.warn(failureFields(error), 'a registry does not take the receipt of an event');
      return { kind: 'dead', reason: reasonOf(error) };
    }
    await notifications.receiptSent(id);
    return done;
  };

  return {
    run: ({ kind, id }, context) => {
      if (kind === 'event') return handleEvent(id, context);
      return kind === 'answer' ? handleAnswer(id, context) : confirm(id, context);
    },
  };
}

function isForGood(error: unknown): boolean {
  return (error instanceof DciError && error.code.startsWith('rjct.')) || clientFailure(error)?.kind === 'unsupported';
}

/** A code, or the name of the error: its text may hold anything. */
function reasonOf(error: unknown): string {
  const { code, error: name } = failureFields(error);
  return String(code ?? name);
}
