import { DciError, type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, CliContext } from 'dci-host';
import { checkDataSourceSettings } from '../../settings/check-settings.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import { type OpenedSources, openSources } from '../sources/open-sources.ts';
import type { SourceEntry } from '../sources/source-directory.ts';
import { readSettings, sourceOptions } from './source-options.ts';

/** The argument that names a data source. */
export const sourceArgument = { name: '<code>', description: 'the data source, for example crvs_main' };

/**
 * @param context - the running command
 * @returns the code of the source that it is about
 */
export function sourceCodeOf(context: CliContext): string {
  const [code] = context.arguments;
  if (code === undefined) throw new DciError('err.request.bad', 'name the data source');
  return code;
}

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
configuration. A running host takes the source into use with its next call. Then: dci sources test CODE`,
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
      if (context.json) context.print(writeJson(sourceView({ settings, origin: 'state', disabled: false })));
      else context.print(`data source ${code} ${known === undefined ? 'added' : 'changed'}`);
      // It is stored all the same: its secrets may be known to the host only, not to this shell.
      await clients.make(settings).catch((error: unknown) => {
        context.warn(error instanceof DciError ? `it cannot be used here: ${error.message}` : 'it cannot be used here');
      });
      return 0;
    },
  };
}

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
    arguments: [sourceArgument],
    run: async (context) => {
      const code = sourceCodeOf(context);
      const { directory, store } = openSources(await context.openState(), options);
      const entry = directory.find(code);
      if (entry === undefined) return missing(context, code);
      if (!disabled && entry.settings.disabled === true) {
        throw new DciError('err.state.conflict', `the settings of ${code} say that it is disabled: change them`);
      }
      await store.setDisabled(code, disabled);
      if (context.json) context.print(writeJson(sourceView({ ...entry, disabled })));
      else context.print(`data source ${code} ${done}`);
      return 0;
    },
  };
}

/**
 * `dci sources remove`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesRemove(options: DciClientOptions): CliCommand {
  return {
    name: 'sources remove',
    summary: 'remove a data source that was added; its subscriptions at the registry are not ended',
    arguments: [sourceArgument],
    run: async (context) => {
      const code = sourceCodeOf(context);
      const { directory, store }: OpenedSources = openSources(await context.openState(), options);
      const entry = directory.find(code);
      if (entry === undefined) return missing(context, code);
      if (entry.origin === 'configuration') {
        throw new DciError('err.state.conflict', `the data source ${code} is in the configuration: remove it there`);
      }
      await store.remove(code);
      if (context.json) context.print(writeJson({ removed: code }));
      else context.print(`data source ${code} removed`);
      return 0;
    },
  };
}

/**
 * @param context - the running command
 * @param code - that no source has
 * @returns the exit code of a negative answer
 */
export function missing(context: CliContext, code: string): 1 {
  context.warn(`there is no data source ${code}`);
  return 1;
}

/**
 * @param entry - a data source
 * @returns it for `--json`: settings as they are, because they name secrets and hold none
 */
export function sourceView({ settings, origin, disabled }: SourceEntry): JsonObject {
  return { ...(JSON.parse(JSON.stringify(settings)) as JsonObject), origin, disabled };
}
