import {
  type CallbackHeader,
  isJsonObject,
  type JsonDocument,
  type JsonObject,
  type ReplyAction,
  readJson,
  replyActionOf,
} from 'dci-core';
import { protocolFault, refused } from '../failure.ts';
import type { HttpAnswer } from '../http.ts';
import { readAckRefusal } from '../refusal.ts';
import type { ReplyEvidence } from '../search.ts';
import type { ExchangeContext } from './context.ts';
import { asFault, byDialect, openMessage } from './verify-message.ts';
import type { WrittenRequest } from './write-request.ts';

/** A reply that is the registry's answer to our request. */
export interface Reply {
  readonly header: CallbackHeader;
  /** In the standard's form. */
  readonly message: JsonObject;
  readonly evidence: ReplyEvidence;
  /** Status of HTTP. */
  readonly status: number;
}

const jsonContentType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads the JSON of an answer.
 *
 * @param answer - the HTTP answer
 * @returns the document
 * @throws DciError with the cause `protocol`
 */
export function readDocument(answer: HttpAnswer): JsonDocument {
  if (!jsonContentType.test(answer.contentType)) throw protocolFault('content_type');
  return asFault('malformed', () => readJson(answer.body));
}

/** @returns whether a document is an envelope, and not what some peers answer in place of one */
export function isEnvelope({ value }: JsonDocument): boolean {
  return !isJsonObject(value) || value.header !== undefined;
}

/**
 * Reads the answer to a request that is answered at once. Nothing in it is believed before the signature is verified with
 * a key of the party asked; then it must be addressed to us and answer our transaction (protocol.md sections 3 and 4).
 *
 * @param answer - the HTTP answer
 * @param request - the request
 * @param context - the party asked
 * @param signal - ends look-ups
 * @returns header and message, and who answered
 * @throws DciError with the cause `refused`, `signature` or `protocol`
 */
export async function readReply(
  answer: HttpAnswer,
  request: WrittenRequest,
  context: ExchangeContext,
  signal: AbortSignal,
): Promise<Reply> {
  const document = readDocument(answer);
  if (!isEnvelope(document)) {
    const refusal = readAckRefusal(document.value, answer, context.source.dialect);
    if (refusal !== undefined) throw refusal;
  }
  const reply = await openReply(document, request, context, { status: answer.status, signal });
  if (reply.message.transaction_id !== request.transactionId) {
    throw protocolFault('other_transaction', 'message.transaction_id');
  }
  return reply;
}

/**
 * Opens an envelope that answers a request, and brings its message into the standard's form.
 *
 * @param document - the envelope
 * @param request - the request
 * @param context - the party asked
 * @param options - status of HTTP; a signal that ends look-ups
 * @returns the reply; that it names our transaction is still to be checked
 * @throws DciError with the cause `signature` or `protocol`
 */
export async function openReply(
  document: JsonDocument,
  request: WrittenRequest,
  context: ExchangeContext,
  { status, signal }: { readonly status: number; readonly signal: AbortSignal },
): Promise<Reply> {
  const { source, peer } = context;
  const { call, referenceIds } = request;
  const action: ReplyAction = replyActionOf(request.action);
  const { header, message, evidence } = await openMessage(
    document,
    { source, peer, call, action, requestId: request.messageId, mustBeEncrypted: request.isEncrypted, signal },
    context,
  );
  const standard = byDialect('message', () =>
    source.dialect.readMessage(message, { call, registry: source.registry, referenceIds, header: evidence.header }),
  );
  return { header, message: standard, evidence, status };
}

/**
 * @param reply - a reply whose header rejects the request, and that says nothing more
 * @returns the error for it
 */
export function rejectedByHeader({ header, status }: Pick<Reply, 'header' | 'status'>): Error {
  const { status_reason_code: peerCode, status_reason_message: peerMessage } = header;
  return refused({
    status,
    ...(peerCode !== undefined && { peerCode }),
    ...(peerMessage !== undefined && { peerMessage }),
  });
}
