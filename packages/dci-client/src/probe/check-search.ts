import type { Dialect } from 'dci-core';
import { createClient } from '../client.ts';
import type { DataSource } from '../data-source.ts';
import type { ClientPorts } from '../exchange/context.ts';
import { type ClientFailure, clientFailure } from '../failure.ts';
import type { SearchResult } from '../search.ts';
import { explainFailure } from './explain-failure.ts';
import { type RecordedExchange, recordingFetch } from './recording-fetch.ts';
import type { ProbeCheck } from './report.ts';
import { searchReasonCodes } from './standard-codes.ts';

/** What came of a search that nobody matches. */
export interface SearchAttempt {
  readonly result?: SearchResult;
  readonly error?: unknown;
  /** The search on the wire; absent: it was not answered. */
  readonly exchange?: RecordedExchange | undefined;
  readonly milliseconds: number;
}

const LONGEST_SECONDS = 30;

/**
 * Searches for an identifier that is made up, so that nobody can have it: random, and plainly synthetic for whoever meets
 * it in a log.
 *
 * @param source - the data source
 * @param ports - what a client needs
 * @param identifierType - type of the identifier
 * @param signal - ends it
 * @returns what came of it
 */
export async function trySearch(
  source: DataSource,
  ports: ClientPorts,
  identifierType: string,
  signal: AbortSignal,
): Promise<SearchAttempt> {
  const { clock, random, crypto } = ports;
  const recorder = recordingFetch(ports.fetch, clock);
  const startedAt = clock.now();
  const ended = (): Pick<SearchAttempt, 'exchange' | 'milliseconds'> => ({
    exchange: recorder.exchanges.findLast(({ method }) => method === 'POST'),
    milliseconds: Math.max(0, clock.now() - startedAt),
  });
  try {
    const timeoutSeconds = Math.min(source.timeoutSeconds ?? LONGEST_SECONDS, LONGEST_SECONDS);
    const client = createClient({
      ...source,
      clock,
      random,
      crypto,
      fetch: recorder.fetch,
      retries: 0,
      timeoutSeconds,
    });
    const result = await client.searchById(identifierType, `DCI-PROBE-${random.uuid()}`, { signal });
    return { result, ...ended() };
  } catch (error) {
    signal.throwIfAborted();
    return { error, ...ended() };
  }
}

/**
 * @param attempt - what came of a search
 * @returns whether it was answered as it must be: verified, and without a record
 */
export function isAnswered({ result }: SearchAttempt): boolean {
  return result !== undefined && result.records.length === 0;
}

/**
 * @param attempt - what came of a search
 * @returns whether the registry refused the credential of the call
 */
export function isUnauthorized({ error }: SearchAttempt): boolean {
  const failure = clientFailure(error);
  if (failure?.kind !== 'refused' || failure.status !== 401) return false;
  return !/^(?:err\.(?:signature|sender)|ERR_(?:INVALID|EXPIRED)_SIGNATURE)/.test(failure.peerCode ?? '');
}

/**
 * @param attempt - what came of the search
 * @returns the check `search`
 */
export function judgeSearch({ result, error, milliseconds }: SearchAttempt): ProbeCheck {
  const name = 'search';
  if (result === undefined) return { name, ...judgeFailure(error) };
  const { records, evidence } = result;
  if (records.length > 0) {
    return {
      name,
      status: 'failed',
      text: `The registry found somebody for an identifier that nobody has; number of records: ${records.length}.`,
      hint: 'It does not understand the query, and answers as if there were none: check dialect.',
    };
  }
  const how = evidence.verified ? 'whose signature was verified' : 'without signature';
  const time = Math.round(milliseconds);
  const text = `A made-up identifier was searched for and not found, with a reply ${how}, in ${time} ms.`;
  return { name, status: 'ok', text };
}

function judgeFailure(error: unknown): Omit<ProbeCheck, 'name'> {
  const failure = clientFailure(error);
  const { text, hint } = explainFailure(error);
  const explained = { text, ...(hint !== undefined && { hint }) };
  if (failure?.kind !== 'rejected') return { status: 'failed', ...explained };
  const code =
    failure.peerCode !== undefined && searchReasonCodes.has(failure.peerCode) ? ` (${failure.peerCode})` : '';
  return { ...explained, status: 'warning', text: `The registry rejects the search for a made-up identifier${code}.` };
}

/** Statuses that tell nothing of the dialect. */
const passing: readonly number[] = [429, 502, 503, 504];

/**
 * Tells whether another dialect may explain what came of a search.
 *
 * @param attempt - what came of it
 * @returns false where the registry was not reached, was busy, or did not take the credential
 */
export function mayBeDialect(attempt: SearchAttempt): boolean {
  if (attempt.result !== undefined) return !isAnswered(attempt);
  const failure = clientFailure(attempt.error);
  if (failure === undefined || isUnauthorized(attempt) || attempt.exchange === undefined) return false;
  return failure.kind === 'refused' ? !passing.includes(failure.status) : kindsOfDialect.includes(failure.kind);
}

const kindsOfDialect: readonly ClientFailure['kind'][] = ['rejected', 'signature', 'protocol'];

/**
 * Searches in other dialects, until one is answered.
 *
 * @param source - the data source, whose own dialect was not answered
 * @param candidates - dialects to try
 * @param search - makes a search
 * @returns the first that was answered
 */
export async function answeredDialect(
  source: DataSource,
  candidates: readonly Dialect[],
  search: (source: DataSource) => Promise<SearchAttempt>,
): Promise<Dialect | undefined> {
  // A scheme that is set was meant for the dialect that is set.
  const { scheme: _, ...rest } = source;
  for (const dialect of candidates) {
    if (dialect.name === source.dialect?.name || !dialect.calls.includes('sync-search')) continue;
    if (isAnswered(await search({ ...rest, dialect }))) return dialect;
  }
  return undefined;
}
