import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DciClientOptions } from '../client-plugin.ts';
import { openSources } from '../sources/open-sources.ts';
import { missing, sourceArgument, sourceCodeOf, sourceView } from './sources-change.ts';

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
    run: async (context) => {
      const { directory } = openSources(await context.openState(), options);
      const entries = directory.list();
      if (context.json) {
        context.print(writeJson(entries.map(sourceView)));
        return 0;
      }
      if (entries.length === 0) {
        context.print('There is no data source; add one with: dci sources add');
        return 0;
      }
      context.table(
        ['source', 'name', 'registry', 'dialect', 'address', 'authorization', 'from', 'state'],
        entries.map(({ settings, origin, disabled }) => [
          settings.code,
          settings.name ?? '',
          settings.registry,
          settings.dialect ?? 'spdci-1.0',
          settings.baseUrl,
          settings.authorization?.kind ?? 'none',
          origin,
          disabled ? 'disabled' : 'active',
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
    arguments: [sourceArgument],
    run: async (context) => {
      const code = sourceCodeOf(context);
      const entry = openSources(await context.openState(), options).directory.find(code);
      if (entry === undefined) return missing(context, code);
      context.print(context.json ? writeJson(sourceView(entry)) : JSON.stringify(sourceView(entry), null, 2));
      return 0;
    },
  };
}
