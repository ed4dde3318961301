import {
  type Clock,
  type CryptoProvider,
  callbackHeaderSchema,
  DciError,
  type Envelope,
  envelopeSchema,
  isJsonObject,
  type JsonDocument,
  type MessageSchema,
  parseMessage,
  type ReceivedSearchResponse,
  type ReplyAction,
  readJson,
  searchResponseSchema,
  signatureKeyId,
  verifyEnvelope,
} from 'dci-core';
import type { ResolvedDataSource } from './data-source.ts';
import { badSignature, protocolFault, refused } from './failure.ts';
import type { HttpAnswer } from './http.ts';
import type { Peer } from './peer.ts';
import { readAckRefusal, readRefusal } from './refusal.ts';
import type { ReplyEvidence } from './search.ts';

/** What a reply is checked against. */
export interface ReplyExpectation {
  readonly source: ResolvedDataSource;
  readonly peer: Peer;
  /** The party that was asked. */
  readonly peerId: string;
  readonly action: ReplyAction;
  readonly transactionId: string;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
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
  if (answer.status < 200 || answer.status > 299) throw readRefusal(answer);
  if (!jsonContentType.test(answer.contentType)) throw protocolFault('content_type');
  const document = asFault('malformed', () => readJson(answer.body));
  if (isJsonObject(document.value) && document.value.header === undefined) {
    const refusal = readAckRefusal(document.value, answer.status);
    if (refusal !== undefined) throw refusal;
  }
  const envelope = readPart(envelopeSchema, document.value, 'reply');
  if (envelope.message === undefined) throw protocolFault('envelope', 'reply.message');
  const { message } = envelope;

  const signer = await verify(document, envelope, expected);
  const header = readPart(callbackHeaderSchema, envelope.header, 'header');
  if (header.sender_id !== expected.peerId) throw protocolFault('other_sender', 'header.sender_id');
  if (header.receiver_id !== expected.source.senderId) throw protocolFault('not_addressed_to_us', 'header.receiver_id');
  if (header.action !== expected.action) throw protocolFault('action', 'header.action');
  if (header.is_msg_encrypted === true) throw protocolFault('encrypted', 'header.is_msg_encrypted');

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
  return {
    response,
    evidence: {
      ...signer,
      senderId: expected.peerId,
      ...(header.message_id !== undefined && { messageId: header.message_id }),
      transactionId: expected.transactionId,
      ...(response.correlation_id !== undefined && { correlationId: response.correlation_id }),
      header: envelope.header,
      message,
    },
  };
}

async function verify(
  document: JsonDocument,
  { signature }: Envelope,
  { source, peer, peerId, crypto, clock }: ReplyExpectation,
): Promise<{ readonly keyId: string; readonly algorithm: string }> {
  if (signature === undefined) throw badSignature('signature_missing');
  const keys = await peer.keys(signatureKeyId(signature));
  const verification = await verifyEnvelope({
    document,
    keys,
    senderId: peerId,
    schemes: source.schemes,
    crypto,
    clock,
  });
  if (!verification.valid) throw badSignature(verification.reason);
  return { keyId: verification.keyId, algorithm: verification.algorithm };
}

function readPart<T>(schema: MessageSchema<T>, value: Parameters<typeof parseMessage<T>>[1], path: string): T {
  return asFault('envelope', () => parseMessage(schema, value, path));
}

/** The readers of dci-core speak of a request; here it is the reply that is at fault. */
function asFault<T>(fault: 'malformed' | 'envelope', read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DciError) throw protocolFault(fault, error.path);
    throw error;
  }
}
