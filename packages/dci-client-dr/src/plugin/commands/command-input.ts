import { parseIdentifier } from 'dci-client';
import { identifierArguments, listOption, textOption } from 'dci-client/service';
import { DciError } from 'dci-core';
import type { CliContext, CliOption } from 'dci-host';
import type { DisabilityCache } from '../../cache/disability-cache.ts';
import type { RegistrantIdentifier } from '../../registrant.ts';
import { type OpenedDr, openDr } from '../open-dr.ts';
import type { DrOptions } from '../options.ts';

/** Chooses the registry. */
export const sourceOption: CliOption = {
  flags: '--source <code>',
  description: 'data source of the disability registry; default: the first of the configuration',
};

/** Further identifiers of the same registrant. */
export const alsoOption: CliOption = {
  flags: '--also <type:value>',
  description: 'another identifier of the same registrant; may be repeated',
  repeatable: true,
};

/** Limits the age of known answers. */
export const maxAgeOption: CliOption = {
  flags: '--max-age <seconds>',
  description: 'use an answer that is known and not older; 0 asks always; default: as configured',
};

/**
 * Opens what a command works with.
 *
 * @param context - the running command
 * @param options - of the plug-in
 * @returns services and cache
 */
export async function openForCommand(context: CliContext, options: DrOptions): Promise<OpenedDr> {
  const state = await context.openState();
  return openDr(state, options, (source) => options.client.clientFor(state, source));
}

/**
 * @param opened - services and cache
 * @returns the cache
 * @throws DciError `err.configuration.invalid` where there is none
 */
export function cacheOf({ cache }: OpenedDr): DisabilityCache {
  if (cache !== undefined) return cache;
  throw new DciError('err.configuration.invalid', 'nothing is kept: the cache is switched off in the configuration');
}

/**
 * @param context - the running command
 * @param opened - services and cache
 * @returns the code of the data source that `--source` names; else the first
 * @throws DciError `err.request.bad` for one that is not of the plug-in
 */
export function sourceOf(context: CliContext, { sources }: Pick<OpenedDr, 'sources'>): string {
  return namedSource(context, { sources }) ?? sources[0] ?? '';
}

/**
 * @param context - the running command
 * @param opened - services and cache
 * @returns the code of the data source that `--source` names; `undefined` when it was not given
 * @throws DciError `err.request.bad` for one that is not of the plug-in
 */
export function namedSource(context: CliContext, { sources }: Pick<OpenedDr, 'sources'>): string | undefined {
  const source = textOption(context, 'source');
  if (source === undefined || sources.includes(source)) return source;
  throw new DciError('err.request.bad', `--source must be one of ${sources.join(', ')}`);
}

/**
 * @param context - the running command
 * @returns the identifiers of its argument and of `--also`
 * @throws DciError `err.request.bad` for one that is not written as type:value
 */
export function identifiersOf(context: CliContext): readonly RegistrantIdentifier[] {
  return [...identifierArguments(context), ...listOption(context, 'also').map(parseIdentifier)];
}
