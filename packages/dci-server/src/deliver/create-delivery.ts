import { type Clock, type CryptoProvider, DciError, type JsonObject, type Logger } from 'dci-core';
import {
  type Egress,
  errorFields,
  type JobDefinition,
  type JobOutcome,
  type Jobs,
  type KeyStore,
  type RunningJob,
} from 'dci-host';
import { type AuditLog, auditEntriesOf } from '../access/audit.ts';
import { encryptFor } from '../reply/encrypt-reply.ts';
import type { KnownSender, SenderDirectory } from '../senders/directory.ts';
import type {
  OutgoingContent,
  OutgoingKind,
  OutgoingMessage,
  OutgoingState,
  OutgoingStore,
} from '../stores/outgoing.ts';
import type { ReceiverStore } from '../stores/receivers.ts';
import { type CallResult, callReceiver, urlFaultOf } from './call-receiver.ts';
import { callbackTarget } from './callback-url.ts';
import type { ContentSource } from './content-source.ts';
import { currentContent } from './current-content.ts';
import { deliveryQueue } from './delivery-job.ts';
import { type DeliverySettings, defaultDeliverySettings } from './delivery-settings.ts';
import { createContentEncryption } from './encrypted-content.ts';
import { InFlight } from './in-flight.ts';
import type { Verdict } from './judge-reply.ts';
import { ReceiverCalls } from './receiver-calls.ts';
import { createReceiverRecord } from './receiver-record.ts';
import { retryDelay } from './retry-delay.ts';
import { signOutgoing } from './sign-outgoing.ts';

/** What deliveries work with. */
export interface DeliveryOptions {
  readonly outgoing: OutgoingStore;
  readonly receivers: ReceiverStore;
  readonly directory: Pick<SenderDirectory, 'find'>;
  readonly egress: Egress;
  /** Calls up deliveries that wait for a receiver to be less busy. */
  readonly hasten: Jobs['hasten'];
  /** The host's signing keys. */
  readonly keys: Pick<KeyStore, 'active'>;
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
  readonly logger: Logger;
  readonly audit: AuditLog;
  /** Compose again what access has changed for; a kind without a source is withdrawn then. */
  readonly sources: Readonly<Partial<Record<OutgoingKind, ContentSource>>>;
  /**
   * Encrypts a message for its receiver (protocol.md section 11). Default: {@link encryptFor}.
   *
   * @throws DciError when the receiver has no key that can be used
   */
  readonly encrypt?: (message: JsonObject, receiver: KnownSender) => Promise<JsonObject>;
  /** Default: {@link defaultDeliverySettings}. */
  readonly settings?: Partial<DeliverySettings>;
}

/** The delivery of callbacks and notifications (protocol.md section 6). */
export interface Delivery {
  /** To be given to `Jobs.define`. */
  readonly job: JobDefinition;
  /**
   * Stops deliveries that are under way. To be called after the change that makes them unwanted is committed, and
   * before it is acknowledged: nothing is sent about these subjects any more when it resolves (reliability.md WH6).
   *
   * @param kind - of the messages
   * @param subjects - correlation ids or codes of subscriptions
   */
  interrupt(kind: OutgoingKind, subjects: readonly string[]): Promise<void>;
}

/** How an attempt ended, to be settled with its job. */
interface Ending {
  readonly state: Exclude<OutgoingState, 'pending'>;
  readonly reason?: string;
  readonly status?: number;
  /** Whether something was sent. */
  readonly isAttempt: boolean;
}

/** A fault of this host: nothing was sent, and no attempt of the schedule is used up. */
class OwnFault extends Error {
  readonly reason: string;

  constructor(reason: string, cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/**
 * Makes the delivery of a server.
 *
 * @param options - stores, keys, egress, sources
 * @returns the job of its queue, and how to interrupt what is under way
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const settings: DeliverySettings = { ...defaultDeliverySettings, ...options.settings };
  const { outgoing, directory, egress, hasten, keys, clock, crypto, logger, audit, sources } = options;
  const inFlight = new InFlight();
  const calls = new ReceiverCalls(settings, clock);
  const record = createReceiverRecord(options.receivers, settings, options);
  const encrypted = createContentEncryption(outgoing, {
    encrypt: options.encrypt ?? ((message, receiver) => encryptFor(message, receiver, crypto)),
    logger,
  });
  const signing = { signingKey: () => keys.active(), crypto, clock };

  const run = async (job: RunningJob): Promise<JobOutcome | 'settled'> => {
    const message = await outgoing.find(String(job.payload.message_id));
    if (message === undefined || message.state !== 'pending') return { kind: 'done' };
    const known = await directory.find(message.receiverId);
    if (known?.sender.state !== 'active') return end(job, message, withdrawn('sender_disabled'));
    if (!(await isWanted(message))) return end(job, message, withdrawn('not_wanted'));
    const target = callbackTarget(known.sender, message.action, message.senderUri);
    const url = 'url' in target ? target.url : undefined;
    const urlFault = 'url' in target ? urlFaultOf(target.url, egress) : target.reason;
    if (url === undefined || urlFault !== undefined) return end(job, message, dead(urlFault ?? 'url_forbidden'));

    const readiness = await record.readiness(message.receiverId);
    if (readiness.kind === 'disabled') return end(job, message, dead('receiver_disabled'));
    if (readiness.kind === 'paused') return later(readiness.until, 'receiver_paused');
    const permit = calls.enter(message.receiverId, readiness.kind === 'probe', message.messageId);
    if ('dueAt' in permit) return later(permit.dueAt, 'receiver_busy');
    try {
      return await attempt(job, message, known, url);
    } catch (error) {
      if (!(error instanceof OwnFault)) throw error;
      const { reason } = error;
      logger.warn({ ...fieldsOf(message), ...errorFields(error.cause), reason }, 'a delivery has to wait');
      return later(clock.now() + settings.ownFaultDelayMs, reason);
    } finally {
      permit.release();
      hasten(deliveryQueue, calls.next(message.receiverId));
    }
  };

  async function attempt(
    job: RunningJob,
    message: OutgoingMessage,
    known: KnownSender,
    url: string,
  ): Promise<JobOutcome | 'settled'> {
    const content = await ownWork('content_unavailable', () => currentContent(message, known, options));
    if (content === undefined) return end(job, message, withdrawn('access_ended'));
    const sent = message.isEncrypted ? await encrypted(message, known, content) : content;
    if (sent === undefined) return failed(job, message, { kind: 'failed', reason: 'encryption_failed' });
    const body = await ownWork('signing_failed', () => signOutgoing(sent, known.sender, signing));
    await ownWork('audit_unavailable', () => audit.append(auditRows(message, content)));

    const startedAt = clock.now();
    const flight = inFlight.begin(message.kind, message.subject);
    try {
      if (!(await isWanted(message))) return end(job, message, withdrawn('not_wanted'));
      // The same object until a registration changes: then everything is decided again.
      if ((await directory.find(message.receiverId)) !== known) return later(clock.now(), 'registration_changed');
      const signal = AbortSignal.any([flight.signal, job.signal]);
      const result = await callReceiver(url, known.sender, body, signal, { egress, clock, settings });
      if (result.kind === 'interrupted') return interrupted(job);
      return await conclude(job, message, result, startedAt);
    } finally {
      flight.end();
    }
  }

  async function conclude(
    job: RunningJob,
    message: OutgoingMessage,
    result: Exclude<CallResult, { kind: 'interrupted' }>,
    startedAt: number,
  ): Promise<'settled'> {
    const { receiverId } = message;
    switch (result.kind) {
      case 'delivered':
        await end(job, message, { state: 'delivered', isAttempt: true, ...statusOf(result) });
        await record.noteSuccess(receiverId);
        break;
      case 'refused':
        await end(job, message, { ...dead(result.reason), isAttempt: true, ...statusOf(result) });
        await record.noteSuccess(receiverId);
        break;
      case 'gone':
        await end(job, message, { ...dead(result.reason), isAttempt: true, ...statusOf(result) });
        await record.noteGone(receiverId);
        break;
      case 'forbidden':
        await end(job, message, dead(result.reason));
        break;
      case 'failed':
        await failed(job, message, result);
        await record.noteFailure(receiverId, result, startedAt);
    }
    return 'settled';
  }

  /** Another attempt by the schedule, or the end of it. */
  async function failed(
    job: RunningJob,
    message: OutgoingMessage,
    verdict: Extract<Verdict, { kind: 'failed' }> & { readonly status?: number },
  ): Promise<'settled'> {
    const { reason, retryAfterMs = 0 } = verdict;
    const attempts = message.attempts + 1;
    const delay = retryDelay(message.messageId, attempts, settings, crypto);
    const told = statusOf(verdict);
    if (delay === undefined) return end(job, message, { ...dead(reason), isAttempt: true, ...told });
    const at = clock.now();
    const dueAt = at + Math.max(delay, retryAfterMs);
    logger.warn({ ...fieldsOf(message), attempt: attempts, reason, ...told }, 'a delivery failed');
    await outgoing.settle({
      messageId: message.messageId,
      state: 'pending',
      at,
      reason,
      ...told,
      jobs: { settle: { job, outcome: { kind: 'retry', dueAt, reason } } },
    });
    return 'settled';
  }

  async function end(job: RunningJob, message: OutgoingMessage, ending: Ending): Promise<'settled'> {
    const { state, reason } = ending;
    // The dead letter is the message itself: its job is done, so that a retry can request it anew.
    await outgoing.settle({
      messageId: message.messageId,
      at: clock.now(),
      ...ending,
      jobs: { settle: { job, outcome: { kind: 'done' } } },
    });
    const fields = { ...fieldsOf(message), state, reason, status: ending.status };
    if (state === 'dead') logger.error(fields, 'a message could not be delivered; see: dci messages');
    else logger.info(fields, state === 'delivered' ? 'a message was delivered' : 'a message was withdrawn');
    return 'settled';
  }

  const isWanted = async (message: OutgoingMessage): Promise<boolean> =>
    (await sources[message.kind]?.isWanted?.(message)) ?? true;

  /** Its next run finds out whether it is still wanted. */
  const interrupted = (job: RunningJob): JobOutcome =>
    later(clock.now() + (job.signal.aborted ? settings.ownFaultDelayMs : 0), 'interrupted');

  return {
    job: { queue: deliveryQueue, concurrency: settings.concurrency, run },
    interrupt: (kind, subjects) => inFlight.interrupt(kind, subjects),
  };
}

function withdrawn(reason: string): Ending {
  return { state: 'withdrawn', reason, isAttempt: false };
}

function dead(reason: string): Ending {
  return { state: 'dead', reason, isAttempt: false };
}

function later(dueAt: number, reason: string): JobOutcome {
  return { kind: 'retry', dueAt, reason };
}

function statusOf({ status }: { readonly status?: number }): { readonly status?: number } {
  return status === undefined ? {} : { status };
}

async function ownWork<T>(reason: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DciError ? new OwnFault(reason, error) : error;
  }
}

function auditRows(message: OutgoingMessage, { disclosures }: OutgoingContent) {
  const { receiverId, registry, action, messageId, subject } = message;
  const answer = { senderId: receiverId, registry, action, messageId, correlationId: subject };
  const rows = disclosures === undefined || disclosures.length === 0 ? [{ recordKeys: [], count: 0 }] : disclosures;
  return auditEntriesOf(rows, answer);
}

function fieldsOf({ messageId, receiverId, action, registry }: OutgoingMessage) {
  return { message_id: messageId, receiver_id: receiverId, action, registry };
}
