import {
  type Clock,
  type CryptoProvider,
  DciError,
  type Fetch,
  type JsonValue,
  type Random,
  signEnvelope,
} from 'dci-core';
import { type DataSource, type ResolvedDataSource, resolveDataSource } from './data-source.ts';
import { withinDeadline } from './deadline.ts';
import { protocolFault, rejected } from './failure.ts';
import { callHttp } from './http.ts';
import { readOutcomes } from './outcome.ts';
import { createPeer, type Peer } from './peer.ts';
import { readReply } from './reply.ts';
import { searchRequest } from './request.ts';
import type { CallOptions, SearchCriteria, SearchOptions, SearchReply, SearchResult } from './search.ts';

/** A data source, and what a client needs of the program around it. */
export interface ClientOptions extends DataSource {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  readonly random: Random;
  /** In a host: its guarded egress. */
  readonly fetch: Fetch;
}

/**
 * Asks one registry. Every request is signed; every reply is verified, addressed to us and matched with its request
 * before anything in it is used. A call that fails throws a `DciError`; `clientFailure` tells the cause.
 */
export interface DciClient {
  /**
   * Searches (protocol.md section 7; OpenAPI v1.0.0, `/registry/sync/search`).
   *
   * @param criteria - query, record type, sort and page
   * @param options - the caller's signal
   * @returns one page of records; no hit is an empty one
   * @throws DciError with a `ClientFailure` as cause; `rejected` when the registry rejects the search
   */
  search(criteria: SearchCriteria, options?: CallOptions): Promise<SearchResult>;
  /**
   * Makes several searches in one envelope.
   *
   * @param criteria - at least one
   * @param options - the caller's signal
   * @returns one outcome each, in order; a rejected item is an outcome here, not an error
   * @throws DciError with a `ClientFailure` as cause, when there is no reply to trust
   */
  searchBatch(criteria: readonly SearchCriteria[], options?: CallOptions): Promise<SearchReply>;
  /**
   * Looks an identifier up.
   *
   * @param identifierType - for example `UIN`
   * @param value - the identifier
   * @param options - record type, page, signal
   * @returns the records that carry it
   * @throws DciError as {@link search}
   */
  searchById(identifierType: string, value: string, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Searches by an expression in any of its forms, for example `{seq: [{attribute, operator, value}]}`.
   *
   * @param expression - the expression
   * @param options - record type, sort, page, signal
   * @returns one page of records
   * @throws DciError as {@link search}
   */
  searchByExpression(expression: JsonValue, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Searches by a predicate: CEL text, or the standard's list of conditions.
   *
   * @param predicate - for example `person.age >= 18 && person.sex == "female"`
   * @param options - record type, sort, page, signal
   * @returns one page of records
   * @throws DciError as {@link search}
   */
  searchByPredicate(predicate: JsonValue, options?: SearchOptions & CallOptions): Promise<SearchResult>;
}

/**
 * Makes a client of one registry. Nothing is sent before the first call.
 *
 * @param options - the data source, time, randomness, cryptography and fetch
 * @returns the client; it may be used for many calls at the same time
 * @throws DciError `err.configuration.invalid` for a setting that cannot be used
 */
export function createClient(options: ClientOptions): DciClient {
  const source = resolveDataSource(options);
  const peer = createPeer(source, options);
  const searchBatch: DciClient['searchBatch'] = async (criteria, { signal } = {}) => {
    if (criteria.length === 0) throw new DciError('err.request.bad', 'There is nothing to search for.');
    return await withinDeadline(source.timeoutSeconds, signal, (within) =>
      exchange(criteria, source, peer, options, within),
    );
  };

  const search: DciClient['search'] = async (criteria, call) => {
    const { outcomes, evidence } = await searchBatch([criteria], call);
    const [outcome] = outcomes;
    if (outcome === undefined) throw protocolFault('other_items');
    if (outcome.status !== 'rjct') return { ...outcome, evidence };
    const { referenceId, code, text } = outcome;
    throw rejected({
      referenceId,
      ...(code !== undefined && { peerCode: code }),
      ...(text !== undefined && { peerMessage: text }),
    });
  };

  const searchAs = (
    queryType: SearchCriteria['queryType'],
    query: JsonValue,
    { signal, ...rest }: SearchOptions & CallOptions = {},
  ): Promise<SearchResult> => search({ ...rest, queryType, query }, signal === undefined ? {} : { signal });

  return {
    search,
    searchBatch,
    searchById: (type, value, rest) => searchAs('idtype-value', { type, value }, rest),
    searchByExpression: (expression, rest) => searchAs('expression', expression, rest),
    searchByPredicate: (predicate, rest) => searchAs('predicate', predicate, rest),
  };
}

async function exchange(
  criteria: readonly SearchCriteria[],
  source: ResolvedDataSource,
  peer: Peer,
  { crypto, clock, random, fetch }: ClientOptions,
  signal: AbortSignal,
): Promise<SearchReply> {
  const { registry, senderId, token, scheme } = source;
  const peerId = await peer.id(signal);
  const request = searchRequest({ criteria, registry, senderId, receiverId: peerId, clock, random });
  const { text } = await signEnvelope({
    header: request.header,
    message: request.message,
    key: await source.signingKey(),
    scheme,
    crypto,
    clock,
  });
  const answer = await callHttp({
    fetch,
    url: `${source.baseUrl}/${registry.slugs[0] ?? registry.name}/registry/sync/search`,
    init: {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: text,
    },
    maxBytes: source.maxReplyBytes,
    signal,
  });
  const { transactionId, referenceIds } = request;
  const reply = await readReply(answer, { source, peer, action: 'on-search', transactionId, crypto, clock, signal });
  const asked = criteria.map((each, index) => ({ criteria: each, referenceId: referenceIds[index] ?? '' }));
  return { outcomes: readOutcomes(reply.response, asked, registry), evidence: reply.evidence };
}
