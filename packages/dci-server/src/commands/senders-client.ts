import { type JsonObject, type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { openClientRegistry } from '../oauth/client-registry.ts';
import type { OAuthClient } from '../stores/oauth.ts';
import { listOption, senderArgument, senderIdOf, textOption } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';
import { isoTime } from './sender-view.ts';

/**
 * `dci senders client add`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersClientAdd(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders client add',
    summary: 'register a client of the token endpoint for a sender; its secret is printed once',
    help: 'The configuration must switch the endpoint on (oauth2). To rotate: add a client, then remove the old one.',
    arguments: [senderArgument],
    options: [
      { flags: '--client-id <id>', description: 'name of the client (default: one is made)' },
      {
        flags: '--scope <registry/action>',
        description: 'what its tokens may at most be for, for example social/search (default: what the policy grants)',
        repeatable: true,
      },
    ],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const clientId = textOption(context, 'clientId');
      const scopes = listOption(context, 'scope');
      const registry = await openClientRegistry(await context.openState(), registryTypes);
      const { client, secret } = await registry.add({
        senderId,
        ...(clientId === undefined ? {} : { clientId }),
        ...(scopes.length === 0 ? {} : { scopes }),
      });
      if (context.json) {
        context.print(writeJson({ ...clientView(client), client_secret: secret }));
        return 0;
      }
      context.print(`client ${client.clientId} of sender ${senderId} registered`);
      context.print(`secret (shown only now): ${secret}`);
      return 0;
    },
  };
}

/**
 * `dci senders client list`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersClientList(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders client list',
    summary: 'list the clients of a sender; secrets are never shown',
    arguments: [senderArgument],
    run: async (context) => {
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const registry = await openClientRegistry(await context.openState(), registryTypes);
      const clients = await registry.list(found.sender.senderId);
      if (context.json) context.print(writeJson(clients.map(clientView)));
      else if (clients.length === 0)
        context.print('The sender has no client; register one with: dci senders client add');
      else {
        context.table(
          ['client', 'registered', 'scopes'],
          clients.map(({ clientId, createdAt, scopes }) => [
            clientId,
            isoTime(createdAt),
            scopes?.join(', ') ?? 'what the policy grants',
          ]),
        );
      }
      return 0;
    },
  };
}

/**
 * `dci senders client remove`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersClientRemove(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders client remove',
    summary: 'remove a client; its secret and its tokens are refused at once',
    arguments: [senderArgument, { name: '<client-id>', description: 'the client, as `senders client list` shows it' }],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const clientId = context.arguments[1] ?? '';
      const registry = await openClientRegistry(await context.openState(), registryTypes);
      if (!(await registry.remove(senderId, clientId))) {
        context.warn('the sender has no such client');
        return 1;
      }
      context.print(
        context.json
          ? writeJson({ sender_id: senderId, client_id: clientId, state: 'removed' })
          : `client ${clientId} of sender ${senderId} is removed`,
      );
      return 0;
    },
  };
}

function clientView({ clientId, senderId, scopes, createdAt }: OAuthClient): JsonObject {
  return { client_id: clientId, sender_id: senderId, scopes, registered_at: isoTime(createdAt) };
}
