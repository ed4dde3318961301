import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AttributeValue,
  compareForSort,
  DciError,
  evaluateFilter,
  type Filter,
  identifiersOf,
  type JsonObject,
  type RecordType,
  type RegistryType,
  type SortKey,
  sortValuesOf,
} from 'dci-core';
import type { PagePosition, RegistryAdapter } from './adapter.ts';
import { cursorMismatch, manyValuedSort, throwIfAborted, unknownRecordType } from './search-error.ts';

/** Options of {@link memoryAdapter}. */
export interface MemoryAdapterOptions {
  readonly registryType: RegistryType;
  /** Record type name → its records in the registry's spelling. A record type that is not named has none. */
  readonly records: Readonly<Record<string, readonly JsonObject[]>>;
}

interface KeptRecord {
  /** Insertion number, from 1. */
  readonly key: number;
  readonly record: JsonObject;
}

interface KeptRecords {
  readonly type: RecordType;
  readonly records: readonly KeptRecord[];
}

interface Match extends KeptRecord {
  readonly values: readonly (AttributeValue | null)[];
}

/** Records that are looked at before other work gets its turn. */
const recordsPerTurn = 1000;

/**
 * An adapter over records in memory, for tests and small registers (extension point 3 of architecture.md).
 * It looks at every record with dci-core's own evaluator, so it is also the reference for other adapters.
 *
 * @param options - registry type and records; the lists are copied, the records are not
 * @returns the adapter
 * @throws DciError `err.configuration.invalid` when records are given for a type that the registry lacks
 *
 * @example
 * const adapter = memoryAdapter({ registryType: social, records: { Person: persons, Group: groups } });
 */
export function memoryAdapter({ registryType, records }: MemoryAdapterOptions): RegistryAdapter {
  const kept = new Map<string, KeptRecords>();
  for (const type of registryType.recordTypes) {
    const list = Object.hasOwn(records, type.name) ? (records[type.name] ?? []) : [];
    kept.set(type.name, { type, records: list.map((record, index) => ({ key: index + 1, record })) });
  }
  for (const name of Object.keys(records)) {
    if (!kept.has(name)) {
      throw new DciError('err.configuration.invalid', 'The registry type has no such record type.', { path: name });
    }
  }

  function recordsOf(recordType: string): KeptRecords {
    const found = kept.get(recordType);
    if (found === undefined) throw unknownRecordType();
    return found;
  }

  async function matches(
    { type, records: candidates }: KeptRecords,
    filter: Filter,
    signal: AbortSignal | undefined,
  ): Promise<readonly KeptRecord[]> {
    const found: KeptRecord[] = [];
    for (const [index, candidate] of candidates.entries()) {
      if (index % recordsPerTurn === 0) {
        if (index > 0) await nextTurn();
        throwIfAborted(signal);
      }
      if (evaluateFilter(filter, candidate.record, type, registryType)) found.push(candidate);
    }
    return found;
  }

  return {
    recordTypes: [...kept.keys()],

    async search({ recordType, filter, sort, page, signal }) {
      throwIfAborted(signal);
      const searched = recordsOf(recordType);
      requireSingleValues(sort, searched.type);
      const found: Match[] = [];
      for (const match of await matches(searched, filter, signal)) {
        found.push({ ...match, values: sortValuesOf(match.record, sort, searched.type) });
      }
      found.sort((left, right) => compareForSort(left.values, right.values, sort) || left.key - right.key);
      const start = 'after' in page ? startAfter(found, page.after, sort) : (page.number - 1) * page.size;
      const part = found.slice(start, start + page.size);
      const last = part.at(-1);
      const result = { records: part.map(({ record }) => record), totalCount: found.length };
      if (last === undefined || start + page.size >= found.length) return result;
      return { ...result, next: { values: last.values, key: last.key } };
    },

    async count({ recordType, filter, signal }) {
      throwIfAborted(signal);
      return (await matches(recordsOf(recordType), filter, signal)).length;
    },

    async get(recordType, { identifierType, value }) {
      const { type, records: candidates } = recordsOf(recordType);
      for (const path of type.identifierPaths) {
        for (const { record } of candidates) {
          const carried = identifiersOf(record, path, registryType);
          if (carried.some((one) => one.identifierType === identifierType && one.value === value)) return record;
        }
      }
      return undefined;
    },
  };
}

function requireSingleValues(sort: readonly SortKey[], { attributes }: RecordType): void {
  for (const { attribute } of sort) {
    if (Object.hasOwn(attributes, attribute) && attributes[attribute]?.many === true) throw manyValuedSort();
  }
}

/** Found by comparing, not by looking the key up: the record may be gone by now. */
function startAfter(found: readonly Match[], after: PagePosition, sort: readonly SortKey[]): number {
  const key = Number(after.key);
  if (after.values.length !== sort.length || !Number.isSafeInteger(key)) throw cursorMismatch();
  const start = found.findIndex((match) => (compareForSort(match.values, after.values, sort) || match.key - key) > 0);
  return start < 0 ? found.length : start;
}
