import { type RegistryType, readPublicKey, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { openSenderRegistry } from '../senders/sender-registry.ts';
import { senderArgument, senderIdOf, textOption } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';

/**
 * `dci senders key add`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersKeyAdd(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders key add',
    summary: 'register a further public key of a sender, for example before it rotates its keys',
    arguments: [senderArgument],
    options: [
      {
        flags: '--key <file>',
        description: 'public key: PEM, JWK or raw Ed25519; - reads standard input',
        required: true,
      },
      { flags: '--key-id <id>', description: 'id of the key in signatures; default: any' },
    ],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const keyId = textOption(context, 'keyId');
      const publicKey = await readPublicKey(await context.readInput(textOption(context, 'key')));
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry } = found;
      await registry.addKey(senderId, { ...(keyId === undefined ? {} : { keyId }), publicKey });
      context.print(
        context.json
          ? writeJson({ sender_id: senderId, key_id: keyId, algorithm: publicKey.algorithm, state: 'active' })
          : `key ${keyId ?? '(any id)'} of sender ${senderId} registered`,
      );
      return 0;
    },
  };
}

/**
 * `dci senders key revoke`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function sendersKeyRevoke(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders key revoke',
    summary: 'accept no more signatures of a registered key, at once',
    arguments: [
      senderArgument,
      { name: '[key-id]', description: 'the key; without it, the keys that were registered without an id' },
    ],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const keyId = context.arguments[1];
      const registry = await openSenderRegistry(await context.openState(), registryTypes);
      const sender = await registry.find(senderId);
      if (!sender?.keys.some((key) => key.keyId === keyId)) {
        context.warn('no such sender or key is registered');
        return 1;
      }
      await registry.revokeKey(senderId, keyId);
      context.print(
        context.json
          ? writeJson({ sender_id: senderId, key_id: keyId, state: 'revoked' })
          : `key ${keyId ?? '(any id)'} of sender ${senderId} is revoked`,
      );
      return 0;
    },
  };
}
