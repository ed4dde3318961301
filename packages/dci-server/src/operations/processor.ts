import {
  type Clock,
  type CryptoProvider,
  formatTimestamp,
  type JsonObject,
  type Logger,
  type RequestStatus,
} from 'dci-core';
import { errorFields, type JobDefinition, type JobOutcome, type JobRequest, type RunningJob } from 'dci-host';
import type { Disclosure } from '../access/audit.ts';
import { accessFingerprint } from '../deliver/access-fingerprint.ts';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import type { Outcome } from '../reply/respond.ts';
import { writeReplyHeader } from '../reply/write-header.ts';
import type { KnownSender, SenderDirectory } from '../senders/directory.ts';
import type { NewOutgoingMessage, OutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';
import type { Transaction, TransactionAction, TransactionContent, TransactionStore } from '../stores/transactions.ts';
import { failedOutcome } from './failed-outcome.ts';
import { partMessageId } from './part-id.ts';
import type { ServedRegistry } from './served-registry.ts';
import type { OperationPart, OperationScope, TransactionOperation } from './transaction-operation.ts';

/** The operations that are answered by callback; an absent one is not offered. */
export type TransactionOperations = Readonly<Partial<Record<TransactionAction, TransactionOperation>>>;

/** What a processor works with. */
export interface ProcessorOptions {
  readonly transactions: TransactionStore;
  readonly outgoing: Pick<OutgoingStore, 'find'>;
  readonly directory: Pick<SenderDirectory, 'find'>;
  /** Is charged what could not be weighed before. */
  readonly quotas: Pick<QuotaLimiter, 'debit'>;
  readonly registries: readonly ServedRegistry[];
  readonly operations: TransactionOperations;
  /** The host's own id. */
  readonly senderId: string;
  /** Attempts before the sender is told that its request failed. */
  readonly attempts: number;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Queue of the jobs that process accepted requests. */
export const processQueue = 'dci-server/process';

/**
 * @param correlationId - of a transaction
 * @param sequence - of the callback that is to be made, from 0
 * @returns the job that makes it
 */
export function processJob(correlationId: string, sequence = 0): JobRequest {
  return { queue: processQueue, key: `${correlationId}/${sequence}`, payload: { correlation_id: correlationId } };
}

/** Source of a callback that tells of a failure; nothing of it depends on access. */
export const failureSource: JsonObject = Object.freeze({ failed: 1 });

/** Last part of the path that a callback of an action is sent to. */
const callbackActions: Readonly<Record<TransactionAction, OutgoingMessage['action']>> = {
  search: 'on-search',
  subscribe: 'on-subscribe',
  unsubscribe: 'on-unsubscribe',
  'txn-status': 'txn/on-status',
};

/** Time for one callback: a hundred items of two seconds each, and some. */
const timeoutMs = 300_000;

/**
 * Processes accepted requests (protocol.md section 6). One job makes one callback: the callback, the progress of the
 * transaction, the end of the job and the job of the next callback are one commit, fenced by the job's lease. So a
 * process that dies at any point, or a worker that outlives its lease, leaves nothing half done and nothing twice.
 *
 * A registry that does not answer is asked again later. When it never does, the sender is told so in a last callback.
 * A sender that is not active any more gets no callback: its transaction ends as `rjct`.
 *
 * @param options - stores, operations and time
 * @returns the queue
 */
export function createProcessor(options: ProcessorOptions): JobDefinition {
  return {
    queue: processQueue,
    timeoutMs,
    run: async (job) => {
      const transaction = await options.transactions.find(String(job.payload.correlation_id));
      if (transaction === undefined || transaction.finishedAt !== undefined) return { kind: 'done' };
      const sender = await options.directory.find(transaction.senderId);
      const content = await options.transactions.content(transaction.correlationId);
      if (sender?.sender.state !== 'active' || content === undefined) {
        if (content === undefined) {
          const fields = { correlation_id: transaction.correlationId, sender_id: transaction.senderId };
          options.logger.error(fields, 'the content of an accepted request cannot be opened; it ends as rejected');
        }
        return endWithoutCallback(transaction, job, options);
      }
      return processNext({ transaction, content, sender }, job, options);
    },
  };
}

interface LoadedRequest {
  readonly transaction: Transaction;
  readonly content: TransactionContent;
  readonly sender: KnownSender;
}

async function processNext(
  request: LoadedRequest,
  job: RunningJob,
  options: ProcessorOptions,
): Promise<JobOutcome | 'settled'> {
  const { transaction } = request;
  const done = await options.transactions.countCallbacks(transaction.correlationId);
  const now = options.clock.now();
  const operation = options.operations[transaction.action];
  const registry = options.registries.find(({ type }) => type.name === transaction.registry);
  // More attempts than allowed: the process died on each of them, so this work is not tried again.
  if (operation === undefined || registry === undefined || job.attempt > options.attempts) {
    return storePart(request, failure(transaction, now), [], done, now, job, options);
  }
  const last = done === 0 ? undefined : partMessageId(transaction.correlationId, done - 1, options.crypto);
  const resumeFrom = last === undefined ? undefined : (await options.outgoing.find(last))?.source;
  const disclosures: Disclosure[] = [];
  const scope: OperationScope = {
    ...request,
    registry,
    now,
    signal: job.signal,
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
    disclose: (disclosure) => disclosures.push(disclosure),
  };
  let part: NextPart;
  try {
    part = await nextPart(operation, scope, done, disclosures);
  } catch (error) {
    if (job.signal.aborted || job.attempt < options.attempts) {
      await notePending(transaction, options);
      throw error;
    }
    const fields = { correlation_id: transaction.correlationId, sender_id: transaction.senderId };
    options.logger.warn(
      { ...fields, ...errorFields(error) },
      'an accepted request cannot be processed; it is rejected',
    );
    return storePart(request, failure(transaction, now), [], done, now, job, options);
  }
  return storePart(request, part, part.disclosures, done, now, job, options);
}

type NextPart = OperationPart & { readonly disclosures: readonly Disclosure[] };

async function nextPart(
  operation: TransactionOperation,
  scope: OperationScope,
  done: number,
  disclosures: readonly Disclosure[],
): Promise<NextPart> {
  const parts = operation.process(scope, done)[Symbol.asyncIterator]();
  try {
    const first = await parts.next();
    if (first.done === true) throw new Error('an operation has no further part, yet its request is not finished');
    const part = { ...first.value, disclosures: [...disclosures] };
    if (part.isLast !== undefined) return part;
    return { ...part, isLast: (await parts.next()).done === true };
  } finally {
    await parts.return?.();
  }
}

function failure(transaction: Transaction, now: number): OperationPart {
  return {
    outcome: failedOutcome(transaction, now),
    source: failureSource,
    completedCount: 0,
    rejectedCount: 0,
    isLast: true,
  };
}

async function storePart(
  { transaction, content, sender }: LoadedRequest,
  part: OperationPart,
  disclosures: readonly Disclosure[],
  sequence: number,
  now: number,
  job: RunningJob,
  options: ProcessorOptions,
): Promise<'settled'> {
  const { correlationId, senderId, registry, action, isEncrypted } = transaction;
  const messageId = partMessageId(correlationId, sequence, options.crypto);
  const fingerprint = accessFingerprint(sender, registry);
  const { sender_uri: senderUri } = content.header;
  const callback: NewOutgoingMessage = {
    messageId,
    kind: 'callback',
    receiverId: senderId,
    registry,
    action: callbackActions[action],
    subject: correlationId,
    sequence,
    ...(senderUri === undefined ? {} : { senderUri }),
    isEncrypted,
    source: part.source,
    createdAt: now,
    ...(fingerprint === undefined ? {} : { accessFingerprint: fingerprint }),
    content: {
      ...callbackContent(content, sender, part.outcome, { messageId, createdAt: now }, options.senderId),
      ...(disclosures.length === 0 ? {} : { disclosures }),
    },
  };
  const isLast = part.isLast ?? true;
  await options.transactions.progress({
    correlationId,
    state: isLast ? finalState(transaction, part.outcome) : 'pdng',
    completedCount: transaction.completedCount + part.completedCount,
    rejectedCount: transaction.rejectedCount + part.rejectedCount,
    ...(isLast ? { finishedAt: now } : {}),
    ...(part.references === undefined ? {} : { references: part.references }),
    callbacks: [callback],
    jobs: {
      settle: { job, outcome: { kind: 'done' } },
      enqueue: isLast ? [] : [processJob(correlationId, sequence + 1)],
    },
  });
  // After the commit, which a part gets through once: work that is done again is not charged again.
  if (part.points !== undefined && part.points > 0) await options.quotas.debit(senderId, part.points);
  return 'settled';
}

/** The callback to a status question says the state of another transaction. */
function finalState({ action }: Transaction, { status }: Outcome): RequestStatus {
  return action === 'txn-status' ? 'succ' : status;
}

/**
 * Writes header and message of a callback. Made twice, it comes to the same but for the outcome.
 *
 * @param request - the request that is answered
 * @param sender - who gets the callback
 * @param outcome - what is answered
 * @param message - id and time of the callback
 * @param senderId - the host's own id
 * @returns header and message
 */
export function callbackContent(
  request: TransactionContent,
  sender: KnownSender,
  outcome: Outcome,
  message: Pick<OutgoingMessage, 'messageId' | 'createdAt'>,
  senderId: string,
): { readonly header: JsonObject; readonly message: JsonObject } {
  const header = writeReplyHeader(request.header, sender.sender, outcome, {
    messageId: message.messageId,
    timestamp: formatTimestamp(message.createdAt),
    senderId,
  });
  return { header, message: outcome.message };
}

async function endWithoutCallback(
  transaction: Transaction,
  job: RunningJob,
  options: ProcessorOptions,
): Promise<'settled'> {
  const { correlationId, completedCount, rejectedCount } = transaction;
  await options.transactions.progress({
    correlationId,
    state: 'rjct',
    completedCount,
    rejectedCount,
    finishedAt: options.clock.now(),
    callbacks: [],
    jobs: { settle: { job, outcome: { kind: 'done' } } },
  });
  return 'settled';
}

/** Until the work is tried again, `txn/status` says that it is under way. */
async function notePending(
  { correlationId, completedCount, rejectedCount, state }: Transaction,
  options: ProcessorOptions,
) {
  if (state === 'pdng') return;
  await options.transactions.progress({
    correlationId,
    state: 'pdng',
    completedCount,
    rejectedCount,
    callbacks: [],
    jobs: {},
  });
}
