import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { bindFilter } from './bind-filter.ts';
import { compileQuery } from './compile-query.ts';
import { evaluateFilter } from './evaluate-filter.ts';
import { recordArbitrary } from './filter.fixtures.ts';
import type { Filter } from './filter.ts';
import { groupType, personType, testRegistryType } from './registry-type.fixtures.ts';
import {
  unboundFilterArbitrary,
  writeCel,
  writeMongo,
  writePredicateList,
  writeSequence,
} from './unbound-filter.fixtures.ts';
import type { UnboundFilter } from './unbound-filter.ts';

const now = Date.UTC(2026, 10, 22, 10);

describe.each([personType, groupType])('one tree in every form, on $name', (recordType) => {
  const context = { recordType, registryType: testRegistryType, now };
  const records = fc.sample(recordArbitrary(recordType, testRegistryType), { numRuns: 60, seed: 7 });
  const matches = (filter: Filter): readonly boolean[] =>
    records.map((record) => evaluateFilter(filter, record, recordType, testRegistryType));

  const forms: readonly [string, string, (filter: UnboundFilter) => JsonValue | undefined, number][] = [
    ['Mongo-style expression', 'expression', (filter) => ({ query: writeMongo(filter) }), 1],
    ['seq and or', 'expression', (filter) => writeSequence(filter), 0.3],
    ['predicate list', 'predicate', (filter) => writePredicateList(filter), 0.2],
    ['CEL', 'predicate', (filter) => writeCel(filter), 1],
  ];

  test.each(forms)('%s', (_, queryType, write, leastShare) => {
    let runs = 0;
    let written = 0;
    fc.assert(
      fc.property(unboundFilterArbitrary(recordType), (filter) => {
        const query = write(filter);
        runs += 1;
        if (query === undefined) return;
        written += 1;
        const direct = bindFilter(filter, context);
        const compiled = compileQuery({ ...context, queryType, query });
        expect(matches(compiled)).toEqual(matches(direct));
      }),
      { numRuns: 300 },
    );
    expect(written / runs).toBeGreaterThanOrEqual(leastShare);
  });

  test('negation, De Morgan, and a list as alternatives', () => {
    const both = fc.tuple(unboundFilterArbitrary(recordType), unboundFilterArbitrary(recordType));
    fc.assert(
      fc.property(both, ([left, right]) => {
        const bind = (filter: UnboundFilter): readonly boolean[] => matches(bindFilter(filter, context));
        const not = (filter: UnboundFilter): UnboundFilter => ({ kind: 'not', filter });
        const [a, b] = [bind(left), bind(right)];
        expect(bind(not(left))).toEqual(a.map((value) => !value));
        expect(bind({ kind: 'and', filters: [left, right] })).toEqual(a.map((value, index) => value && b[index]));
        expect(bind(not({ kind: 'and', filters: [left, right] }))).toEqual(
          bind({ kind: 'or', filters: [not(left), not(right)] }),
        );
        if (left.kind !== 'in') return;
        const alternatives = left.values.map(
          (value): UnboundFilter => ({ kind: 'comparison', attribute: left.attribute, operator: 'eq', value }),
        );
        expect(a).toEqual(bind({ kind: 'or', filters: alternatives }));
      }),
      { numRuns: 300 },
    );
  });
});
