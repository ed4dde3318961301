import fc from 'fast-check';
import { DciError } from '../errors.ts';
import { readJson } from '../json/read.ts';
import type { JsonObject } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import { bindFilter } from '../query/bind-filter.ts';
import { evaluateFilter } from '../query/evaluate-filter.ts';
import { recordArbitrary } from '../query/filter.fixtures.ts';
import { parseQuery, type QueryDialect } from '../query/parse-query.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { RecordType, RegistryType } from '../registry-type/registry-type.ts';
import type { WrittenQuery } from './dialect.ts';

/** Time of the requests. */
export const requestTime = Date.UTC(2026, 10, 22, 10);

/** Which records a query finds, in the order of the samples. */
export interface Finder {
  /** By the query itself. */
  found(filter: UnboundFilter): readonly boolean[];
  /** By what was written of it, read as a server of that family reads it. */
  foundBy(written: WrittenQuery, dialect?: QueryDialect): readonly boolean[];
}

/** Deeper than any query of the generators: what is tested is what a form says, not how much it may hold. */
const limits = { maxDepth: 32, maxComparisons: 512, maxInValues: 4096 };

/**
 * Samples of records to try queries on.
 *
 * @param recordType - their type
 * @param registryType - its registry type
 */
export function finderOf(recordType: RecordType, registryType: RegistryType): Finder {
  const records: readonly JsonObject[] = fc.sample(recordArbitrary(recordType, registryType), {
    numRuns: 60,
    seed: 11,
  });
  const find = (filter: UnboundFilter): readonly boolean[] => {
    const bound = bindFilter(filter, { recordType, registryType, now: requestTime });
    return records.map((record) => evaluateFilter(bound, record, recordType, registryType));
  };
  return {
    found: find,
    foundBy({ queryType, query }, dialect) {
      // As it goes over the wire.
      const sent = readJson(writeJson(query)).value;
      return find(parseQuery({ queryType, query: sent, dialect, limits }).filter);
    },
  };
}

/**
 * Runs something that a dialect may refuse, and fails on any other error.
 *
 * @param run - what may be refused
 * @param codes - the codes that it may be refused with
 * @returns the result, or `undefined` when it was refused
 */
export function unlessRefused<T>(run: () => T, codes: readonly string[] = ['rjct.filter.invalid']): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof DciError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * @param recordType - a record type
 * @param names - of attributes
 * @returns the record type with these attributes only, for generators of queries
 */
export function withAttributes(recordType: RecordType, names: readonly string[]): RecordType {
  const attributes = Object.fromEntries(Object.entries(recordType.attributes).filter(([name]) => names.includes(name)));
  return { ...recordType, attributes };
}

/**
 * @param value - any JSON
 * @returns the same value, in which nothing can be changed
 */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
