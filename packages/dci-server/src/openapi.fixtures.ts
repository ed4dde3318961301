import { hasStandardFiles, type StandardFile, specDirectory, standardFile } from './standard/standard-file.fixtures.ts';

export { specDirectory };

/** Why replies cannot be checked against the standard's files on this machine; `undefined` when they can. */
export const cannotCheck: string | undefined = hasStandardFiles ? undefined : "the standard's files are not here";

const files = new Map<string, StandardFile>();

/**
 * Checks replies to synchronous searches against the standard's file of a registry.
 *
 * @param registry - `social`, `crvs`, `ibr`, `dr` or `fr`
 * @param replies - status and body of each
 * @returns the faults; none when all are valid
 */
export function faultsOf(
  registry: string,
  replies: readonly { readonly status: number; readonly text: string }[],
): readonly string[] {
  const file = files.get(registry) ?? standardFile(registry);
  files.set(registry, file);
  return replies.flatMap(({ status, text }) => file.replyFaults('/registry/sync/search', status, JSON.parse(text)));
}
