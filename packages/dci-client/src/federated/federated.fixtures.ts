import type { JsonObject } from 'dci-core';
import type { DciClient } from '../dci-client.ts';
import type { CallOptions, SearchCriteria, SearchResult } from '../search.ts';

/** How the client of a test answers a search. */
export type Answering = (criteria: SearchCriteria, options?: CallOptions) => Promise<SearchResult>;

/**
 * A client whose searches are answered by a function; every other call is missing.
 *
 * @param source - code of its data source
 * @param search - answers
 * @returns the client
 */
export function clientOf(source: string, search: Answering): DciClient {
  return { source, registry: 'social', search } as unknown as DciClient;
}

/**
 * @param identifiers - texts such as `UIN:1`
 * @param more - further members
 * @returns a person that carries them
 */
export function personWith(identifiers: readonly string[], more: JsonObject = {}): JsonObject {
  const identifier = identifiers.map((text) => {
    const [identifier_type = '', identifier_value = ''] = text.split(':');
    return { identifier_type, identifier_value };
  });
  return { identifier, ...more };
}

/**
 * @param records - what is found
 * @param more - further members of the result
 * @returns a result
 */
export function resultOf(records: readonly JsonObject[], more: Partial<SearchResult> = {}): SearchResult {
  return {
    status: 'succ',
    referenceId: 'r',
    recordType: 'Person',
    records,
    warnings: [],
    totalCount: records.length,
    evidence: { verified: true, senderId: 'registry', header: {}, message: {} },
    ...more,
  };
}
