import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { openSenderRegistry } from '../senders/sender-registry.ts';
import { policySummary, senderView } from './sender-view.ts';

/**
 * `dci senders list`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersList(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders list',
    summary: 'list the registered senders',
    run: async (context) => {
      const registry = await openSenderRegistry(await context.openState(), registryTypes);
      const senders = await registry.list();
      if (context.json) {
        const views = [];
        for (const sender of senders) views.push(senderView(sender, await registry.listTokens(sender.senderId)));
        context.print(writeJson(views));
        return 0;
      }
      if (senders.length === 0) {
        context.print('There is no sender; register one with: dci senders add');
        return 0;
      }
      context.table(
        ['sender', 'name', 'state', 'dialect', 'keys', 'may search'],
        senders.map((sender) => [
          sender.senderId,
          sender.name ?? '',
          sender.state,
          sender.dialect,
          sender.jwksUrl === undefined ? String(sender.keys.length) : 'JWKS',
          policySummary(sender.policy),
        ]),
      );
      return 0;
    },
  };
}
