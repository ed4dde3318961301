import { DciError, type JsonObject, txnStatusResponseSchema } from 'dci-core';
import type { DciClient, StatusQuestion, StatusReply } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { exchange } from '../exchange/exchange.ts';
import { rejectedByHeader } from '../exchange/read-reply.ts';
import { readPart } from '../exchange/verify-message.ts';
import { type RequestContent, requireCall } from '../exchange/write-request.ts';
import type { ReplyEvidence } from '../search.ts';

/**
 * Makes the content of a status question (OpenAPI v1.0.0, `TxnStatusRequest`).
 *
 * @param call - `sync-txn-status` or `txn-status`
 * @param question - which request
 * @param context - time, randomness, dialect
 * @param senderUri - where callbacks go
 * @returns the content
 * @throws DciError `err.request.bad` for several values where the attribute is one
 */
export function statusContent(
  call: 'sync-txn-status' | 'txn-status',
  { type, attribute, value }: StatusQuestion,
  { source, random }: Pick<ExchangeContext, 'source' | 'random'>,
  senderUri?: string,
): RequestContent {
  const values = typeof value === 'string' ? [value] : value;
  const isList = attribute === 'reference_id_list' || attribute === 'subscription_code_list';
  const [first] = values;
  if (first === undefined || (!isList && values.length > 1)) {
    throw new DciError('err.request.bad', `value must be ${isList ? 'at least one id' : 'one id'}`, { path: 'value' });
  }
  const transactionId = random.uuid();
  const referenceId = random.uuid();
  const message: JsonObject = {
    transaction_id: transactionId,
    txnstatus_request: {
      reference_id: referenceId,
      txn_type: type,
      attribute_type: attribute,
      attribute_value: isList ? [...values] : first,
    },
  };
  return {
    ...{ call, action: 'txn-status', transactionId, referenceIds: [referenceId], itemCount: 1 },
    message: source.dialect.writeMessage(message, { call, registry: source.registry }),
    ...(senderUri !== undefined && { senderUri }),
  };
}

/**
 * Reads the message of a status reply.
 *
 * @param message - in the standard's form
 * @param header - status and reason of the header, as read
 * @param evidence - who answered
 * @returns the reply
 * @throws DciError with the cause `protocol`
 */
export function readStatusReply(
  message: JsonObject,
  header: {
    readonly status?: string | undefined;
    readonly status_reason_code?: string | undefined;
    readonly status_reason_message?: string | undefined;
  },
  evidence: ReplyEvidence,
): StatusReply {
  const response = readPart(txnStatusResponseSchema, message, 'message');
  const { txn_type: type } = response.txnstatus_response;
  const { status, status_reason_code: code, status_reason_message: text } = header;
  return {
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    response,
    evidence,
  };
}

/**
 * @param context - the registry, and what the client works with
 * @returns the call that asks for the status of a request and is answered at once
 */
export function statusCall(context: ExchangeContext): DciClient['txnStatus'] {
  return async (question, options) => {
    requireCall('sync-txn-status', context);
    const content = (): RequestContent => statusContent('sync-txn-status', question, context);
    const { reply } = await exchange(content, 'read', context, options);
    const { header, message, evidence } = reply;
    if (header.status === 'rjct' && message.txnstatus_response === undefined) throw rejectedByHeader(reply);
    return readStatusReply(message, header, evidence);
  };
}
