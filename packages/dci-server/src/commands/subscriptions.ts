import type { CliCommand, CliCommandGroups } from 'dci-host';
import { subscriptionsApprove, subscriptionsReject } from './subscriptions-decide.ts';
import { subscriptionsEnd } from './subscriptions-end.ts';
import { subscriptionsList } from './subscriptions-list.ts';
import { subscriptionsShow } from './subscriptions-show.ts';

/** What the help says about the group of {@link subscriptionsCommands}. */
export const subscriptionsCommandGroups: CliCommandGroups = {
  subscriptions: 'what the senders are notified of; never the data itself',
};

/** The `dci subscriptions` commands. */
export const subscriptionsCommands: readonly CliCommand[] = [
  subscriptionsList,
  subscriptionsShow,
  subscriptionsApprove,
  subscriptionsReject,
  subscriptionsEnd,
];
