import { DciError } from 'dci-core';
import type { CliContext } from './command.ts';

/**
 * Reads an option that is a text.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns its value, or `undefined` when it was not given
 */
export function textOption(context: CliContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Reads an option that is a whole number.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @param bounds - the least and the greatest value
 * @returns its value, or `undefined` when it was not given
 * @throws DciError err.request.bad for anything else
 */
export function integerOption(
  context: CliContext,
  name: string,
  bounds: { readonly least: number; readonly most: number },
): number | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= bounds.least && value <= bounds.most) return value;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new DciError('err.request.bad', `--${flag} must be an integer from ${bounds.least} to ${bounds.most}`);
}
