import { DciError } from '../errors.ts';
import type { RecordType, RegistryType } from '../registry-type/registry-type.ts';
import { resolveRecordType } from '../registry-type/resolve.ts';
import { type BindingContext, bindFilter } from './bind-filter.ts';
import type { Filter } from './filter.ts';
import { parseQuery, type QueryInput } from './parse-query.ts';
import { isUnusableFilter, unusableFilter } from './query-error.ts';
import type { ParsedQuery } from './unbound-filter.ts';

/** A query as received, and what it is bound to. */
export interface QueryCompilation extends QueryInput, BindingContext {}

/**
 * Compiles a query of any form to the one filter tree (protocol.md section 7): {@link parseQuery} and
 * {@link bindFilter} in one. A record type that the query itself names (`collection`) is not looked at;
 * use {@link chooseRecordType} where the request leaves the record type open.
 *
 * @param compilation - the query, its type and dialect, the record type, the time of the request, and
 *   what the sender may read
 * @returns the bound filter
 * @throws DciError `rjct.filter.invalid`, or `rjct.search_criteria.invalid` when the query type is not
 *   supported or the query's shape is not that of its type
 */
export function compileQuery(compilation: QueryCompilation): Filter {
  return bindFilter(parseQuery(compilation).filter, compilation);
}

/** Where a record type is chosen from. */
export interface RecordTypeChoice {
  readonly parsed: ParsedQuery;
  readonly registryType: RegistryType;
  /**
   * The record types that the sender may search, in the registry type's order; only the one that the
   * request names, where it names one.
   */
  readonly candidates: readonly RecordType[];
  /** Time of the request, milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** As in `AttributeScope`, for each record type. Everything is readable when it is absent. */
  readonly isReadable?: (recordType: RecordType, path: string) => boolean;
}

/** The record type that a query is about, and the query bound to it. */
export interface ChosenRecordType {
  readonly recordType: RecordType;
  readonly filter: Filter;
}

/**
 * Chooses the record type of a query: the first candidate to which the whole query can be bound. Where
 * the query names one itself (`collection: "Group"`), only that one counts, and a name that no candidate
 * has is refused like an unknown attribute.
 *
 * @param choice - the parsed query and the candidates
 * @returns the record type and the bound filter
 * @throws DciError `rjct.filter.invalid`: the first fault other than an attribute that cannot be used, if
 *   there is one, because that is the candidate which knew the attributes
 */
export function chooseRecordType(choice: RecordTypeChoice): ChosenRecordType {
  const { parsed, registryType, candidates, now, isReadable } = choice;
  const { recordTypeHint } = parsed;
  const named = recordTypeHint === undefined ? undefined : resolveRecordType(registryType, recordTypeHint);
  if (recordTypeHint !== undefined && named === undefined) throw unusableFilter();
  let fault: DciError | undefined;
  for (const recordType of candidates) {
    if (named !== undefined && recordType !== named) continue;
    const scope =
      isReadable === undefined
        ? { recordType }
        : { recordType, isReadable: (path: string) => isReadable(recordType, path) };
    try {
      return { recordType, filter: bindFilter(parsed.filter, { ...scope, registryType, now }) };
    } catch (error) {
      if (!(error instanceof DciError) || error.code !== 'rjct.filter.invalid') throw error;
      if (!isUnusableFilter(error)) fault ??= error;
    }
  }
  throw fault ?? unusableFilter();
}
