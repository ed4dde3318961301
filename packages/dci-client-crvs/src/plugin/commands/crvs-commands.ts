import type { CliCommand, CliCommandGroups } from 'dci-host';
import type { ResolvedOptions } from '../options.ts';
import { crvsCheckDeath } from './crvs-check-death.ts';
import { crvsEvents } from './crvs-events.ts';
import { crvsLogList, crvsLogRetry, crvsLogShow } from './crvs-log.ts';
import { crvsMarriage } from './crvs-marriage.ts';
import { crvsSubscribe, crvsUnsubscribe } from './crvs-subscribe.ts';
import { crvsVerifyBirth } from './crvs-verify-birth.ts';

/** What the help says about the groups of {@link crvsCommands}. */
export const crvsCommandGroups: CliCommandGroups = {
  crvs: 'questions to civil registries, and their vital events',
  'crvs log': 'vital events that were received, and what became of them',
};

/**
 * @param options - of the plug-in
 * @returns the `dci crvs` commands
 */
export function crvsCommands(options: ResolvedOptions): readonly CliCommand[] {
  return [
    crvsVerifyBirth(options),
    crvsCheckDeath(options),
    crvsMarriage(options),
    crvsEvents(options),
    crvsSubscribe(options),
    crvsUnsubscribe(options),
    crvsLogList(options),
    crvsLogShow(options),
    crvsLogRetry(options),
  ];
}
