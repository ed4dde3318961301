import type { RegistryType } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { Sender } from '../senders/sender.ts';
import { openSenderRegistry, type SenderRegistry } from '../senders/sender-registry.ts';
import { senderIdOf } from './command-input.ts';

/** A sender that a command names, with the registry that holds it. */
export interface RegisteredSender {
  readonly registry: SenderRegistry;
  readonly sender: Sender;
}

/**
 * Opens the sender registry and finds the sender that the command names. Says so when it is not registered.
 *
 * @param context - the running command
 * @param registryTypes - the registries of the server
 * @returns the sender, or `undefined` when it is not registered: a negative answer, exit code 1
 */
export async function registeredSender(
  context: CliContext,
  registryTypes: readonly RegistryType[],
): Promise<RegisteredSender | undefined> {
  const senderId = senderIdOf(context);
  const registry = await openSenderRegistry(await context.openState(), registryTypes);
  const sender = await registry.find(senderId);
  if (sender === undefined) {
    context.warn('no sender of this id is registered');
    return undefined;
  }
  return { registry, sender };
}
