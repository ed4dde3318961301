import { DciError, type RegistryType } from 'dci-core';
import type { CliContext, HostContext } from 'dci-host';
import { openSenderRegistry } from '../senders/sender-registry.ts';
import type { OutgoingStore } from '../stores/outgoing.ts';
import type { ReceiverStore } from '../stores/receivers.ts';
import { createSqliteOutgoingStore } from '../stores/sqlite/outgoing-store.ts';
import { createSqliteReceiverStore } from '../stores/sqlite/receiver-store.ts';

/** The argument that names the receiver. */
export const receiverArgument = { name: '<sender-id>', description: 'the registered sender that callbacks go to' };

/**
 * @param state - the state of the configured host
 * @returns its outgoing messages
 */
export function outgoingStoreOf({ database, sealer, jobs }: HostContext): OutgoingStore {
  return createSqliteOutgoingStore({ database, sealer, jobs: jobs.writer });
}

/** A receiver that a command names, with the stores that know of it. */
export interface NamedReceiver {
  readonly receiverId: string;
  /** Whether the registration is active; nothing is sent to a sender that is disabled. */
  readonly isActive: boolean;
  readonly receivers: ReceiverStore;
  readonly outgoing: OutgoingStore;
}

/**
 * Finds the receiver that a command names. Says so when no sender of that id is registered.
 *
 * @param context - the running command
 * @param registryTypes - the registries of the server
 * @returns the receiver, or `undefined`: a negative answer, exit code 1
 * @throws DciError `err.configuration.invalid` when the id is missing
 */
export async function namedReceiver(
  context: CliContext,
  registryTypes: readonly RegistryType[],
): Promise<NamedReceiver | undefined> {
  const [receiverId] = context.arguments;
  if (receiverId === undefined) throw new DciError('err.configuration.invalid', 'name the receiver');
  const state = await context.openState();
  const registry = await openSenderRegistry(state, registryTypes);
  const sender = await registry.find(receiverId);
  if (sender === undefined) {
    context.warn('no sender of this id is registered');
    return undefined;
  }
  return {
    receiverId,
    isActive: sender.state === 'active',
    receivers: createSqliteReceiverStore(state.database),
    outgoing: outgoingStoreOf(state),
  };
}
