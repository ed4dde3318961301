import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { SenderState } from '../senders/sender.ts';
import { senderArgument, senderIdOf } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';

/**
 * `dci senders disable`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersDisable(registryTypes: readonly RegistryType[]): CliCommand {
  return stateCommand('disable', 'disabled', 'refuse everything that a sender sends, at once', registryTypes);
}

/**
 * `dci senders enable`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersEnable(registryTypes: readonly RegistryType[]): CliCommand {
  return stateCommand('enable', 'active', 'accept a disabled sender again', registryTypes);
}

function stateCommand(
  verb: string,
  state: SenderState,
  summary: string,
  registryTypes: readonly RegistryType[],
): CliCommand {
  return {
    name: `senders ${verb}`,
    summary,
    arguments: [senderArgument],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry } = found;
      await registry.setState(senderId, state);
      context.print(context.json ? writeJson({ sender_id: senderId, state }) : `sender ${senderId} is ${state}`);
      return 0;
    },
  };
}
