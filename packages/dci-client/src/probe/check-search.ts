import { type Clock, crvs, DciError, type Dialect, formatTimestamp, type RegistryType } from 'dci-core';
import { createClient } from '../client.ts';
import type { DataSource } from '../data-source.ts';
import type { ClientPorts } from '../exchange/context.ts';
import { type ClientFailure, clientFailure } from '../failure.ts';
import type { SearchOptions, SearchResult } from '../search.ts';
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

/** What is searched for. */
export interface ProbeSearch extends Omit<SearchOptions, 'page' | 'sort'> {
  /** Type of the made-up identifier; absent: as {@link identifierToTry} chooses it. */
  readonly identifierType?: string | undefined;
}

const LONGEST_SECONDS = 30;

/**
 * Searches for an identifier that is made up, so that nobody can have it: random, and plainly synthetic for whoever meets
 * it in a log. What the registry's family cannot do without, such as a consent, is filled in: it concerns nobody.
 *
 * @param source - the data source
 * @param ports - what a client needs
 * @param wanted - type of the identifier, and what else a search is given
 * @param known - dialects that the registry may speak
 * @param signal - ends it
 * @returns what came of it
 */
export async function trySearch(
  source: DataSource,
  ports: ClientPorts,
  { identifierType: wantedType, ...wanted }: ProbeSearch,
  known: readonly Dialect[],
  signal: AbortSignal,
): Promise<SearchAttempt> {
  const { clock, random, crypto } = ports;
  const identifierType = wantedType ?? identifierToTry(source, known);
  const recorder = recordingFetch(ports.fetch, clock);
  const startedAt = clock.now();
  const ended = (): Pick<SearchAttempt, 'exchange' | 'milliseconds'> => ({
    exchange: recorder.exchanges.findLast(({ method }) => method === 'POST'),
    milliseconds: Math.max(0, clock.now() - startedAt),
  });
  let options: SearchOptions = wanted;
  /** What the registry itself said first, when it was asked once more. */
  let refused: SearchAttempt | undefined;
  for (;;) {
    try {
      const timeoutSeconds = Math.min(source.timeoutSeconds ?? LONGEST_SECONDS, LONGEST_SECONDS);
      const client = createClient({
        ...{ ...source, clock, random, crypto, fetch: recorder.fetch },
        ...{ retries: 0, timeoutSeconds },
      });
      const result = await client.searchById(identifierType, `DCI-PROBE-${random.uuid()}`, { ...options, signal });
      return { result, ...ended() };
    } catch (error) {
      signal.throwIfAborted();
      const attempt = { error, ...ended() };
      const filled = filledIn(options, error, source, clock);
      if (filled === undefined) return refused ?? attempt;
      if (attempt.exchange !== undefined) refused ??= attempt;
      options = filled;
    }
  }
}

/**
 * Chooses what an identifier is made up of: `BRN` of a civil registry, else the first of the registry type. Where the dialect
 * says what its family looks up, the type that the fewest others have: it tells the generations of a family apart.
 */
function identifierToTry({ registry, dialect }: DataSource, known: readonly Dialect[]): string {
  const { name, identifierTypes } = registry;
  const usual = name === crvs.name ? 'BRN' : (identifierTypes[0]?.code ?? 'UIN');
  const shared = (type: string): number => known.filter((each) => each.identifierTypes?.includes(type)).length;
  const [telling = usual] = (dialect?.identifierTypes ?? []).toSorted((one, other) => shared(one) - shared(other));
  return telling;
}

/** The search with one more member, where it was not written or not understood without; else `undefined`. */
function filledIn(
  options: SearchOptions,
  error: unknown,
  { registry }: DataSource,
  clock: Clock,
): SearchOptions | undefined {
  const agreed = { ts: formatTimestamp(clock.now()), purpose: { text: 'Test of a connection', code: 'test' } };
  const [event] = registry.eventTypes;
  const [recordType] = registry.recordTypes;
  const fillers: Readonly<Record<string, SearchOptions>> = {
    consent: { consent: agreed },
    authorize: { authorize: agreed },
    locale: { locale: 'eng' },
    ...(event !== undefined && { eventType: { eventType: event.code } }),
    ...(recordType !== undefined && { reg_record_type: { recordType: recordType.name } }),
  };
  const filler = fillers[missingMember(error, registry) ?? ''];
  const isNew = filler !== undefined && Object.keys(filler).every((member) => !(member in options));
  return isNew ? { ...options, ...filler } : undefined;
}

/** OpenCRVS keeps a register for each kind of event, and does not understand a search that names none. */
function missingMember(error: unknown, { name }: RegistryType): string | undefined {
  const failure = clientFailure(error);
  if (failure?.kind === 'refused' && failure.status === 400 && name === crvs.name) return 'eventType';
  return failure === undefined && error instanceof DciError ? error.path : undefined;
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
  // A dialect that has no form for the search.
  if (failure === undefined) return attempt.error instanceof DciError && attempt.error.code.startsWith('rjct.');
  if (isUnauthorized(attempt) || attempt.exchange === undefined) return false;
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
