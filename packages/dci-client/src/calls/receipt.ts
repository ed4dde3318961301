import {
  DciError,
  formatTimestamp,
  type JsonObject,
  type ReceivedReceiptResponse,
  receiptResponseSchema,
} from 'dci-core';
import type { DciClient, ReceiptConfirmation, ReceiptReply } from '../dci-client.ts';
import { withinDeadline } from '../deadline.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { exchange } from '../exchange/exchange.ts';
import { readAck } from '../exchange/read-ack.ts';
import { openReply, type Reply, rejectedByHeader } from '../exchange/read-reply.ts';
import { sendRequest } from '../exchange/send-request.ts';
import { readPart } from '../exchange/verify-message.ts';
import { type RequestContent, requireCall, writeRequest } from '../exchange/write-request.ts';
import { protocolFault } from '../failure.ts';
import type { CallOptions } from '../search.ts';

/**
 * @param context - the registry, and what the client works with
 * @returns the call that confirms what arrived; where the registry's family has no receipt that is answered at once, the
 *   one that is only acknowledged
 */
export function receiptCall(context: ExchangeContext): DciClient['receipt'] {
  const { dialect } = context.source;
  return async (confirmation, options) => {
    const { referenceIds, beneficiaries = [] } = confirmation;
    if (referenceIds.length === 0 && beneficiaries.length === 0) {
      throw new DciError('err.request.bad', 'There is nothing to confirm.');
    }
    const call = dialect.calls.includes('sync-receipt') ? 'sync-receipt' : 'receipt';
    requireCall(call, context);
    if (call === 'receipt') return await acknowledgedReceipt(confirmation, context, options);
    const content = (): RequestContent => receiptContent(call, confirmation, context);
    const { reply } = await exchange(content, 'never', context, options);
    return readReceiptReply(reply, confirmation);
  };
}

async function acknowledgedReceipt(
  confirmation: ReceiptConfirmation,
  context: ExchangeContext,
  { signal: caller }: CallOptions = {},
): Promise<ReceiptReply> {
  const { source, peer } = context;
  return await withinDeadline(source.timeoutSeconds, caller, async (signal) => {
    const content = receiptContent('receipt', confirmation, context);
    const request = await writeRequest(content, context, signal);
    const repetition = source.dialect.repeatable ? 'identical' : 'never';
    const { answer } = await sendRequest(async () => request, context, { repetition, signal });
    const ack = readAck(answer, source);
    if (ack.kind === 'envelope') {
      const reply = await openReply(ack.document, request, context, { status: answer.status, signal });
      if (reply.message.transaction_id !== request.transactionId) {
        throw protocolFault('other_transaction', 'message.transaction_id');
      }
      return readReceiptReply(reply, confirmation);
    }
    const { correlationId, message } = ack;
    return {
      items: confirmation.referenceIds.map((referenceId) => ({ referenceId, status: 'rcvd' })),
      evidence: {
        verified: false,
        senderId: await peer.id(signal),
        transactionId: request.transactionId,
        ...(correlationId !== undefined && { correlationId }),
        header: {},
        message,
      },
    };
  });
}

function receiptContent(
  call: 'sync-receipt' | 'receipt',
  { referenceIds, subscriptionCode, beneficiaries }: ReceiptConfirmation,
  { source, clock, random }: ExchangeContext,
): RequestContent {
  const timestamp = formatTimestamp(clock.now());
  const transactionId = random.uuid();
  const message: JsonObject = {
    transaction_id: transactionId,
    ...(subscriptionCode !== undefined && { subscription_code: subscriptionCode }),
    ...(referenceIds.length > 0 && {
      receipt_request: referenceIds.map((reference_id) => ({ reference_id, timestamp, status: 'succ' })),
    }),
    ...(beneficiaries !== undefined && { receipt_information: { beneficiaries: [...beneficiaries] } }),
  };
  return {
    ...{ call, action: 'receipt', transactionId, referenceIds },
    message: source.dialect.writeMessage(message, { call, registry: source.registry }),
    itemCount: Math.max(referenceIds.length, 1),
  };
}

function readReceiptReply(reply: Reply, { referenceIds }: ReceiptConfirmation): ReceiptReply {
  const { header, message, evidence } = reply;
  const { receipt_response: items }: ReceivedReceiptResponse = readPart(receiptResponseSchema, message, 'message');
  if (header.status === 'rjct' && items.length === 0) throw rejectedByHeader(reply);
  const isOfAnother = ({ reference_id: id }: (typeof items)[number]): boolean =>
    id !== undefined && id !== evidence.transactionId && !referenceIds.includes(id);
  if (items.some(isOfAnother)) throw protocolFault('other_items', 'message.receipt_response');
  return {
    items: items.map(({ reference_id: referenceId, status, status_reason_message: text }) => ({
      ...(referenceId !== undefined && { referenceId }),
      ...(status !== undefined && { status }),
      ...(text !== undefined && { text }),
    })),
    evidence,
  };
}
