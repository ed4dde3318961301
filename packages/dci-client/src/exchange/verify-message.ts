import {
  type CallbackHeader,
  type Clock,
  type CryptoProvider,
  callbackHeaderSchema,
  DciError,
  type DialectCall,
  decryptMessage,
  type Envelope,
  envelopeSchema,
  type JsonDocument,
  type JsonObject,
  type MessageParties,
  type MessageSchema,
  parseMessage,
  type ReplyAction,
  signatureKeyId,
  verifyEnvelope,
} from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import { badSignature, type ProtocolFault, protocolFault } from '../failure.ts';
import type { Peer } from '../peer.ts';
import type { ReplyEvidence } from '../search.ts';

/** What a message from a registry must be. */
export interface MessageExpectation {
  readonly source: ResolvedDataSource;
  readonly peer: Peer;
  /** What it answers; `notify` answers nothing. */
  readonly call: DialectCall | 'notify';
  readonly action: ReplyAction | 'notify';
  /** `message_id` of ours that it answers, which families repeat that copy the header of the request. */
  readonly requestId?: string;
  /** Our request was encrypted, so that the answer must be. */
  readonly mustBeEncrypted?: boolean;
  /** Takes a message without signature; absent: as the data source says of replies. What came in by itself needs one. */
  readonly acceptUnsigned?: boolean;
  /** Takes a message that names no receiver; absent: no. One that names another than us is never taken. */
  readonly acceptUnaddressed?: boolean;
  /** Ends a look-up of who the registry is. */
  readonly signal: AbortSignal;
}

/** What verifying works with. */
export interface MessagePorts {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** A message that is the registry's and addressed to us, still as it was received. */
export interface VerifiedMessage {
  /** Read; `received.header` has it as received. */
  readonly header: CallbackHeader;
  readonly received: { readonly header: JsonObject; readonly message: JsonObject };
  readonly isEncrypted: boolean;
  readonly signer: Pick<ReplyEvidence, 'verified' | 'senderId' | 'keyId' | 'algorithm'>;
}

/** A message that is the registry's, addressed to us, in clear. */
export interface OpenedMessage {
  /** Read; `evidence.header` has it as received. */
  readonly header: CallbackHeader;
  /** Decrypted; still in the form of the registry's family: `Dialect.readMessage` brings it into the standard's. */
  readonly message: JsonObject;
  readonly wasEncrypted: boolean;
  readonly evidence: ReplyEvidence;
}

/**
 * Opens what came from a registry, as the reply to a request or as a callback: {@link verifyMessage}, then
 * {@link openVerified}.
 *
 * @param document - the envelope as `readJson` read it
 * @param expected - who must have sent it, and what it must be
 * @param ports - crypto and clock
 * @returns header, message and evidence; which request it answers is still to be checked
 * @throws DciError with the cause `signature` or `protocol`, or `unreachable` when there are no keys to be had
 */
export async function openMessage(
  document: JsonDocument,
  expected: MessageExpectation,
  ports: MessagePorts,
): Promise<OpenedMessage> {
  return await openVerified(await verifyMessage(document, expected, ports), expected.source);
}

/**
 * Verifies what came from a registry: nothing in it is believed before its signature is verified with a key of the party
 * asked; then it must be addressed to us and be of the action expected (protocol.md sections 3 and 4).
 *
 * @param document - the envelope as `readJson` read it
 * @param expected - who must have sent it, and what it must be
 * @param ports - crypto and clock
 * @returns the message as received
 * @throws DciError with the cause `signature` or `protocol`, or `unreachable` when there are no keys to be had
 */
export async function verifyMessage(
  document: JsonDocument,
  expected: MessageExpectation,
  ports: MessagePorts,
): Promise<VerifiedMessage> {
  const { source } = expected;
  const envelope = readPart(envelopeSchema, document.value, 'reply');
  if (envelope.message === undefined) throw protocolFault('envelope', 'reply.message');
  const peerId = await expected.peer.id(expected.signal);
  const parties = byDialect('header', () => source.dialect.readParties(envelope.header, expected.call));

  const signer = await verify(document, envelope, { ...expected, peerId, parties }, ports);
  const header = readPart(callbackHeaderSchema, envelope.header, 'header');
  if (parties.senderId !== peerId) throw protocolFault('other_sender', 'header.sender_id');
  const isUnaddressed = parties.receiverId === undefined && expected.acceptUnaddressed === true;
  if (parties.receiverId !== source.senderId && !isUnaddressed) {
    throw protocolFault('not_addressed_to_us', 'header.receiver_id');
  }
  if (parties.action !== expected.action) throw protocolFault('action', 'header.action');
  if (isCopyOfOther(header, expected)) throw protocolFault('other_message', 'header.message_id');
  const isEncrypted = header.is_msg_encrypted === true;
  if (expected.mustBeEncrypted === true && !isEncrypted)
    throw protocolFault('not_encrypted', 'header.is_msg_encrypted');
  const received = { header: envelope.header, message: envelope.message };
  return { header, received, isEncrypted, signer: { ...signer, senderId: peerId } };
}

/**
 * Decrypts a verified message where it is encrypted (protocol.md section 11).
 *
 * @param verified - what {@link verifyMessage} returned
 * @param source - has our keys
 * @returns the message in clear, and the evidence
 * @throws DciError with the cause `protocol`: `encrypted` or `not_decrypted`
 */
export async function openVerified(verified: VerifiedMessage, source: ResolvedDataSource): Promise<OpenedMessage> {
  const { header, received, isEncrypted: wasEncrypted, signer } = verified;
  const message = wasEncrypted ? await decrypt(received.message, source) : received.message;
  const { transaction_id: transactionId, correlation_id: correlationId } = message;
  return {
    header,
    message,
    wasEncrypted,
    evidence: {
      ...signer,
      ...(header.message_id !== undefined && { messageId: header.message_id }),
      ...(isText(transactionId) && { transactionId }),
      ...(isText(correlationId) && { correlationId }),
      header: received.header,
      message,
    },
  };
}

/**
 * Reads a part of a message. The readers of dci-core speak of a request; here it is what was received that is at fault.
 *
 * @param schema - of the part
 * @param value - the part as received
 * @param path - where it stands
 * @returns the part as read
 * @throws DciError with the cause `protocol` and the fault `envelope`
 */
export function readPart<T>(schema: MessageSchema<T>, value: Parameters<typeof parseMessage<T>>[1], path: string): T {
  return asFault('envelope', () => parseMessage(schema, value, path));
}

/**
 * @param fault - what an error of a reader of dci-core is
 * @param read - reads something of what was received
 * @returns what was read
 * @throws DciError with the cause `protocol`
 */
export function asFault<T>(fault: ProtocolFault, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The path of what cannot even be read is made of the names that the peer chose.
    if (error instanceof DciError) throw protocolFault(fault, fault === 'malformed' ? undefined : error.path);
    throw error;
  }
}

/**
 * Lets a dialect read something that was received.
 *
 * @param path - what it reads
 * @param read - calls the dialect
 * @returns what it read
 * @throws DciError with the cause `protocol` and the fault `envelope`, whatever the dialect stumbled over
 */
export function byDialect<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw protocolFault('envelope', error instanceof DciError ? (error.path ?? path) : path);
  }
}

interface Signer extends MessageExpectation {
  readonly peerId: string;
  readonly parties: MessageParties;
}

/** What test tools write in place of a signature (dialects.md section 2). */
const stub = 'unsigned-stub';

async function verify(
  document: JsonDocument,
  { signature, header }: Envelope,
  { source, peer, peerId, parties, acceptUnsigned = !source.requireSignedReplies }: Signer,
  { crypto, clock }: MessagePorts,
): Promise<Pick<ReplyEvidence, 'verified' | 'keyId' | 'algorithm'>> {
  if (signature === undefined || signature === stub) {
    if (acceptUnsigned) return { verified: false };
    throw badSignature('signature_missing');
  }
  // Families that copy the header of the request have our id where theirs belongs; the keys are the registry's.
  const named = header.sender_id;
  const senderId = parties.senderId === peerId && isText(named) ? named : peerId;
  const keys = await peer.keys(signatureKeyId(signature));
  const verification = await verifyEnvelope({ document, keys, senderId, schemes: source.schemes, crypto, clock });
  if (!verification.valid) throw badSignature(verification.reason);
  return { verified: true, keyId: verification.keyId, algorithm: verification.algorithm };
}

function isCopyOfOther(header: CallbackHeader, { source, requestId }: MessageExpectation): boolean {
  const { sender_id: senderId, message_id: messageId } = header;
  return senderId === source.senderId && requestId !== undefined && messageId !== undefined && messageId !== requestId;
}

async function decrypt(message: JsonObject, source: ResolvedDataSource): Promise<JsonObject> {
  const keys = (await source.decryptionKeys?.()) ?? [];
  if (keys.length === 0) throw protocolFault('encrypted', 'header.is_msg_encrypted');
  try {
    return await decryptMessage(message, keys, { maxBytes: source.maxReplyBytes });
  } catch {
    throw protocolFault('not_decrypted', 'message');
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
