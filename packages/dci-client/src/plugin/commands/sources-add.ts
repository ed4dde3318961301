import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { checkDataSourceSettings } from '../../settings/check-settings.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import { openSources } from '../sources/open-sources.ts';
import type { SourceEntry } from '../sources/source-directory.ts';
import { sourceArgument, sourceCodeOf } from './source-input.ts';
import { readSettings, sourceOptions } from './source-options.ts';
import { conditionOf, sourceView } from './source-view.ts';

/**
 * `dci sources add`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesAdd(options: DciClientOptions): CliCommand {
  return {
    name: 'sources add',
    summary: 'add a data source: a registry that this host asks; or change one that was added',
    help: `Examples:
  dci sources add crvs_main --registry crvs --url https://crvs.example.org/dci_api/v1 --token env:CRVS_TOKEN
  dci sources add ibr_main --settings ibr.json
  dci sources add crvs_main --replace --settings crvs.json

Secrets are named, never given: env:NAME reads an environment variable of the host, file:PATH a file beside its
configuration. What has no option, such as certificates, stands in the file of --settings: the members of a data source
of the configuration. --replace writes all settings anew. A running host takes the source into use with its next call.
Then: dci sources test CODE`,
    arguments: [sourceArgument],
    options: [...sourceOptions, { flags: '--replace', description: 'change the source if it was added before' }],
    run: async (context) => {
      const code = sourceCodeOf(context);
      const written = await readSettings(context, code);
      const { rules, directory, store, clients } = openSources(await context.openState(), options);
      const settings = checkDataSourceSettings(written, rules);
      const known = directory.find(code);
      if (known?.origin === 'configuration') {
        throw new DciError('err.state.conflict', `the data source ${code} is in the configuration: change it there`);
      }
      if (known !== undefined && context.options.replace !== true) {
        throw new DciError('err.state.conflict', `the data source ${code} is there already; --replace changes it`);
      }
      await store.save(settings);
      const entry: SourceEntry = directory.find(code) ?? {
        ...{ settings, origin: 'state', disabled: false, hidesStored: false },
      };
      const condition = await conditionOf(entry, clients);
      if (context.json) {
        context.print(writeJson(sourceView(entry, condition)));
        return 0;
      }
      const note = condition.state === 'disabled' ? '; it is disabled' : '';
      context.print(`data source ${code} ${known === undefined ? 'added' : 'changed'}${note}`);
      // It is stored all the same: its secrets may be known to the host only, not to this shell.
      if (condition.reason !== undefined) context.warn(`it cannot be used here: ${condition.reason}`);
      return 0;
    },
  };
}
