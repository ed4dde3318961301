import { envelopeDigest, type JsonObject, type Random, type RequestHeader } from 'dci-core';
import type { Egress, JobRequest } from 'dci-host';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import type { NewTransaction, TransactionAction, TransactionStore } from '../stores/transactions.ts';
import type { NewUpload } from '../stores/uploads.ts';
import { type Ack, writeAck } from './ack.ts';
import { checkCallbackAddress } from './callback-address.ts';
import { claimSeconds } from './claim.ts';
import { type DecryptionOptions, openMessage } from './encryption.ts';
import type { Principal, ReceivedRequest } from './received-envelope.ts';
import { type VerifyOptions, verifyRequest } from './verify.ts';

/** What accepting needs beside the checks. */
export interface AcceptRequestOptions extends VerifyOptions, DecryptionOptions {
  readonly quotas: Pick<QuotaLimiter, 'take' | 'debit'>;
  readonly transactions: Pick<TransactionStore, 'accept' | 'findAcceptance'>;
  readonly egress: Pick<Egress, 'checkUrl'>;
  readonly random: Random;
  /** @returns the job that processes a transaction */
  readonly job: (correlationId: string) => JobRequest;
}

/** What of a message has to be known before it is accepted; the rest is the operation's matter. */
export interface MessageSummary {
  readonly transactionId: string;
  /** Items of the message. */
  readonly totalCount: number;
  /** Reference ids of the items, or codes of subscriptions: what `txn/status` finds the transaction by. */
  readonly referenceIds: readonly string[];
  /** Codes of the subscriptions that the message ends. */
  readonly endSubscriptions?: readonly string[];
  /** The file that came with the message. */
  readonly upload?: NewUpload;
}

/** What a path accepts. */
export interface AcceptExpectation {
  readonly action: TransactionAction;
  /** Name of the registry type. */
  readonly registry: string;
  /**
   * Step 10: reads what has to be known of a message.
   *
   * @throws DciError err.request.bad with the path of the fault
   */
  readonly summarize: (message: JsonObject) => MessageSummary;
  /** Called after the commit and before the ACK, with the codes of {@link MessageSummary.endSubscriptions}. */
  readonly ended?: (codes: readonly string[]) => Promise<void>;
}

/** An acknowledged request. */
export interface AcceptedRequest extends Ack {
  readonly principal: Principal;
  readonly header: RequestHeader;
}

/**
 * Accepts a message that is answered by callback: steps 2 to 10 of protocol.md section 4, then claim, transaction and job
 * in one durable commit (section 6). A message that was accepted before gets the ACK that it got then, also while many
 * of them arrive at once or after a restart.
 *
 * @param request - the request, within its limits
 * @param expectation - what the path takes
 * @param options - stores, switches, crypto and time
 * @returns the ACK, for HTTP status 202
 * @throws DciError the refusal of the first step that fails; `rjct.message_id.duplicate` for a message id that was used
 *   for another message
 */
export async function acceptRequest(
  request: ReceivedRequest,
  expectation: AcceptExpectation,
  options: AcceptRequestOptions,
): Promise<AcceptedRequest> {
  const opened = await openRequest(request, expectation.action, options);
  return 'body' in opened ? opened : storeRequest(opened, expectation, options);
}

/**
 * Steps 2 to 9 for a message that is answered by callback.
 *
 * @param request - the request, within its limits
 * @param action - what the path takes
 * @param options - stores, switches, crypto and time
 * @returns the message; the earlier ACK for one that was accepted before
 * @throws DciError the refusal of the first step that fails
 */
export async function openRequest(
  request: ReceivedRequest,
  action: TransactionAction,
  options: AcceptRequestOptions,
): Promise<OpenedRequest | AcceptedRequest> {
  const verified = await verifyRequest(request, action, options);
  const { principal, envelope } = verified;
  const { header } = envelope;
  const bodyDigest = envelopeDigest(envelope.document, options.crypto);
  const earlier = await options.transactions.findAcceptance(header.sender_id, header.message_id, bodyDigest);
  if (earlier !== undefined) return { ...writeAck(earlier, { correlationId: '', acceptedAt: 0 }), principal, header };
  checkCallbackAddress(header, principal.sender.sender, options.egress);
  return { principal, header, ...(await openMessage(verified, options)), bodyDigest };
}

/** A message that passed the checks up to step 9. */
export interface OpenedRequest {
  readonly principal: Principal;
  readonly header: RequestHeader;
  /** Decrypted. */
  readonly message: JsonObject;
  readonly bodyDigest: string;
  readonly isEncrypted: boolean;
}

/**
 * The last part of accepting, which every source of a message shares: step 10 and the commit.
 *
 * @param opened - the message
 * @param expectation - what the path takes
 * @param options - stores, crypto and time
 * @returns the ACK
 * @throws DciError `err.request.bad`, `rjct.message_id.duplicate`
 */
export async function storeRequest(
  opened: OpenedRequest,
  expectation: AcceptExpectation,
  options: Pick<AcceptRequestOptions, 'transactions' | 'clock' | 'random' | 'job'>,
): Promise<AcceptedRequest> {
  const { principal, header, message } = opened;
  const { transactionId, totalCount, referenceIds, endSubscriptions = [], upload } = expectation.summarize(message);
  const correlationId = options.random.uuid();
  const acceptedAt = options.clock.now();
  const transaction: NewTransaction = {
    correlationId,
    senderId: header.sender_id,
    messageId: header.message_id,
    transactionId,
    registry: expectation.registry,
    action: expectation.action,
    isEncrypted: opened.isEncrypted,
    bodyDigest: opened.bodyDigest,
    totalCount,
    acceptedAt,
    content: { header, message },
    referenceIds,
  };
  const acceptance = await options.transactions.accept(transaction, {
    claimExpiresAt: acceptedAt + claimSeconds * 1000,
    jobs: [options.job(correlationId)],
    ...(endSubscriptions.length === 0 ? {} : { endSubscriptions }),
    ...(upload === undefined ? {} : { upload }),
  });
  if (endSubscriptions.length > 0) await expectation.ended?.(endSubscriptions);
  return { ...writeAck(acceptance, { correlationId, acceptedAt }), principal, header };
}
