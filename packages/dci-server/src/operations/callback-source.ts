import type { Clock } from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import type { ContentSource } from '../deliver/content-source.ts';
import type { TransactionStore } from '../stores/transactions.ts';
import { failedOutcome } from './failed-outcome.ts';
import { callbackContent, type ProcessorOptions, type TransactionOperations } from './processor.ts';
import type { ServedRegistry } from './served-registry.ts';

/** What {@link createCallbackSource} works with. */
export interface CallbackSourceOptions extends Pick<ProcessorOptions, 'senderId'> {
  readonly transactions: Pick<TransactionStore, 'find' | 'content'>;
  readonly registries: readonly ServedRegistry[];
  readonly operations: TransactionOperations;
  readonly clock: Clock;
}

/**
 * Makes callbacks again under the access and consent that hold now (protocol.md section 6), from the stored request.
 *
 * @param options - stores, operations and time
 * @returns the content source of callbacks
 */
export function createCallbackSource(options: CallbackSourceOptions): ContentSource {
  return {
    compose: async (message, receiver) => {
      const transaction = await options.transactions.find(message.subject);
      const content = await options.transactions.content(message.subject);
      const registry = options.registries.find(({ type }) => type.name === message.registry);
      if (transaction === undefined || content === undefined || receiver.sender.state !== 'active') return undefined;
      const operation = options.operations[transaction.action];
      if (message.source.failed !== undefined || operation === undefined || registry === undefined) {
        const outcome = failedOutcome(transaction, message.createdAt);
        return callbackContent(content, receiver, outcome, message, options.senderId);
      }
      const disclosures: Disclosure[] = [];
      const outcome = await operation.compose(
        {
          transaction,
          content,
          sender: receiver,
          registry,
          now: options.clock.now(),
          signal: AbortSignal.timeout(composeTimeoutMs),
          disclose: (disclosure) => disclosures.push(disclosure),
        },
        message,
      );
      if (outcome === undefined) return undefined;
      return {
        ...callbackContent(content, receiver, outcome, message, options.senderId),
        ...(disclosures.length === 0 ? {} : { disclosures }),
      };
    },
  };
}

const composeTimeoutMs = 60_000;
