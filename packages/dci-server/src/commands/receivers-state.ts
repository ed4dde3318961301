import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { disable, enable } from '../deliver/receiver-health.ts';
import { namedReceiver, receiverArgument } from './receiver-input.ts';

/**
 * `dci receivers enable`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function receiversEnable(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'receivers enable',
    summary: 'send to a party again that was disabled or is paused',
    help: `Messages that were given up because the receiver was disabled stay so unless --retry is given. Others that
were given up: dci messages retry --receiver <sender-id>. Messages that were withdrawn stay so.

A sender that was disabled itself is enabled by: dci senders enable <sender-id>`,
    arguments: [receiverArgument],
    options: [{ flags: '--retry', description: 'deliver what was given up while it was disabled' }],
    run: async (context) => {
      const found = await namedReceiver(context, registryTypes);
      if (found === undefined) return 1;
      const { receiverId, isActive, receivers, outgoing } = found;
      await receivers.change(receiverId, enable);
      const retried =
        context.options.retry === true
          ? await outgoing.retry({ receiverId, reason: 'receiver_disabled' }, context.clock.now())
          : 0;
      context.print(
        context.json
          ? writeJson({ receiver_id: receiverId, state: 'well', retried })
          : `receiver ${receiverId} is enabled${retried === 0 ? '' : `; messages to be delivered again: ${retried}`}`,
      );
      if (!isActive) {
        context.warn(`the sender itself is disabled, so what is due is withdrawn: dci senders enable ${receiverId}`);
      }
      return 0;
    },
  };
}

/**
 * `dci receivers disable`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function receiversDisable(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'receivers disable',
    summary: 'send nothing to a party any more; what waits for it is given up',
    arguments: [receiverArgument],
    run: async (context) => {
      const found = await namedReceiver(context, registryTypes);
      if (found === undefined) return 1;
      const { receiverId, receivers } = found;
      const now = context.clock.now();
      await receivers.change(receiverId, (receiver) => disable(receiver, now, 'operator'));
      context.print(
        context.json ? writeJson({ receiver_id: receiverId, state: 'disabled' }) : `receiver ${receiverId} is disabled`,
      );
      return 0;
    },
  };
}
