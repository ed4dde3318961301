import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DciClientOptions } from '../client-plugin.ts';
import { openSources } from '../sources/open-sources.ts';
import { namedSource, sourceArgument } from './source-input.ts';

/**
 * `dci sources remove`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesRemove(options: DciClientOptions): CliCommand {
  return {
    name: 'sources remove',
    summary: 'remove a data source that was added',
    help: `A source with subscriptions is not removed: end them first with dci sources subscriptions end. Answers that are still to
come are refused from then on.`,
    arguments: [sourceArgument],
    options: [
      { flags: '--force', description: 'also with subscriptions; the registry goes on to notify, and is refused' },
    ],
    run: async (context) => {
      const { directory, store, subscriptions } = openSources(await context.openState(), options);
      const entry = namedSource(context, directory);
      if (entry === undefined) return 1;
      const { code } = entry.settings;
      if (entry.origin === 'configuration' && !entry.hidesStored) {
        throw new DciError('err.state.conflict', `the data source ${code} is in the configuration: remove it there`);
      }
      const held = entry.hidesStored ? [] : await subscriptions.list(code);
      if (held.length > 0 && context.options.force !== true) {
        throw new DciError(
          'err.state.conflict',
          `the data source ${code} has ${held.length} ${held.length === 1 ? 'subscription' : 'subscriptions'}: end them, or --force`,
        );
      }
      await store.remove(code);
      const rest = entry.hidesStored ? '; the one of the configuration stays' : '';
      context.print(context.json ? writeJson({ removed: code }) : `data source ${code} removed${rest}`);
      return 0;
    },
  };
}
