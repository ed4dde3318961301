import { isDeepStrictEqual } from 'node:util';
import { DciError, type RegistryType } from 'dci-core';
import type { HostContext } from 'dci-host';
import { openClientRegistry, openSenderRegistry } from 'dci-server';
import { askingSenderId, clientSecretFile, isClientSecretIssued, leaveClientSecret } from '../asking/client-secret.ts';
import { questionsIn } from '../policies.ts';

/**
 * Registers the demo host as a sender that may ask and subscribe, with the keys that it publishes and an OAuth2 client whose
 * secret is left in a file for it: what an operator does with `dci senders add` and `dci senders client add`.
 *
 * @param context - the national host
 * @param types - of its registries
 * @param url - address of the demo host
 * @throws DciError `err.configuration.invalid` when it is registered with another address
 */
export async function admitDemoHost(context: HostContext, types: readonly RegistryType[], url: string): Promise<void> {
  const senders = await openSenderRegistry(context, types);
  const jwksUrl = `${url}/.well-known/jwks.json`;
  const policy = questionsIn(types);
  const sender = await senders.find(askingSenderId);
  if (sender === undefined) {
    await senders.add({ senderId: askingSenderId, name: 'Demo host', jwksUrl, policy });
  } else if (sender.jwksUrl !== jwksUrl) {
    throw new DciError(
      'err.configuration.invalid',
      `this data directory knows the demo host at another address than ${url}: set DCI_DEMO_URL, or remove the directory`,
    );
  } else if (!isDeepStrictEqual(sender.policy, policy)) {
    await senders.setPolicy(askingSenderId, policy);
  }
  const clients = await openClientRegistry(context, types);
  const file = clientSecretFile(context.config.dataDirectory);
  const known = await clients.list(askingSenderId);
  if (known.length > 0 && isClientSecretIssued(file)) return;
  for (const { clientId } of known) await clients.remove(askingSenderId, clientId);
  const { secret } = await clients.add({ senderId: askingSenderId, clientId: askingSenderId });
  leaveClientSecret(file, secret);
}
