import { ackSchema, DciError, isJsonObject, type JsonObject, type JsonValue, parseMessage, readJson } from 'dci-core';
import type { Arrival, Inbox, Patience } from './inbox.ts';
import type { DemoParty, DemoReply, DemoRequest } from './party.ts';
import type { Report } from './report.ts';
import { readVerified, type VerifiedEnvelope } from './verified-envelope.ts';

/** A request that was acknowledged. */
export interface AcknowledgedRequest {
  readonly transactionId: string;
  readonly correlationId: string;
}

/** What is said and shown between a receiver and the demo host. */
export interface Conversation {
  readonly report: Report;
  /**
   * Sends a request that is answered by a callback.
   *
   * @param request - the message without its transaction id
   * @param text - what is asked for, in words
   * @returns the ACK
   * @throws DciError when there is none
   */
  ask(request: AsyncRequest, text: string): Promise<AcknowledgedRequest>;
  /**
   * Waits for the callback of a request.
   *
   * @param action - for example `on-search`
   * @param asked - the request
   * @param details - what the callback says, in words
   * @returns the callback
   * @throws DciError `err.request.timeout` when none comes, `err.request.bad` when it answers another request or is a
   *   rejection
   */
  callback(
    action: string,
    asked: AcknowledgedRequest,
    details: (message: JsonObject) => readonly string[],
  ): Promise<Arrival>;
  /**
   * Waits for a notification.
   *
   * @param asked - the request for the subscription
   * @param patience - how long
   */
  notification(asked: AcknowledgedRequest, patience: Patience): Promise<Arrival>;
  /**
   * Sends a request that is answered at once.
   *
   * @param request - the message
   * @returns the verified reply
   */
  exchange(request: Omit<DemoRequest, 'registry'>): Promise<VerifiedEnvelope>;
}

/** A request without what every request has. */
export interface AsyncRequest {
  readonly action: 'search' | 'subscribe' | 'unsubscribe';
  readonly message: JsonObject;
  readonly registry?: string;
}

/** What a conversation works with. */
export interface ConversationOptions {
  readonly party: DemoParty;
  readonly inbox: Inbox;
  readonly report: Report;
  /** Name of the registry type. */
  readonly registry: string;
  /** Where callbacks go. */
  readonly senderUri: string;
  /** How long each answer may take. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * @param options - party, inbox and where to tell of it
 * @returns the conversation
 */
export function createConversation(options: ConversationOptions): Conversation {
  const { party, inbox, report, senderUri, seconds, signal } = options;
  const send = async (request: DemoRequest): Promise<DemoReply> => {
    try {
      return await party.send(request, AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]));
    } catch (error) {
      if (signal.aborted || error instanceof DciError) throw error;
      throw new DciError('err.request.timeout', `the host did not answer within ${seconds} seconds`);
    }
  };
  return {
    report,
    ask: async ({ action, message, registry = options.registry }, text) => {
      const transactionId = party.random.uuid();
      inbox.expect(transactionId);
      report.step({
        step: `${action}.sent`,
        direction: 'sent',
        label: action,
        text,
        data: { registry, transaction_id: transactionId, sender_uri: senderUri },
      });
      const full = { transaction_id: transactionId, ...message };
      const reply = await send({ path: action, registry, action, message: full, count: 1, senderUri });
      const correlationId = readAck(reply);
      report.step({
        step: `${action}.ack`,
        direction: 'received',
        label: `${reply.status} ACK`,
        text: `correlation id ${correlationId}`,
        data: { status: reply.status, ack_status: 'ACK', correlation_id: correlationId },
      });
      return { transactionId, correlationId };
    },
    callback: async (action, { transactionId, correlationId }, details) => {
      const arrival = await inbox.take({ action, transactionId }, { seconds, signal });
      const { header, message, signer } = arrival;
      if (message.correlation_id !== correlationId) {
        throw new DciError('err.request.bad', `${action} has another correlation id than the ACK`);
      }
      if (header.status === 'rjct') {
        const reason = reasonIn(message) ?? header.status_reason_message ?? header.status_reason_code ?? '';
        throw new DciError('err.request.bad', `${action}: the host rejected the request: ${reason}`);
      }
      report.step({
        step: action,
        direction: 'received',
        label: action,
        text: signatureText(signer),
        details: ['the correlation id is that of the ACK', ...details(message)],
        data: { ...signatureData(signer), correlation_id: correlationId, status: header.status ?? '', message },
      });
      return arrival;
    },
    notification: ({ transactionId }, patience) => inbox.take({ action: 'notify', transactionId }, patience),
    exchange: async (request) => {
      const reply = await send({ ...request, registry: options.registry });
      if (reply.status !== 200) throw refusalOf(reply);
      return await readVerified(reply.body, party);
    },
  };
}

/** @returns what a person reads of a signature that was verified */
export function signatureText({ senderId, keyId, algorithm }: VerifiedEnvelope['signer']): string {
  return `signature valid (${senderId}, key ${keyId}, ${algorithm})`;
}

/** @returns what a program gets of a signature that was verified */
export function signatureData({ senderId, keyId, algorithm }: VerifiedEnvelope['signer']): JsonObject {
  return { signature: 'valid', sender_id: senderId, key_id: keyId, algorithm };
}

function readAck(reply: DemoReply): string {
  if (reply.status !== 202) throw refusalOf(reply);
  const { message } = parseMessage(ackSchema, readJson(reply.body).value, 'ACK');
  if (message?.ack_status !== 'ACK' || message.correlation_id === undefined) throw refusalOf(reply);
  return message.correlation_id;
}

function refusalOf({ status, body }: DemoReply): DciError {
  let said = '';
  try {
    const { errors, message } = parseMessage(ackSchema, readJson(body).value, 'reply');
    const error = errors?.[0] ?? message?.error;
    said = [error?.code, error?.message].filter((text) => text !== undefined).join(': ');
  } catch {
    // What it says cannot be read; its status is told.
  }
  return new DciError(
    'err.request.bad',
    `the host refused the request with ${status}${said === '' ? '' : `: ${said}`}`,
  );
}

/** What helps in the demo when a request is rejected for a reason. */
const hints: Readonly<Record<string, string>> = {
  'rjct.event.already_subscribed': '; stop the receiver that has it, or give another --filter',
};

/** The reason of the first item that was rejected. */
function reasonIn(message: JsonObject): string | undefined {
  for (const items of Object.values(message)) {
    const [item] = Array.isArray(items) ? (items as readonly JsonValue[]) : [];
    if (!isJsonObject(item) || typeof item.status_reason_message !== 'string') continue;
    const { status_reason_code: code } = item;
    return `${item.status_reason_message}${(typeof code === 'string' ? hints[code] : undefined) ?? ''}`;
  }
  return undefined;
}
