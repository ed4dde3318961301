import type { Dialect } from 'dci-core';
import type { DataSource, ResolvedDataSource } from '../data-source.ts';
import { type ObservedSearch, requestOf } from './check-reply.ts';
import { answeredDialect, isAnswered, mayBeDialect, type SearchAttempt } from './check-search.ts';
import { betterDialect } from './dialect-fit.ts';
import type { ProbeCheck } from './report.ts';

/** What dialects are judged with. */
export interface DialectCheckOptions {
  /** Dialects that the registry may speak. */
  readonly dialects: readonly Dialect[];
  /** Whether others may be tried on the registry. */
  readonly tryDialects: boolean;
  /** Makes a search. */
  readonly search: (source: DataSource) => Promise<SearchAttempt>;
  /** The data source as it was given. */
  readonly source: DataSource;
}

/**
 * Finds out whether another dialect fits the registry better: by its reply, and where its own was not answered as it must be,
 * by searching in the others.
 *
 * @param observed - search and reply
 * @param resolved - the data source
 * @param options - dialects, and how to search
 * @returns the check `dialect`
 */
export async function checkDialect(
  observed: ObservedSearch,
  resolved: ResolvedDataSource,
  { dialects, tryDialects, search, source }: DialectCheckOptions,
): Promise<ProbeCheck> {
  const name = 'dialect';
  const { attempt, body, peerId } = observed;
  const own = resolved.dialect.name;
  const isTried = tryDialects && mayBeDialect(attempt);
  const answered = isTried
    ? await answeredDialect({ ...source, dialect: resolved.dialect }, dialects, search)
    : undefined;
  if (answered !== undefined) {
    const text = `A search in the dialect ${answered.name} is answered, in ${own} it is not.`;
    return { name, status: 'warning', text, hint: `Set dialect to ${answered.name}.` };
  }
  const message = attempt.result?.evidence.message;
  const { transactionId, referenceIds } = requestOf(attempt);
  const fitting =
    body === undefined
      ? undefined
      : betterDialect({ body, message, peerId, transactionId, referenceIds }, resolved, dialects);
  if (fitting !== undefined) {
    const text = `The dialect ${fitting.name} fits the reply better than ${own}.`;
    return { name, status: 'warning', text, hint: `Set dialect to ${fitting.name}, and probe again.` };
  }
  if (isAnswered(attempt)) return { name, status: 'ok', text: `The dialect ${own} fits.` };
  const others = isTried ? 'No other dialect is answered either.' : 'The search tells nothing of the dialect.';
  return { name, status: 'skipped', text: others };
}
