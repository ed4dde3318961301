import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOf, anyOf, negate } from './combine.ts';
import { evaluateFilter } from './evaluate-filter.ts';
import { filterArbitrary, recordArbitrary } from './filter.fixtures.ts';
import type { Filter } from './filter.ts';
import { personType, testRegistryType } from './registry-type.fixtures.ts';

const yes: Filter = { kind: 'constant', value: true };
const no: Filter = { kind: 'constant', value: false };
const some: Filter = { kind: 'exists', attribute: 'sex' };
const other: Filter = { kind: 'exists', attribute: 'email' };

test('constants, single parts and nesting are folded', () => {
  expect(allOf([])).toEqual(yes);
  expect(anyOf([])).toEqual(no);
  expect(allOf([yes, some])).toBe(some);
  expect(allOf([some, no])).toBe(no);
  expect(anyOf([no, some])).toBe(some);
  expect(anyOf([some, yes])).toBe(yes);
  expect(allOf([some, allOf([other, some])])).toEqual({ kind: 'and', filters: [some, other, some] });
  expect(anyOf([anyOf([some, other]), some])).toEqual({ kind: 'or', filters: [some, other, some] });
  expect(negate(negate(some))).toBe(some);
  expect(negate(yes)).toEqual(no);
});

test('what is combined means what its parts mean, and a constant is never inside', () => {
  const part = fc.oneof(filterArbitrary(personType, testRegistryType), fc.constantFrom(yes, no));
  const holdsConstant = (filter: Filter): boolean => {
    if (filter.kind === 'not') return holdsConstant(filter.filter);
    return 'filters' in filter ? filter.filters.some(holdsConstant) : filter.kind === 'constant';
  };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), recordArbitrary(personType, testRegistryType), (parts, record) => {
      const holds = (filter: Filter): boolean => evaluateFilter(filter, record, personType, testRegistryType);
      expect(holds(allOf(parts))).toBe(parts.every(holds));
      expect(holds(anyOf(parts))).toBe(parts.some(holds));
      for (const combined of [allOf(parts), anyOf(parts), negate(allOf(parts))]) {
        expect(combined.kind === 'constant' || !holdsConstant(combined)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
