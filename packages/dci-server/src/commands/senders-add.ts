import { type RegistryType, readPublicKey, type SignatureSchemeName, signatureSchemeNames, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { type DialectName, dialectNames } from '../senders/sender.ts';
import { openSenderRegistry } from '../senders/sender-registry.ts';
import { listOption, policyOption, policyOptions, senderArgument, senderIdOf, textOption } from './command-input.ts';
import { connectionOptions, readConnection } from './connection-options.ts';
import { policySummary, senderView } from './sender-view.ts';

/**
 * `dci senders add`.
 *
 * @param registryTypes - the registries that a policy can speak of
 * @returns the command
 */
export function sendersAdd(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders add',
    summary: 'register a sender: a party whose signed messages are accepted',
    help: `Examples:
  dci senders add mis.example.org --key mis.pem --key-id key1 --grant social:Person,Group --token
  dci senders add crvs.example.org --jwks-url https://crvs.example.org/.well-known/jwks.json --policy policy.json

The token is printed once and cannot be shown again. Without --policy or --grant the sender may do nothing.`,
    arguments: [senderArgument],
    options: [
      { flags: '--key <file>', description: 'public key: PEM, JWK or raw Ed25519; - reads standard input' },
      { flags: '--key-id <id>', description: 'id of that key in signatures; default: any' },
      { flags: '--jwks-url <url>', description: 'where the sender publishes its keys' },
      { flags: '--name <text>', description: 'name for people' },
      {
        flags: '--dialect <name>',
        description: 'how its systems speak on the wire',
        choices: dialectNames,
        default: 'spdci-1.0',
      },
      {
        flags: '--scheme <name>',
        description: 'signature scheme that it may use (default: dci)',
        choices: signatureSchemeNames,
        repeatable: true,
      },
      ...connectionOptions,
      ...policyOptions,
      { flags: '--token', description: 'issue a bearer token that only this sender can use' },
    ],
    run: async (context) => {
      const senderId = senderIdOf(context);
      const keyFile = textOption(context, 'key');
      const keyId = textOption(context, 'keyId');
      const publicKey = keyFile === undefined ? undefined : await readPublicKey(await context.readInput(keyFile));
      const name = textOption(context, 'name');
      const jwksUrl = textOption(context, 'jwksUrl');
      const schemes = listOption(context, 'scheme') as readonly SignatureSchemeName[];
      const connection = await readConnection(context);
      const policy = await policyOption(context, registryTypes);
      const registry = await openSenderRegistry(await context.openState(), registryTypes);
      const { sender, token } = await registry.add(
        {
          senderId,
          ...(name === undefined ? {} : { name }),
          ...(publicKey === undefined ? {} : { keys: [{ ...(keyId === undefined ? {} : { keyId }), publicKey }] }),
          ...(jwksUrl === undefined ? {} : { jwksUrl }),
          dialect: (textOption(context, 'dialect') ?? 'spdci-1.0') as DialectName,
          ...(schemes.length === 0 ? {} : { schemes }),
          ...connection,
          ...(policy === undefined ? {} : { policy }),
        },
        { token: context.options.token === true },
      );
      if (context.json) {
        const view = senderView(sender, await registry.listTokens(senderId));
        context.print(writeJson(token === undefined ? view : { ...view, token: token.token }));
        return 0;
      }
      context.print(`sender ${sender.senderId} registered; it may search ${policySummary(sender.policy)}`);
      if (token !== undefined) {
        context.print(`token ${token.tokenId} (shown only now): ${token.token}`);
      }
      if (policy === undefined)
        context.warn('no policy was given: the sender may do nothing until `dci senders policy`');
      return 0;
    },
  };
}
