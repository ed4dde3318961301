import type { RegistryType } from 'dci-core';
import type { CliCommand, CliCommandGroups } from 'dci-host';
import { sendersAdd } from './senders-add.ts';
import { sendersClientAdd, sendersClientList, sendersClientRemove } from './senders-client.ts';
import { sendersKeyAdd, sendersKeyRevoke } from './senders-key.ts';
import { sendersList } from './senders-list.ts';
import { sendersPolicy } from './senders-policy.ts';
import { sendersShow } from './senders-show.ts';
import { sendersDisable, sendersEnable } from './senders-state.ts';
import { sendersTokenIssue, sendersTokenRevoke } from './senders-token.ts';
import { sendersUpdate } from './senders-update.ts';

/** What the help says about the groups of {@link sendersCommands}. */
export const sendersCommandGroups: CliCommandGroups = {
  senders: 'the parties that may send to this host',
  'senders key': 'the public keys that a sender signs with',
  'senders token': 'the bearer tokens of a sender',
  'senders client': 'the clients of a sender at the token endpoint',
};

/**
 * The `dci senders` commands.
 *
 * @param registryTypes - the registries that the configured server answers for
 * @returns the commands
 */
export function sendersCommands(registryTypes: readonly RegistryType[]): readonly CliCommand[] {
  return [
    sendersAdd(registryTypes),
    sendersList(registryTypes),
    sendersShow(registryTypes),
    sendersUpdate(registryTypes),
    sendersDisable(registryTypes),
    sendersEnable(registryTypes),
    sendersPolicy(registryTypes),
    sendersKeyAdd(registryTypes),
    sendersKeyRevoke(registryTypes),
    sendersTokenIssue(registryTypes),
    sendersTokenRevoke(registryTypes),
    sendersClientAdd(registryTypes),
    sendersClientList(registryTypes),
    sendersClientRemove(registryTypes),
  ];
}
