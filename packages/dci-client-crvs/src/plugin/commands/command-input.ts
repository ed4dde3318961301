import { DciError } from 'dci-core';
import type { CliContext, HostContext } from 'dci-host';
import type { CrvsService } from '../../crvs-service.ts';
import { type CivilIdentifier, parseIdentifier } from '../../identifiers.ts';
import { type OpenedCrvs, openCrvs } from '../open-service.ts';
import type { ResolvedOptions } from '../options.ts';

/** The argument of commands on one person. */
export const identifierArgument = { name: '<type:value>', description: 'identifier, for example UIN:1234567897' };

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
 * Reads an option that has one value.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns the value, or `undefined` when it was not given
 */
export function textOption(context: CliContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Reads an option that can be repeated.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns the values, possibly none
 */
export function listOption(context: CliContext, name: string): readonly string[] {
  const value = context.options[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Reads an option that is a whole number.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @param most - the largest that is accepted
 * @returns the number, or `undefined` when it was not given
 * @throws DciError `err.request.bad` for anything but 1 to `most`
 */
export function countOption(context: CliContext, name: string, most: number): number | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new DciError('err.request.bad', `--${flag} must be a whole number from 1 to ${most}`);
}

/**
 * @param context - the running command
 * @returns the identifier that its argument names
 * @throws DciError `err.request.bad` when it is none
 */
export function identifierOf(context: CliContext): CivilIdentifier {
  return parseIdentifier(context.arguments[0] ?? '');
}

/**
 * @param context - the running command
 * @returns the arguments that were given, also those of one that takes several
 */
export function argumentsOf(context: CliContext): readonly string[] {
  return context.arguments.flat().filter((argument) => argument !== undefined);
}
