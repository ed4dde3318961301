import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { compileQuery } from './compile-query.ts';
import type { Filter } from './filter.ts';
import { parseQuery, type QueryDialect } from './parse-query.ts';
import { groupType, personType, testRegistryType } from './registry-type.fixtures.ts';

interface QueryCase {
  readonly name: string;
  readonly source: string;
  readonly query: JsonValue;
  readonly queryType?: string;
  readonly dialect?: QueryDialect;
  readonly recordType?: 'Group';
  readonly unreadable?: readonly string[];
}

interface Vectors {
  readonly accepted: readonly (QueryCase & { readonly filter: JsonValue; readonly recordTypeHint?: string })[];
  readonly refused: readonly (QueryCase & { readonly error: { readonly code: string; readonly message: string } })[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../vectors/queries.json', import.meta.url), 'utf8'));

function compile({ query, queryType, dialect, recordType, unreadable = [] }: QueryCase): Filter {
  return compileQuery({
    query,
    queryType,
    dialect,
    recordType: recordType === 'Group' ? groupType : personType,
    registryType: testRegistryType,
    now: Date.UTC(2026, 10, 22, 10),
    // what is hidden is hidden with all below it, whatever a condition singles out
    isReadable: (path) => !unreadable.includes(path.replace(/\[.*/, '')),
  });
}

/** The notation of queries.json. */
function notation(filter: Filter): JsonValue {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [filter.kind, ...filter.filters.map(notation)];
    case 'not':
      return ['not', notation(filter.filter)];
    case 'comparison':
      return [filter.attribute, filter.operator, filter.value];
    case 'in':
      return [filter.attribute, 'in', filter.values];
    case 'exists':
      return [filter.attribute, 'exists'];
    case 'identifier':
      return [
        'identifier',
        filter.identifierType,
        filter.values.length === 1 ? (filter.values[0] ?? null) : filter.values,
        filter.paths,
      ];
    case 'constant':
      return filter.value;
  }
}

describe('vectors/queries.json', () => {
  test.each(vectors.accepted)('$name ($source)', (vector) => {
    expect(notation(compile(vector))).toEqual(vector.filter);
    const { query, queryType, dialect } = vector;
    expect(parseQuery({ query, queryType, dialect }).recordTypeHint).toBe(vector.recordTypeHint);
  });

  test.each(vectors.refused)('refused: $name ($source)', (vector) => {
    let error: unknown;
    try {
      compile(vector);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DciError);
    expect({ ...(error as DciError) }).toEqual(
      expect.objectContaining({ code: vector.error.code, path: 'query', status: 400 }),
    );
    expect((error as DciError).message).toBe(vector.error.message);
  });

  test('no source of the task is left out', () => {
    const sources = [...vectors.accepted, ...vectors.refused].map(({ source }) => source);
    const expected = ['dci-protocol-details.txt', 'dci-protocol-details-early.txt', 'dci-overview.txt', 'dialects.md'];
    for (const source of expected) expect(sources.some((text) => text.includes(source))).toBe(true);
  });
});
