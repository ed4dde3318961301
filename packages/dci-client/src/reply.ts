import { isJsonObject, type ReceivedSearchResponse, type ReplyAction, readJson, searchResponseSchema } from 'dci-core';
import type { ResolvedDataSource } from './data-source.ts';
import { asFault, type MessagePorts, openMessage, readPart } from './exchange/verify-message.ts';
import { protocolFault, refused } from './failure.ts';
import type { HttpAnswer } from './http.ts';
import type { Peer } from './peer.ts';
import { readAckRefusal, readRefusal } from './refusal.ts';
import type { ReplyEvidence } from './search.ts';

/** What a reply is checked against. */
export interface ReplyExpectation extends MessagePorts {
  readonly source: ResolvedDataSource;
  readonly peer: Peer;
  readonly action: ReplyAction;
  readonly transactionId: string;
  readonly signal: AbortSignal;
}

/** A reply that is the peer's answer to our request. */
export interface VerifiedReply {
  readonly response: ReceivedSearchResponse;
  readonly evidence: ReplyEvidence;
}

const jsonContentType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads the answer to a request. Nothing in it is believed before the signature is verified with a key of the party
 * asked; then it must be addressed to us and answer our transaction (protocol.md sections 3 and 4).
 *
 * @param answer - the HTTP answer
 * @param expected - the request and the party asked
 * @returns the message, and who answered
 * @throws DciError with the cause `refused`, `signature` or `protocol`
 */
export async function readReply(answer: HttpAnswer, expected: ReplyExpectation): Promise<VerifiedReply> {
  const { source } = expected;
  if (answer.status < 200 || answer.status > 299) throw readRefusal(answer, source.dialect);
  if (!jsonContentType.test(answer.contentType)) throw protocolFault('content_type');
  const document = asFault('malformed', () => readJson(answer.body));
  if (isJsonObject(document.value) && document.value.header === undefined) {
    const refusal = readAckRefusal(document.value, answer, source.dialect);
    if (refusal !== undefined) throw refusal;
  }
  const { header, message, evidence } = await openMessage(document, { ...expected, call: 'sync-search' }, expected);
  const response = readPart(searchResponseSchema, message, 'message');
  if (response.transaction_id !== expected.transactionId) {
    throw protocolFault('other_transaction', 'message.transaction_id');
  }
  if (header.status === 'rjct' && response.search_response.length === 0) {
    const { status_reason_code: peerCode, status_reason_message: peerMessage } = header;
    throw refused({
      status: answer.status,
      ...(peerCode !== undefined && { peerCode }),
      ...(peerMessage !== undefined && { peerMessage }),
    });
  }
  return { response, evidence };
}
