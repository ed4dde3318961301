import type { Logger, Random, RegistryType } from 'dci-core';
import { type AuditLog, auditEntriesOf, type Disclosure } from '../../access/audit.ts';
import type { ServerReply } from '../../create-server.ts';
import type { ServerLimits } from '../../limits.ts';
import { type ReceiveOptions, receive } from '../../receive/receive.ts';
import type { ReceivedRequest } from '../../receive/received-envelope.ts';
import { type RespondOptions, respond } from '../../reply/respond.ts';
import type { CursorCodec } from '../cursor.ts';
import type { ServedRegistry } from '../served-registry.ts';
import type { SpecialOperationAnswer } from './special-operation.ts';
import { specialOperations } from './special-operations.ts';

/** What special calls are answered with. */
export interface SpecialDeskOptions {
  readonly registries: readonly ServedRegistry[];
  readonly limits: ServerLimits;
  readonly cursors: CursorCodec;
  readonly receiving: ReceiveOptions;
  readonly responding: RespondOptions;
  /** Absent: nothing is audited. */
  readonly audit?: AuditLog;
  readonly random: Random;
  readonly logger: Logger;
}

/** Answers one special call. */
export type SpecialRoute = (request: ReceivedRequest) => Promise<ServerReply>;

/**
 * Makes the answers to the special calls of registry types (protocol.md section 5): IBR `sync/enrolled` and
 * `sync/enrollment/updates`, DR `sync/disabled`, `sync/get-disability-support` and `sync/get-disability-details`. A
 * message passes the same checks as a search.
 *
 * @param options - registries, limits and the checks of every request
 * @returns for a registry type its paths under `/registry` and what answers there
 */
export function createSpecialDesk(
  options: SpecialDeskOptions,
): (registryType: RegistryType) => Readonly<Record<string, SpecialRoute>> {
  return (registryType) =>
    Object.fromEntries(
      registryType.operations.flatMap(({ name, path }): [string, SpecialRoute][] => {
        const operation = Object.hasOwn(specialOperations, name) ? specialOperations[name] : undefined;
        const registry = options.registries.find(({ type }) => type === registryType);
        return operation === undefined || registry === undefined
          ? []
          : [[path, (request) => answer(request, registry, operation, options)]];
      }),
    );
}

async function answer(
  request: ReceivedRequest,
  registry: ServedRegistry,
  operation: SpecialOperationAnswer,
  options: SpecialDeskOptions,
): Promise<ServerReply> {
  const { receiving, responding, limits, cursors, random, logger } = options;
  const { type, onEnrollmentUpdate } = registry;
  const received = await receive(request, { action: operation.action, schema: operation.schema }, receiving);
  const { header, message, principal } = received;
  const correlationId = random.uuid();
  const disclosures: Disclosure[] = [];
  const outcome = await operation.answer(header, message, {
    ...{ registry, limits, cursors, correlationId, logger },
    sender: principal.sender.sender,
    access: principal.sender.access(type),
    now: receiving.clock.now(),
    disclose: (_referenceId, disclosure) => disclosures.push(disclosure),
    ...(onEnrollmentUpdate && { onEnrollmentUpdate }),
  });
  const { sender_id, message_id } = header;
  const at = { senderId: sender_id, registry: type.name, action: operation.name, messageId: message_id, correlationId };
  // Stored before the reply can leave (protocol.md section 8).
  if (disclosures.length > 0) await options.audit?.append(auditEntriesOf(disclosures, at));
  const { status: state, totalCount: count, reasonCode: reason } = outcome;
  if (reason !== undefined) receiving.refused?.({ ...at, reason });
  return {
    body: await respond(received, outcome, responding),
    logFields: { registry: type.name, sender_id, message_id, state, count },
  };
}
