import type { CliCommand, CliCommandGroups } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { assessmentCommand } from './assessment.ts';
import { cacheForgetCommand } from './cache-forget.ts';
import { cacheListCommand } from './cache-list.ts';
import { cachePurgeCommand } from './cache-purge.ts';
import { cacheShowCommand } from './cache-show.ts';
import { statusCommand } from './status.ts';
import { supportCommand } from './support.ts';
import { syncCommand } from './sync.ts';

/** What the help says about the groups of {@link drCommands}. */
export const drCommandGroups: CliCommandGroups = {
  dr: 'what disability registries know of registrants',
  'dr cache': 'what they said before, sealed, by keyed hashes of identifiers',
};

/**
 * The `dci dr` commands.
 *
 * @param options - of the plug-in
 * @returns the commands
 */
export function drCommands(options: DrOptions): readonly CliCommand[] {
  return [
    statusCommand(options),
    assessmentCommand(options),
    supportCommand(options),
    syncCommand(options),
    cacheListCommand(options),
    cacheShowCommand(options),
    cacheForgetCommand(options),
    cachePurgeCommand(options),
  ];
}
