import { DciError, type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { SenderUpdate } from '../senders/sender-connection.ts';
import { listOption, senderArgument, senderIdOf } from './command-input.ts';
import { connectionOptions, readConnection } from './connection-options.ts';
import { registeredSender } from './registered-sender.ts';
import { connectionRows, senderView } from './sender-view.ts';

/** What `--clear` can take away, by the name of the option that sets it. */
const clearable: Readonly<Record<string, keyof SenderUpdate>> = {
  'callback-base': 'callbackBase',
  'callback-host': 'callbackHosts',
  'callback-credential': 'callbackCredential',
  'encryption-key': 'encryptionKey',
  'subscription-approval': 'subscriptionApproval',
};

/**
 * `dci senders update`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersUpdate(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders update',
    summary: 'change how a sender is reached: callbacks, credential, encryption key, approval of subscriptions',
    help: `Examples:
  dci senders update mis.example.org --callback-base https://mis.example.org/dci/callback
  dci senders update mis.example.org --callback-bearer-file token.txt
  dci senders update mis.example.org --clear callback-credential

What is not named stays as it is. --callback-host replaces all hosts.`,
    arguments: [senderArgument],
    options: [
      ...connectionOptions,
      {
        flags: '--clear <what>',
        description: 'take away what was registered',
        choices: Object.keys(clearable),
        repeatable: true,
      },
    ],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const given: SenderUpdate = await readConnection(context);
      const cleared = listOption(context, 'clear').flatMap((name) => clearable[name] ?? []);
      if (Object.keys(given).length + cleared.length === 0) {
        throw new DciError('err.configuration.invalid', 'name what is to change; see --help');
      }
      if (cleared.some((name) => given[name] !== undefined)) {
        throw new DciError('err.configuration.invalid', 'the same cannot be set and cleared');
      }
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry } = found;
      const update: SenderUpdate = { ...given, ...Object.fromEntries(cleared.map((name) => [name, null])) };
      const sender = await registry.update(senderId, update);
      if (context.json) {
        context.print(writeJson(senderView(sender, await registry.listTokens(senderId))));
        return 0;
      }
      context.table(['property', 'value'], [['sender', senderId], ...connectionRows(sender)]);
      return 0;
    },
  };
}
