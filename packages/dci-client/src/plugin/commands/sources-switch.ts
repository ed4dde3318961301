import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DciClientOptions } from '../client-plugin.ts';
import { openSources } from '../sources/open-sources.ts';
import { namedSource, sourceArgument } from './source-input.ts';
import { conditionOf, sourceView } from './source-view.ts';

/**
 * `dci sources disable` and `dci sources enable`.
 *
 * @param options - of the plug-in
 * @param disabled - which of the two
 * @returns the command
 */
export function sourcesSwitch(options: DciClientOptions, disabled: boolean): CliCommand {
  const [verb, done] = disabled ? ['disable', 'disabled'] : ['enable', 'enabled'];
  return {
    name: `sources ${verb}`,
    summary: disabled
      ? 'ask a data source no more, and refuse its callbacks, also one of the configuration'
      : 'ask a disabled data source again',
    help: disabled
      ? 'Its subscriptions are not ended: the registry goes on to notify, and is refused.'
      : 'Keys, certificates and callback tokens are read anew from where the settings say that they lie.',
    arguments: [sourceArgument],
    run: async (context) => {
      const { directory, store, clients } = openSources(await context.openState(), options);
      const entry = namedSource(context, directory);
      if (entry === undefined) return 1;
      const { code } = entry.settings;
      if (!disabled && entry.settings.disabled === true) {
        throw new DciError('err.state.conflict', `the settings of ${code} say that it is disabled: change them`);
      }
      await store.setDisabled(code, disabled);
      const changed = { ...entry, disabled };
      const condition = await conditionOf(changed, clients);
      if (context.json) {
        context.print(writeJson(sourceView(changed, condition)));
        return 0;
      }
      context.print(`data source ${code} ${done}`);
      if (condition.reason !== undefined) context.warn(`it cannot be used here: ${condition.reason}`);
      return 0;
    },
  };
}
