import type { Random, RegistryType } from 'dci-core';
import { type AuditLog, auditEntriesOf, type Disclosure } from '../access/audit.ts';
import { type ReceiveOptions, receive } from '../receive/receive.ts';
import type { Principal, ReceivedRequest } from '../receive/received-envelope.ts';
import { type RespondOptions, respond } from '../reply/respond.ts';
import type { ServerReply } from '../reply/server-reply.ts';
import type { ImmediateOperation } from './immediate-operation.ts';
import { type ServedRegistry, servedRegistry } from './served-registry.ts';

/** What {@link createAnswerNow} works with. */
export interface AnswerNowOptions {
  readonly registries: readonly ServedRegistry[];
  readonly receiving: ReceiveOptions;
  readonly responding: RespondOptions;
  /** Absent: nothing is audited. */
  readonly audit?: AuditLog;
  readonly random: Random;
  /** Is told of every message that passed the checks. */
  readonly received: (principal: Principal, registry: ServedRegistry) => void;
}

/** Answers a request by an operation, for HTTP status 200. */
export type AnswerNow = <T>(
  request: ReceivedRequest,
  registryType: RegistryType,
  operation: ImmediateOperation<T>,
) => Promise<ServerReply>;

/**
 * Makes the one way in which requests are answered at once: the checks of protocol.md section 4, the operation, the audit
 * of what is disclosed, the signed reply.
 *
 * @param options - registries, the checks, how replies are signed
 * @returns answers requests
 */
export function createAnswerNow(options: AnswerNowOptions): AnswerNow {
  const { registries, receiving, responding, audit, random } = options;
  return async (request, registryType, { name, expectation, answer }) => {
    const registry = servedRegistry(registries, registryType);
    const received = await receive(request, expectation, receiving);
    options.received(received.principal, registry);
    const disclosures: Disclosure[] = [];
    const correlationId = random.uuid();
    const disclose = (disclosure: Disclosure) => disclosures.push(disclosure);
    const outcome = await answer(received, { registry, correlationId, now: receiving.clock.now(), disclose });
    const { sender_id, message_id: messageId } = received.header;
    const at = { senderId: sender_id, registry: registryType.name, action: name, messageId, correlationId };
    // Stored before the reply can leave (protocol.md section 8).
    if (disclosures.length > 0) await audit?.append(auditEntriesOf(disclosures, at));
    const { status: state, totalCount: count, reasonCode: reason } = outcome;
    if (reason !== undefined) receiving.refused?.({ ...at, reason });
    return {
      body: await respond(received, outcome, responding),
      logFields: { registry: registryType.name, sender_id, message_id: messageId, state, count },
    };
  };
}
