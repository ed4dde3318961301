import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { senderArgument } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';
import { connectionRows, isoTime, senderView } from './sender-view.ts';

/**
 * `dci senders show`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersShow(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders show',
    summary: 'show one sender with its keys and policy; tokens are never shown',
    arguments: [senderArgument],
    run: async (context) => {
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry, sender } = found;
      const tokens = await registry.listTokens(sender.senderId);
      if (context.json) {
        context.print(writeJson(senderView(sender, tokens)));
        return 0;
      }
      context.table(
        ['property', 'value'],
        [
          ['sender', sender.senderId],
          ['name', sender.name ?? ''],
          ['state', sender.state],
          ['dialect', sender.dialect],
          ['schemes', sender.schemes.join(', ')],
          ...sender.keys.map((key) => ['key', `${key.keyId ?? '(any id)'} ${key.publicKey.algorithm} ${key.state}`]),
          ...(sender.jwksUrl === undefined ? [] : [['JWKS', sender.jwksUrl]]),
          ...connectionRows(sender),
          ...tokens.map((token) => ['token', `${token.tokenId}, issued ${isoTime(token.issuedAt)}`]),
        ],
      );
      context.print(JSON.stringify(sender.policy, null, 2));
      return 0;
    },
  };
}
