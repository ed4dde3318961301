import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DciClientOptions } from '../client-plugin.ts';
import { openSources } from '../sources/open-sources.ts';
import { namedSource, sourceArgument } from './source-input.ts';
import { conditionOf, sourceView } from './source-view.ts';

/** Secrets of `env:` are those of the shell, which can be others than those of a running host. */
const conditionHelp = `A source is active, disabled, or unusable: a secret or a key of it cannot be read. A secret of env:NAME is looked for in
the environment of this command.`;

/**
 * `dci sources list`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesList(options: DciClientOptions): CliCommand {
  return {
    name: 'sources list',
    summary: 'list the data sources: the registries that this host asks',
    help: conditionHelp,
    run: async (context) => {
      const { directory, clients } = openSources(await context.openState(), options);
      const sources = await Promise.all(
        directory.list().map(async (entry) => ({ entry, condition: await conditionOf(entry, clients) })),
      );
      if (context.json) {
        context.print(writeJson(sources.map(({ entry, condition }) => sourceView(entry, condition))));
        return 0;
      }
      if (sources.length === 0) {
        context.print('There is no data source; add one with: dci sources add');
        return 0;
      }
      context.table(
        ['source', 'name', 'registry', 'dialect', 'address', 'authorization', 'from', 'state'],
        sources.map(({ entry: { settings, origin }, condition: { state, reason } }) => [
          settings.code,
          settings.name ?? '',
          settings.registry,
          settings.dialect ?? 'spdci-1.0',
          settings.baseUrl,
          settings.authorization?.kind ?? 'none',
          origin,
          reason === undefined ? state : `${state}: ${reason}`,
        ]),
      );
      return 0;
    },
  };
}

/**
 * `dci sources show`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesShow(options: DciClientOptions): CliCommand {
  return {
    name: 'sources show',
    summary: 'show the settings of one data source; secrets are shown as references',
    help: conditionHelp,
    arguments: [sourceArgument],
    run: async (context) => {
      const { directory, clients } = openSources(await context.openState(), options);
      const entry = namedSource(context, directory);
      if (entry === undefined) return 1;
      const view = sourceView(entry, await conditionOf(entry, clients));
      context.print(context.json ? writeJson(view) : JSON.stringify(view, null, 2));
      return 0;
    },
  };
}
