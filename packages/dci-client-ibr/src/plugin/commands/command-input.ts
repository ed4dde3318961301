import type { DciClient } from 'dci-client';
import { badOption, textOption } from 'dci-client/service';
import { parseTimestamp } from 'dci-core';
import type { CliContext } from 'dci-host';
import { type IbrOptions, type OpenedService, openService } from '../open-service.ts';

/**
 * Opens the service beside a host that may be running.
 *
 * @param context - the running command
 * @param options - of the plug-in
 * @returns service and log of the configured host
 */
export async function openBeside(context: CliContext, options: IbrOptions): Promise<OpenedService> {
  const state = await context.openState();
  // One client for all calls of the command, so that the registry's keys are fetched once.
  const clients = new Map<string, Promise<DciClient>>();
  return openService(options, state, (code) => {
    const client = clients.get(code) ?? options.client.clientFor(state, code);
    clients.set(code, client);
    return client;
  });
}

/**
 * Reads an option that is a number of seconds.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns the number, or `undefined` when it was not given
 * @throws DciError `err.request.bad` for anything but a number above 0 and up to 3600
 */
export function secondsOption(context: CliContext, name: string): number | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw badOption(name, 'must be a number of seconds, more than 0 and up to 3600');
}

/**
 * Reads an option that names a time.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns Unix milliseconds, or `undefined` when it was not given
 * @throws DciError `err.request.bad` for anything but a date or an RFC 3339 time
 */
export function timeOption(context: CliContext, name: string): number | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const time = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time === undefined) throw badOption(name, 'must be a date, or a time such as 2026-04-22T10:30:00Z');
  return time;
}

/**
 * Reads an option that must be one of some words.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @param words - the words
 * @returns the word, or `undefined` when the option was not given
 * @throws DciError `err.request.bad` for any other
 */
export function wordOption<const Word extends string>(
  context: CliContext,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const word = words.find((one) => one === text);
  if (word === undefined) throw badOption(name, `must be one of ${words.join(', ')}`);
  return word;
}
