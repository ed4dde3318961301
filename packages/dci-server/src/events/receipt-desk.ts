import {
  ackReply,
  DciError,
  formatTimestamp,
  type Random,
  type ReceiptRequest,
  type RegistryType,
  receiptRequestSchema,
  writeJson,
} from 'dci-core';
import type { ServerReply } from '../create-server.ts';
import type { ServerLimits } from '../limits.ts';
import { type ReadReceipts, readReceipts } from '../operations/receipt.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import { claimSeconds } from '../receive/claim.ts';
import { type Expectation, type ReceivedMessage, type ReceiveOptions, receive } from '../receive/receive.ts';
import type { ReceivedRequest } from '../receive/received-envelope.ts';
import { type RespondOptions, respond } from '../reply/respond.ts';
import type { EventStore } from '../stores/events.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { TransactionStore } from '../stores/transactions.ts';

/** What receipts are taken with. */
export interface ReceiptDeskOptions {
  readonly registries: readonly ServedRegistry[];
  readonly receipts: Pick<ReceiptStore, 'record' | 'accept'>;
  readonly events: Pick<EventStore, 'findReferences'>;
  readonly transactions: Pick<TransactionStore, 'search'>;
  readonly limits: ServerLimits;
  readonly receiving: ReceiveOptions;
  readonly responding: RespondOptions;
  readonly random: Random;
}

/** Takes receipts (protocol.md section 5, `receipt` and `sync/receipt`). */
export interface ReceiptDesk {
  /**
   * Answers receipts at once.
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the signed reply, for HTTP status 200
   * @throws DciError the refusal of a message that is not accepted
   */
  answer(request: ReceivedRequest, registryType: RegistryType): Promise<ServerReply>;
  /**
   * Acknowledges receipts; they are stored in the commit that the ACK stands for, and no callback follows. A message that
   * was accepted before gets the ACK that it got then.
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the ACK, for HTTP status 202
   * @throws DciError the refusal of a message that is not accepted
   */
  acknowledge(request: ReceivedRequest, registryType: RegistryType): Promise<ServerReply>;
}

const expectation: Expectation<ReceiptRequest> = { action: 'receipt', schema: receiptRequestSchema };

/**
 * @param options - stores and the checks of every request
 * @returns what the routes `receipt` and `sync/receipt` lead to
 */
export function createReceiptDesk(options: ReceiptDeskOptions): ReceiptDesk {
  const { receiving, responding, receipts, random } = options;
  const { clock, crypto } = receiving;
  const registryOf = (registryType: RegistryType): ServedRegistry => {
    const registry = options.registries.find(({ type }) => type === registryType);
    if (registry === undefined) throw new DciError('err.request.not_found', 'this registry is not served here');
    return registry;
  };
  const read = (
    { header, message, principal }: ReceivedMessage<ReceiptRequest>,
    registry: ServedRegistry,
    correlationId: string,
  ): Promise<ReadReceipts> => {
    const { limits, events, transactions } = options;
    const scope = { registry, sender: principal.sender, limits, events, transactions, now: clock.now() };
    return readReceipts(header, message, correlationId, scope);
  };
  return {
    answer: async (request, registryType) => {
      const registry = registryOf(registryType);
      const received = await receive(request, expectation, receiving);
      const { receipts: taken, outcome } = await read(received, registry, random.uuid());
      if (taken.length > 0) await receipts.record(taken);
      const { sender_id, message_id } = received.header;
      const { status: state, totalCount: count } = outcome;
      return {
        body: await respond(received, outcome, responding),
        logFields: { registry: registryType.name, sender_id, message_id, state, count },
      };
    },
    acknowledge: async (request, registryType) => {
      const registry = registryOf(registryType);
      // The message id is claimed in the commit of the receipts, so that an identical resend gets its ACK again.
      const unclaimed = { ...receiving, replays: { claim: async () => true } };
      const received = await receive(request, expectation, unclaimed);
      const { sender_id: senderId, message_id: messageId } = received.header;
      const correlationId = random.uuid();
      const { receipts: taken } = await read(received, registry, correlationId);
      const acceptedAt = clock.now();
      const bodyDigest = base64urlOf(crypto.sha256(request.body));
      const acceptance = await receipts.accept(
        {
          senderId,
          messageId,
          bodyDigest,
          correlationId,
          acceptedAt,
          claimExpiresAt: acceptedAt + claimSeconds * 1000,
        },
        taken,
      );
      if (acceptance.kind === 'conflict') {
        throw new DciError('rjct.message_id.duplicate', 'this message id was used for another message');
      }
      const shown = acceptance.kind === 'repeated' ? acceptance : { correlationId, acceptedAt };
      const timestamp = formatTimestamp(shown.acceptedAt);
      const logFields = { registry: registryType.name, sender_id: senderId, message_id: messageId };
      return {
        body: writeJson(ackReply('ACK', { timestamp, correlationId: shown.correlationId })),
        logFields: { ...logFields, correlation_id: shown.correlationId, count: taken.length },
      };
    },
  };
}

function base64urlOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
