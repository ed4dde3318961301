import { identifierArgument, identifierArguments, textOption } from 'dci-client/service';
import type { CliCommand, CliContext, ExitCode, HostContext } from 'dci-host';
import type { CrvsService } from '../../crvs-service.ts';
import type { CivilIdentifier } from '../../identifiers.ts';
import { type OpenedCrvs, openCrvs } from '../open-service.ts';
import type { ResolvedOptions } from '../options.ts';
import { withFailures } from './print-failure.ts';

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

/**
 * Makes what is the same in commands that ask about one person: the argument, `--source`, and telling why a call failed.
 *
 * @param options - of the plug-in
 * @param ask - asks and prints
 * @returns arguments, options and run of the command
 */
export function aboutPerson(
  options: ResolvedOptions,
  ask: (service: CrvsService, identifier: CivilIdentifier, context: CliContext) => Promise<ExitCode>,
): Pick<CliCommand, 'arguments' | 'options' | 'run'> {
  return {
    arguments: [identifierArgument],
    options: [sourceOption(options.sources)],
    run: (context) =>
      withFailures(context, async () => {
        const [identifier] = identifierArguments(context);
        return await ask(await serviceOf(context, options), identifier, context);
      }),
  };
}
