import { textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { cacheOf, openForCommand, sourceOption } from './command-input.ts';

/**
 * `dci dr cache purge`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function cachePurgeCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr cache purge',
    summary: 'delete what has expired, or everything',
    help: 'A running host deletes what has expired by itself.',
    options: [sourceOption, { flags: '--all', description: 'everything, expired or not' }],
    run: async (context) => {
      const opened = await openForCommand(context, options);
      const cache = cacheOf(opened);
      const source = textOption(context, 'source');
      const expiredBy = context.options.all === true ? undefined : context.clock.now();
      let deleted = 0;
      for (let count = 1; count > 0 && !context.signal.aborted; deleted += count) {
        count = await cache.purge(expiredBy, source === undefined ? {} : { source });
      }
      context.print(context.json ? writeJson({ deleted }) : `entries deleted: ${deleted}`);
      return 0;
    },
  };
}
