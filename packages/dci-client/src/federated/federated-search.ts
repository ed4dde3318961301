import { type Clock, crvs, DciError, dr, fr, ibr, type RegistryType, social } from 'dci-core';
import { requireAnswer } from '../calls/require-answer.ts';
import type { DciClient } from '../dci-client.ts';
import { withinDeadline } from '../deadline.ts';
import { type ClientFailure, clientFailure } from '../failure.ts';
import type { CallOptions, PageOptions, ReplyEvidence, SearchCriteria, SearchResult } from '../search.ts';
import type { FederatedRecord } from './federated-record.ts';
import { groupRecords, type RecordGroup } from './group-records.ts';

/** Registries that are asked as one. */
export interface FederationOptions {
  /** One client for each registry; their sources have different codes. */
  readonly clients: readonly DciClient[];
  readonly clock: Clock;
  /** Time that one registry has for its answer, in seconds; absent: 10. */
  readonly timeoutSeconds?: number;
  /** Registry types beside the five of the standard, by which identifiers in records are found. */
  readonly registryTypes?: readonly RegistryType[];
}

/** What one federated search can be given. */
export interface FederatedSearchOptions extends CallOptions {
  /** Asks only these sources; absent: all. */
  readonly sources?: readonly string[];
  /** Asks each source for the page that its outcome named; sources without one are not asked. `next` of a result fits. */
  readonly pages?: Readonly<Record<string, PageOptions>>;
}

/** What one source did with the search. */
export type FederatedOutcome =
  | {
      readonly source: string;
      readonly status: 'answered';
      /** Records in this result. */
      readonly count: number;
      /** All that match there; absent when the registry does not tell. */
      readonly totalCount?: number;
      readonly elapsedMs: number;
      readonly evidence: ReplyEvidence;
    }
  | {
      readonly source: string;
      /** It rejected the search, failed, or did not answer in time. Nothing is known of its records. */
      readonly status: 'failed';
      readonly elapsedMs: number;
      /** Typed; its text holds no words of the peer. */
      readonly error: DciError;
      readonly failure?: ClientFailure;
    };

/** The answers of all sources. */
export interface FederatedResult {
  /** In the order of the sources, then of each answer. */
  readonly records: readonly FederatedRecord[];
  /** The same records, those that share an identifier together. */
  readonly groups: readonly RecordGroup[];
  /** One for each source that was asked, in the order of the clients. */
  readonly outcomes: readonly FederatedOutcome[];
  /** True when every source that was asked has answered. Without it, no record does not mean that there is none. */
  readonly complete: boolean;
  /** Pages to ask for next, by source; absent when no source has more. */
  readonly next?: Readonly<Record<string, PageOptions>>;
}

/** Several registries that are asked as one. */
export interface Federation {
  /**
   * Asks all registries at the same time and gives what came within the time: a registry that fails takes nothing from
   * the others (protocol.md section 7 for the query).
   *
   * @param criteria - one query for all; each dialect gives it its form
   * @param options - sources, pages, signal
   * @returns records with their provenance, groups of duplicates, and what each source did
   * @throws DciError `err.request.bad` for a source that is not there; the reason of the caller's signal
   */
  search(criteria: SearchCriteria, options?: FederatedSearchOptions): Promise<FederatedResult>;
  /**
   * Looks an identifier up in all registries.
   *
   * @param identifierType - for example `UIN`
   * @param value - the identifier
   * @param options - as {@link search}
   * @returns as {@link search}
   */
  searchById(identifierType: string, value: string, options?: FederatedSearchOptions): Promise<FederatedResult>;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const standardTypes: readonly RegistryType[] = [social, crvs, ibr, dr, fr];

/**
 * Makes several registries, for example those of the provinces, answer as one.
 *
 * @param options - clients, time and clock
 * @returns the federation
 * @throws DciError `err.configuration.invalid` without clients, for two clients of one source, or a time that is not
 *   positive
 */
export function createFederation(options: FederationOptions): Federation {
  const { clients, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
  const codes = clients.map(({ source }) => source);
  if (codes.length === 0) throw invalid('a federation needs at least one client', 'clients');
  if (new Set(codes).size !== codes.length) throw invalid('two clients of a federation ask the same source', 'clients');
  if (!(timeoutSeconds > 0)) throw invalid('timeoutSeconds must be more than 0', 'timeoutSeconds');
  const registryTypes = [...(options.registryTypes ?? []), ...standardTypes];

  const search: Federation['search'] = async (criteria, { signal, sources, pages } = {}) => {
    signal?.throwIfAborted();
    for (const code of [...(sources ?? []), ...Object.keys(pages ?? {})]) {
      if (!codes.includes(code)) throw new DciError('err.request.bad', 'No such data source is in the federation.');
    }
    const asked = clients.filter(
      ({ source }) => (sources?.includes(source) ?? true) && (pages === undefined || Object.hasOwn(pages, source)),
    );
    const answers = await Promise.all(
      asked.map((client) => {
        const page = pages?.[client.source];
        return ask(client, page === undefined ? criteria : { ...criteria, page }, options, timeoutSeconds, signal);
      }),
    );
    // A caller who gave up wants no partial result.
    signal?.throwIfAborted();
    return joinAnswers(answers, registryTypes);
  };

  return {
    search,
    searchById: (type, value, rest) => search({ queryType: 'idtype-value', query: { type, value } }, rest),
  };
}

interface Answer {
  readonly client: DciClient;
  readonly outcome: FederatedOutcome;
  readonly result?: SearchResult;
}

async function ask(
  client: DciClient,
  criteria: SearchCriteria,
  { clock }: FederationOptions,
  timeoutSeconds: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { source } = client;
  const startedAt = clock.now();
  try {
    const result = await withinDeadline(timeoutSeconds, signal, (within) =>
      client.search(criteria, { signal: within }),
    );
    requireAnswer(result);
    const { records, totalCount, evidence } = result;
    const elapsedMs = clock.now() - startedAt;
    const facts = { source, status: 'answered', count: records.length, elapsedMs, evidence } as const;
    return { client, result, outcome: { ...facts, ...(totalCount !== undefined && { totalCount }) } };
  } catch (caught) {
    const error = caught instanceof DciError ? caught : unexpected(caught);
    const failure = clientFailure(error);
    const elapsedMs = clock.now() - startedAt;
    return {
      client,
      outcome: { source, status: 'failed', elapsedMs, error, ...(failure !== undefined && { failure }) },
    };
  }
}

function joinAnswers(answers: readonly Answer[], registryTypes: readonly RegistryType[]): FederatedResult {
  const records = answers.flatMap(({ client, result }): FederatedRecord[] => {
    if (result === undefined) return [];
    const { recordType, evidence } = result;
    return result.records.map((record) => ({ record, recordType, source: client.source, evidence }));
  });
  const next: Record<string, PageOptions> = {};
  for (const { client, result } of answers) if (result?.next !== undefined) next[client.source] = result.next;
  const typeOf = new Map(
    answers.map(({ client }) => [client.source, registryTypes.find(({ name }) => name === client.registry)]),
  );
  return {
    records,
    groups: groupRecords(records, ({ source }) => typeOf.get(source)),
    outcomes: answers.map(({ outcome }) => outcome),
    complete: answers.every(({ outcome }) => outcome.status === 'answered'),
    ...(Object.keys(next).length > 0 && { next }),
  };
}

function unexpected(cause: unknown): DciError {
  return new DciError('err.internal', 'The search failed in this program.', { cause });
}

function invalid(message: string, path: string): DciError {
  return new DciError('err.configuration.invalid', message, { path });
}
