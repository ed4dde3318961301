import { textOption } from 'dci-client/service';
import type { CliContext, HostContext } from 'dci-host';
import type { CrvsService } from '../../crvs-service.ts';
import { type OpenedCrvs, openCrvs } from '../open-service.ts';
import type { ResolvedOptions } from '../options.ts';

/** The option that names the data source. */
export const sourceOption = (sources: readonly string[]) => ({
  flags: '--source <code>',
  description: 'data source',
  choices: sources,
  ...(sources[0] !== undefined && { default: sources[0] }),
});

/**
 * Opens the parts of the plug-in beside a host that may be running.
 *
 * @param context - the running command
 * @param options - of the plug-in
 * @returns the state, log, processor and services
 */
export async function openBeside(
  context: CliContext,
  options: ResolvedOptions,
): Promise<OpenedCrvs & { readonly state: HostContext }> {
  const state = await context.openState();
  return { state, ...openCrvs(options, state, (code) => options.client.clientFor(state, code)) };
}

/**
 * @param context - the running command
 * @param options - of the plug-in
 * @returns the service of the source that `--source` names
 */
export async function serviceOf(context: CliContext, options: ResolvedOptions): Promise<CrvsService> {
  const source = textOption(context, 'source') ?? options.sources[0] ?? '';
  return await (await openBeside(context, options)).service(source);
}
