import { envelopeDigest, type Random, type ReceiptRequest, type RegistryType, receiptRequestSchema } from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { ImmediateOperation } from '../operations/immediate-operation.ts';
import { readReceipts } from '../operations/receipt.ts';
import { type ServedRegistry, servedRegistry } from '../operations/served-registry.ts';
import { writeAck } from '../receive/ack.ts';
import { claimSeconds } from '../receive/claim.ts';
import { openMessage } from '../receive/encryption.ts';
import { readMessage } from '../receive/message.ts';
import type { Expectation, ReceiveOptions } from '../receive/receive.ts';
import type { ReceivedRequest } from '../receive/received-envelope.ts';
import { verifyRequest } from '../receive/verify.ts';
import type { ServerReply } from '../reply/server-reply.ts';
import type { EventStore } from '../stores/events.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { Acceptance, TransactionStore } from '../stores/transactions.ts';

/** What receipts are taken with. */
export interface ReceiptDeskOptions {
  readonly registries: readonly ServedRegistry[];
  readonly receipts: Pick<ReceiptStore, 'record' | 'accept' | 'findAcceptance'>;
  readonly events: Pick<EventStore, 'findReferences'>;
  readonly transactions: Pick<TransactionStore, 'search'>;
  readonly limits: ServerLimits;
  readonly receiving: ReceiveOptions;
  readonly random: Random;
}

/** Takes receipts (protocol.md section 5, `receipt` and `sync/receipt`). */
export interface ReceiptDesk {
  /** `sync/receipt`. */
  readonly operation: ImmediateOperation<ReceiptRequest>;
  /**
   * `receipt`: acknowledges receipts; they are stored in the commit that the ACK stands for, and no callback follows. A
   * message that was accepted before gets the ACK that it got then.
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the ACK, for HTTP status 202
   * @throws DciError the refusal of the first step of protocol.md section 4 that fails
   */
  acknowledge(request: ReceivedRequest, registryType: RegistryType): Promise<ServerReply>;
}

const expectation: Expectation<ReceiptRequest> = { action: 'receipt', schema: receiptRequestSchema };

/**
 * @param options - stores and the checks of every request
 * @returns what the routes `receipt` and `sync/receipt` lead to
 */
export function createReceiptDesk(options: ReceiptDeskOptions): ReceiptDesk {
  const { receiving, receipts, random, limits, events, transactions } = options;
  const { clock, crypto } = receiving;
  const stores = { limits, events, transactions };
  return {
    operation: {
      name: 'receipt',
      expectation,
      answer: async ({ header, message, principal: { sender } }, { registry, correlationId, now }) => {
        const { receipts: taken, outcome } = await readReceipts(header, message, correlationId, {
          ...stores,
          registry,
          sender,
          now,
        });
        if (taken.length > 0) await receipts.record(taken);
        return outcome;
      },
    },
    acknowledge: async (request, registryType) => {
      const registry = servedRegistry(options.registries, registryType);
      const verified = await verifyRequest(request, expectation.action, receiving);
      const { envelope, principal } = verified;
      const { header } = envelope;
      const { sender_id: senderId, message_id: messageId } = header;
      const reply = (acceptance: Acceptance, accepted: { correlationId: string; acceptedAt: number }): ServerReply => {
        const { body, correlationId: correlation_id } = writeAck(acceptance, accepted);
        const logFields = { registry: registryType.name, sender_id: senderId, message_id: messageId, correlation_id };
        return { body, logFields };
      };
      const accepted = { correlationId: random.uuid(), acceptedAt: clock.now() };
      const bodyDigest = envelopeDigest(envelope.document, crypto);
      const earlier = await receipts.findAcceptance(senderId, messageId, bodyDigest);
      if (earlier !== undefined) return reply(earlier, accepted);
      const opened = await openMessage(verified, receiving);
      const message = readMessage(expectation.schema, opened.message);
      const { correlationId, acceptedAt: now } = accepted;
      const scope = { ...stores, registry, sender: principal.sender, now };
      const { receipts: taken } = await readReceipts(header, message, correlationId, scope);
      const claimExpiresAt = now + claimSeconds * 1000;
      // The message id is claimed in the commit of the receipts, so that an identical resend gets its ACK again.
      return reply(
        await receipts.accept({ senderId, messageId, bodyDigest, ...accepted, claimExpiresAt }, taken),
        accepted,
      );
    },
  };
}
