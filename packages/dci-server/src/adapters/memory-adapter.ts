import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  type Clock,
  compareForSort,
  DciError,
  evaluateFilter,
  identifiersOf,
  isJsonObject,
  type JsonObject,
  type Logger,
  type RecordChangeKind,
  type RecordType,
  type RegistryType,
  type SortKey,
  sortValuesOf,
  systemClock,
} from 'dci-core';
import type { ChangePage, PagePosition, RecordQuery, RegistryAdapter } from './adapter.ts';
import { ChangeListeners } from './change-listeners.ts';
import { type ConsentRegister, checkConsent } from './consent.ts';
import { MemoryFeed } from './memory-feed.ts';
import { type KeptRecord, MemoryRecords } from './memory-records.ts';
import { noRecord, type RecordKeeper, type WriteOptions } from './record-keeping.ts';
import { cursorMismatch, manyValuedSort, throwIfAborted, unknownRecordType } from './search-error.ts';

/** Options of {@link memoryAdapter}. */
export interface MemoryAdapterOptions {
  readonly registryType: RegistryType;
  /** Record type name → its records in the registry's spelling. A record type that is not named has none. */
  readonly records: Readonly<Record<string, readonly JsonObject[]>>;
  /** How many changes the change feed keeps at least; absent: 10,000. */
  readonly keepChanges?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** A registry adapter that keeps the records itself, in memory. */
export interface MemoryAdapter extends RegistryAdapter, RecordKeeper, ConsentRegister {
  changes(since: string | undefined, limit: number): Promise<ChangePage>;
  onChange(listener: () => void): () => void;
}

interface Match extends KeptRecord {
  readonly values: readonly (AttributeValue | null)[];
}

/** Records that are looked at before other work gets its turn. */
const recordsPerTurn = 1000;

/**
 * An adapter over records in memory, for tests and small registers (extension point 3 of architecture.md).
 * It looks at every record with dci-core's own evaluator, so it is also the reference for other adapters. Records,
 * consents and the change feed end with the process.
 *
 * @param options - registry type and records; the lists are copied, the records are not. They are there from the
 *   beginning, so the change feed does not tell of them
 * @returns the adapter
 * @throws DciError `err.configuration.invalid` when records are given for a type that the registry lacks
 *
 * @example
 * const adapter = memoryAdapter({ registryType: social, records: { Person: persons, Group: groups } });
 */
export function memoryAdapter(options: MemoryAdapterOptions): MemoryAdapter {
  const { registryType, records, keepChanges = 10_000, clock = systemClock, logger } = options;
  const feed = new MemoryFeed(clock.now(), keepChanges);
  const listeners = new ChangeListeners(logger);
  const kept = new Map<string, MemoryRecords>();
  for (const type of registryType.recordTypes) {
    const list = Object.hasOwn(records, type.name) ? (records[type.name] ?? []) : [];
    kept.set(type.name, new MemoryRecords(type, registryType, list));
  }
  for (const name of Object.keys(records)) {
    if (!kept.has(name)) {
      throw new DciError('err.configuration.invalid', 'The registry type has no such record type.', { path: name });
    }
  }

  function recordsOf(recordType: string): MemoryRecords {
    const found = kept.get(recordType);
    if (found === undefined) throw unknownRecordType();
    return found;
  }

  async function matches(
    searched: MemoryRecords,
    { filter, consent, signal }: Pick<RecordQuery, 'filter' | 'consent' | 'signal'>,
  ): Promise<readonly KeptRecord[]> {
    const found: KeptRecord[] = [];
    for (const [index, candidate] of searched.list().entries()) {
      if (index % recordsPerTurn === 0) {
        if (index > 0) await nextTurn();
        throwIfAborted(signal);
      }
      const { key, record } = candidate;
      if (evaluateFilter(filter, record, searched.type, registryType) && searched.isAllowed(key, consent)) {
        found.push(candidate);
      }
    }
    return found;
  }

  function tell(
    change: { readonly recordType: string; readonly kind: RecordChangeKind; readonly record: JsonObject },
    { changes }: WriteOptions,
    previous?: JsonObject,
  ): void {
    if (changes === 'none') return;
    feed.write({ ...change, ...(previous === undefined ? {} : { previous }), at: clock.now() });
    listeners.notify();
  }

  return {
    recordTypes: [...kept.keys()],
    supportsConsent: true,

    async search({ recordType, sort, page, ...query }) {
      throwIfAborted(query.signal);
      const searched = recordsOf(recordType);
      requireSingleValues(sort, searched.type);
      const found: Match[] = [];
      for (const match of await matches(searched, query)) {
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

    async count({ recordType, ...query }) {
      throwIfAborted(query.signal);
      return (await matches(recordsOf(recordType), query)).length;
    },

    async get(recordType, { identifierType, value }) {
      const candidates = recordsOf(recordType);
      for (const path of candidates.type.identifierPaths) {
        for (const { record } of candidates.list()) {
          const carried = identifiersOf(record, path, registryType);
          if (carried.some((one) => one.identifierType === identifierType && one.value === value)) return record;
        }
      }
      return undefined;
    },

    async put(recordType, record, putOptions = {}) {
      const list = recordsOf(recordType);
      if (!isJsonObject(record)) throw noRecord();
      const existing = list.same(record, putOptions);
      if (existing === undefined) {
        list.insert(record);
        tell({ recordType, kind: 'created', record }, putOptions);
        return 'inserted';
      }
      if (isDeepStrictEqual(existing.record, record)) return 'replaced';
      list.replace(existing.key, record);
      tell({ recordType, kind: 'updated', record }, putOptions, existing.record);
      return 'replaced';
    },

    async delete(recordType, identifier, writeOptions = {}) {
      const list = recordsOf(recordType);
      const existing = list.find(identifier);
      if (existing === undefined) return false;
      list.remove(existing.key);
      tell({ recordType, kind: 'deleted', record: existing.record }, writeOptions);
      return true;
    },

    async grantConsent(recordType, identifier, consent) {
      const list = recordsOf(recordType);
      checkConsent(consent);
      const existing = list.find(identifier);
      if (existing !== undefined) list.grant(existing.key, consent, clock.now());
      return existing !== undefined;
    },

    async revokeConsent(recordType, identifier, consent) {
      const list = recordsOf(recordType);
      const existing = list.find(identifier);
      return existing !== undefined && list.revoke(existing.key, consent);
    },

    async listConsents(recordType, identifier) {
      const list = recordsOf(recordType);
      const existing = list.find(identifier);
      return existing === undefined ? [] : list.consentsOf(existing.key);
    },

    changes: async (since, limit) => feed.read(since, limit),
    onChange: (listener) => listeners.add(listener),
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
