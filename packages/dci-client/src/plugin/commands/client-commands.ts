import type { CliCommand, CliCommandGroups } from 'dci-host';
import type { DciClientOptions } from '../client-plugin.ts';
import { searchCommandOf } from '../search-command.ts';
import { eventsList, eventsRetry, eventsShow } from './events.ts';
import { requestsList, requestsShow } from './requests.ts';
import { sourcesAdd } from './sources-add.ts';
import { sourcesList, sourcesShow } from './sources-list.ts';
import { sourcesRemove } from './sources-remove.ts';
import { sourcesSubscriptionsEnd, sourcesSubscriptionsList } from './sources-subscriptions.ts';
import { sourcesSwitch } from './sources-switch.ts';
import { sourcesTest } from './sources-test.ts';

/** Help for the groups of commands of the plug-in. */
export const clientCommandGroups: CliCommandGroups = {
  sources: 'the registries that this host asks',
  'sources subscriptions': 'the subscriptions that this host holds at registries',
  requests: 'requests that registries answer by callback',
  events: 'events that registries notified',
};

/**
 * @param options - of the plug-in
 * @returns its commands
 */
export function clientCommands(options: DciClientOptions): readonly CliCommand[] {
  return [
    searchCommandOf(options),
    sourcesAdd(options),
    sourcesList(options),
    sourcesShow(options),
    sourcesTest(options),
    sourcesSwitch(options, true),
    sourcesSwitch(options, false),
    sourcesRemove(options),
    sourcesSubscriptionsList(options),
    sourcesSubscriptionsEnd(options),
    requestsList,
    requestsShow,
    eventsList,
    eventsShow,
    eventsRetry,
  ];
}
