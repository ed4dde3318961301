import type { RegistryType } from 'dci-core';
import type { CliCommand, CliCommandGroups } from 'dci-host';
import { messagesList } from './messages-list.ts';
import { messagesRetry } from './messages-retry.ts';
import { messagesShow } from './messages-show.ts';
import { receiversList } from './receivers-list.ts';
import { receiversShow } from './receivers-show.ts';
import { receiversDisable, receiversEnable } from './receivers-state.ts';

/** What the help says about the groups of {@link receiversCommands}. */
export const receiversCommandGroups: CliCommandGroups = {
  receivers: 'the parties that callbacks and notifications go to',
  messages: 'callbacks and notifications; never what they say',
};

/**
 * The `dci receivers` and `dci messages` commands.
 *
 * @param registryTypes - the registries that the configured server answers for
 * @returns the commands
 */
export function receiversCommands(registryTypes: readonly RegistryType[]): readonly CliCommand[] {
  return [
    receiversList,
    receiversShow(registryTypes),
    receiversEnable(registryTypes),
    receiversDisable(registryTypes),
    messagesList,
    messagesShow,
    messagesRetry,
  ];
}
