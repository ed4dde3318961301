import { identifierArgument, identifierArguments } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { cacheOf, namedSource, openForCommand, sourceOption } from './command-input.ts';

/**
 * `dci dr cache forget`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function cacheForgetCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr cache forget',
    summary: 'delete what is kept of a registrant, of all data sources or of one',
    help: 'Exit code 0: something was deleted; 1: nothing was kept.',
    arguments: [identifierArgument],
    options: [sourceOption],
    run: async (context) => {
      const [identifier] = identifierArguments(context);
      const opened = await openForCommand(context, options);
      const cache = cacheOf(opened);
      const named = namedSource(context, opened);
      const sources = named === undefined ? opened.sources : [named];
      const deleted = await cache.forget(sources.map((source) => cache.keyOf(source, identifier)));
      context.print(context.json ? writeJson({ deleted }) : `answers deleted: ${deleted}`);
      return deleted > 0 ? 0 : 1;
    },
  };
}
