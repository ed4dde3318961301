import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { openSenderRegistry } from '../senders/sender-registry.ts';
import { senderArgument, senderIdOf } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';

/**
 * `dci senders token issue`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersTokenIssue(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders token issue',
    summary: 'issue a bearer token that only one sender can use; it is printed once',
    help: 'To rotate: issue a new token, let the sender change over, then revoke the old one.',
    arguments: [senderArgument],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry } = found;
      const { token, tokenId } = await registry.issueToken(senderId);
      context.print(
        context.json
          ? writeJson({ sender_id: senderId, token_id: tokenId, token })
          : `token ${tokenId} (shown only now): ${token}`,
      );
      return 0;
    },
  };
}

/**
 * `dci senders token revoke`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersTokenRevoke(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders token revoke',
    summary: 'accept a bearer token no more, at once',
    arguments: [senderArgument, { name: '<token-id>', description: 'id of the token, as `senders show` lists it' }],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const tokenId = context.arguments[1] ?? '';
      const registry = await openSenderRegistry(await context.openState(), registryTypes);
      if (!(await registry.revokeToken(senderId, tokenId))) {
        context.warn('no such token was issued');
        return 1;
      }
      context.print(
        context.json
          ? writeJson({ sender_id: senderId, token_id: tokenId, state: 'revoked' })
          : `token ${tokenId} of sender ${senderId} is revoked`,
      );
      return 0;
    },
  };
}
