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
 * @returns its values
 */
export function listOption(context: CliContext, name: string): readonly string[] {
  const value = context.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * @param context - the running command
 * @param name - camel-cased name of an option that is a whole number from 1
 * @returns its value, or `undefined` when it was not given
 * @throws DciError `err.request.bad` for anything else
 */
export function countOption(context: CliContext, name: string): number | undefined {
  const value = textOption(context, name);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw badOption(name, 'must be a whole number, at least 1');
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
