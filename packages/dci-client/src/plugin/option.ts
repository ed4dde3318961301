import { DciError } from 'dci-core';
import type { CliContext } from 'dci-host';

/**
 * @param context - the running command
 * @param name - camel-cased name of an option that is a text
 * @returns its value, or `undefined` when it was not given
 */
export function textOption(context: CliContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * @param context - the running command
 * @param name - camel-cased name of an option that can be repeated
 * @returns its values, possibly none
 */
export function listOption(context: CliContext, name: string): readonly string[] {
  const value = context.options[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * @param context - the running command
 * @param name - camel-cased name of an option that is a whole number
 * @param bounds - the least and the greatest value; absent: 1, and any that has nine digits
 * @returns its value, or `undefined` when it was not given
 * @throws DciError `err.request.bad` for anything else
 */
export function countOption(
  context: CliContext,
  name: string,
  { least = 1, most }: { readonly least?: number; readonly most?: number } = {},
): number | undefined {
  const value = textOption(context, name);
  if (value === undefined) return undefined;
  const count = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  if (count >= least && count <= (most ?? count)) return count;
  throw badOption(name, `must be a whole number, ${most === undefined ? `at least ${least}` : `${least} to ${most}`}`);
}

/**
 * @param context - the running command
 * @returns its arguments that were given, also those of one that takes several
 */
export function argumentsOf(context: CliContext): readonly string[] {
  return context.arguments.flat().filter((argument) => argument !== undefined);
}

/**
 * @param name - camel-cased name of an option
 * @param fault - what is wrong with it
 * @returns the error to throw
 */
export function badOption(name: string, fault: string): DciError {
  return new DciError('err.request.bad', `${optionName(name)} ${fault}`);
}

/**
 * @param name - camel-cased name of an option
 * @returns how it is written on a command line
 */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
