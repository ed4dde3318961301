import {
  type Clock,
  type CryptoProvider,
  DciError,
  envelopeDigest,
  type LogFields,
  type Logger,
  type Random,
} from 'dci-core';
import { answerKinds, callbackKindOf } from '../callback-kind.ts';
import { type CallbackSource, createPartyIds, type PartyIds } from '../callback-source.ts';
import type { NotificationStore } from '../notifications.ts';
import { silentLogger } from '../silent-logger.ts';
import type { HeldSubscriptionStore } from '../subscriptions.ts';
import type { TransactionStore } from '../transactions.ts';
import { checkBearer } from './bearer.ts';
import { type BodyBudget, createBodyBudget } from './body-budget.ts';
import type { CheckedCallback } from './checked-callback.ts';
import {
  type CallbackDelivery,
  type CallbackLimits,
  type CallbackReply,
  checkBody,
  defaultCallbackLimits,
  maxBytesOf,
} from './delivery.ts';
import { failureFields } from './failure-fields.ts';
import { identifySources } from './identify-sources.ts';
import { readCallback } from './read-callback.ts';
import { refusalOf } from './refusal.ts';
import { takeAnswer } from './take-answer.ts';
import { takeNotification } from './take-notification.ts';
import { verifyCallback } from './verify-callback.ts';
import { tryLater, writeRefusal, writeTaken } from './write-reply.ts';

/** Bytes of large bodies that are read at the same time. */
const bodyBudgetBytes = 64 * 1024 * 1024;

/** Bounds how much one registry may send. */
export interface CallbackRateLimit {
  /**
   * Step 7 of protocol.md section 4.
   *
   * @param source - code of the data source, verified
   * @param bytes - length of the body
   * @throws DciError `err.request.too_many_requests` with `retryAfter`
   */
  take(source: string, bytes: number): Promise<void>;
}

/** What a {@link CallbackReceiver} works with. */
export interface CallbackReceiverOptions {
  /** Gives the data sources that may call back, as they are now: without those that are disabled. */
  readonly sources: () => readonly CallbackSource[] | Promise<readonly CallbackSource[]>;
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
  readonly notifications: NotificationStore;
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
  readonly random: Random;
  /** Gets a line for every callback, with ids and codes only; absent: nobody does. */
  readonly logger?: Logger;
  readonly limits?: Partial<CallbackLimits>;
  /** Absent: none. */
  readonly rateLimit?: CallbackRateLimit;
  /** Refuse a callback that names no receiver; absent: no. One that names another receiver is refused in any case. */
  readonly requireReceiverId?: boolean;
  /** Development switches: never set in production. */
  readonly development?: {
    /** Accept callbacks without signature from every source. One that is there must verify all the same. */
    readonly allowUnsigned?: boolean;
    /** Ask no source for its bearer token. */
    readonly bypassBearer?: boolean;
  };
}

/** Receives callbacks of registries; knows nothing of HTTP but bodies and a few headers. */
export interface CallbackReceiver {
  readonly limits: CallbackLimits;
  /** Bounds the memory of bodies that are being read; whoever reads them counts their bytes there. */
  readonly bodies: BodyBudget;
  /**
   * Checks a callback in the order of protocol.md section 4 and stores it. What it is acknowledged with is durable
   * before (section 6).
   *
   * @param delivery - path, body and headers
   * @returns the answer; never a rejection. Bad input is answered 4xx, a store that fails 503
   */
  receive(delivery: CallbackDelivery): Promise<CallbackReply>;
  /**
   * Answers a request that is none of the callbacks, or whose body could not be read.
   *
   * @param error - why
   * @returns the answer
   */
  refuse(error: DciError): CallbackReply;
}

/**
 * Makes the receiving side of callbacks (protocol.md sections 4 to 6), for use behind any HTTP server: see
 * `callbackFetchHandler` and, in `dci-client/node`, `callbackListener`.
 *
 * @param options - data sources, stores, limits
 * @returns the receiver
 */
export function createCallbackReceiver(options: CallbackReceiverOptions): CallbackReceiver {
  const { clock, random, logger = silentLogger } = options;
  const limits: CallbackLimits = { ...defaultCallbackLimits, ...options.limits };
  const parties = createPartyIds(clock);
  const refuse = (error: DciError): CallbackReply => writeRefusal(error, { clock, random });

  return {
    limits,
    bodies: createBodyBudget(bodyBudgetBytes),
    refuse,
    receive: async (delivery) => {
      const seen: Seen = {};
      const fields = { route: delivery.path, bytes: delivery.body.length };
      try {
        const reply = await accept(delivery, { ...options, limits, parties }, seen);
        const line = { ...fields, ...seen.fields, ...reply.logFields, status: reply.status };
        // Nothing was stored of an unwanted one: the line is all that there is.
        if (reply.status === 200) logger.warn(line, 'a callback was not wanted: nothing here waits for it');
        else logger.info(line, 'a callback was stored');
        return { ...reply, logFields: { ...seen.fields, ...reply.logFields } };
      } catch (thrown) {
        const error = refusalOf(thrown);
        const isRefusal = error instanceof DciError && isForPeers(error);
        const reply = refuse(isRefusal ? error : tryLater());
        const line = { ...fields, ...seen.fields, ...reply.logFields, status: reply.status };
        if (isRefusal) logger.warn(line, 'a callback was refused');
        else logger.error({ ...line, ...failureFields(error) }, 'a callback could not be stored');
        const logFields = { ...seen.fields, ...reply.logFields };
        return isRefusal ? { ...reply, logFields } : { ...reply, logFields, failure: error };
      }
    },
  };
}

/** What is known of a callback once it is verified. */
interface Seen {
  fields?: LogFields;
}

interface AcceptOptions extends CallbackReceiverOptions {
  readonly limits: CallbackLimits;
  readonly parties: PartyIds;
}

async function accept(delivery: CallbackDelivery, options: AcceptOptions, seen: Seen): Promise<CallbackReply> {
  const { clock, crypto, limits, parties, rateLimit, development = {} } = options;
  const kind = callbackKindOf(delivery.path);
  checkBody({ ...delivery, bytes: delivery.body.length }, maxBytesOf(kind, limits));
  const sources = await options.sources();
  const grant = checkBearer(delivery.authorization, sources, { crypto, bypass: development.bypassBearer ?? false });
  const callback = readCallback(delivery.body);
  const candidates = await identifySources(callback, kind, { sources, parties, grant });
  const verified = await verifyCallback(callback, kind, candidates, {
    crypto,
    clock,
    allowUnsigned: development.allowUnsigned ?? false,
    requireReceiverId: options.requireReceiverId ?? false,
  });
  const [{ source: first, verified: message }] = verified;
  const { code, registry, senderId: ownId } = first.source;
  seen.fields = {
    registry: registry.name,
    sender_id: message.signer.senderId,
    ...messageIdField(callback.header.message_id),
  };
  await rateLimit?.take(code, delivery.body.length);

  const digest = envelopeDigest(callback.document, crypto);
  // The id in a copy of our own header is that of our request, not one of the callback.
  const ownMessageId = callback.header.sender_id === ownId ? undefined : callback.header.message_id;
  const checked: CheckedCallback = {
    sources: verified,
    messageId: ownMessageId ?? `sha256:${digest}`,
    digest,
    receivedAt: clock.now(),
  };
  const { path } = delivery;
  const taken = await (path === 'notify'
    ? takeNotification(checked, options)
    : takeAnswer(checked, answerKinds[path], options));
  return writeTaken(taken, checked, crypto);
}

/** An id of a verified counterpart, where it looks like one. */
function messageIdField(messageId: string | undefined): LogFields {
  return messageId !== undefined && /^[\w.:-]{1,99}$/.test(messageId) ? { message_id: messageId } : {};
}

/** A fault of ours, whatever it is, must not look like one of the registry: it would give up. */
function isForPeers({ status, code }: DciError): boolean {
  return code !== 'err.configuration.invalid' && code !== 'err.internal' && (status < 500 || status === 503);
}
