import { social } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personWith } from './federated.fixtures.ts';
import type { FederatedRecord } from './federated-record.ts';
import { groupRecords } from './group-records.ts';

const record = (source: string, ...identifiers: string[]): FederatedRecord => ({
  record: personWith(identifiers),
  recordType: 'Person',
  source,
  evidence: { verified: true, senderId: source, header: {}, message: {} },
});
const sourcesOf = (records: readonly FederatedRecord[]): readonly (readonly string[])[] =>
  groupRecords(records, () => social).map(({ sources }) => sources);

describe('records', () => {
  test('are together when they share an identifier through others', () => {
    expect(sourcesOf([record('a', 'UIN:1'), record('b', 'UIN:3'), record('c', 'UIN:1', 'BRN:2', 'UIN:3')])).toEqual([
      ['a', 'b', 'c'],
    ]);
  });

  test('are apart when types or values differ, or there is nothing to compare', () => {
    expect(sourcesOf([record('a', 'UIN:1'), record('b', 'BRN:1'), record('c', 'UIN:01'), record('d')])).toEqual([
      ['a'],
      ['b'],
      ['c'],
      ['d'],
    ]);
    expect(sourcesOf([record('a'), record('b')])).toEqual([['a'], ['b']]);
  });

  test('of an unknown registry type are groups of their own', () => {
    expect(groupRecords([record('a', 'UIN:1'), record('b', 'UIN:1')], () => undefined)).toHaveLength(2);
  });

  test('come back exactly once, and share a group exactly when a chain of identifiers joins them', () => {
    const carried = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(carried, { maxLength: 12 }), (all) => {
        const records = all.map((numbers, index) => record(String(index), ...numbers.map((each) => `UIN:${each}`)));
        const groups = groupRecords(records, () => social);
        const grouped = groups.flatMap((group) => group.records);
        expect(new Set(grouped).size).toBe(records.length);
        expect(grouped).toHaveLength(records.length);
        const groupOf = (index: number): number =>
          groups.findIndex((group) => group.records.some(({ source }) => source === String(index)));
        const reached = (from: number): Set<number> => {
          const seen = new Set([from]);
          for (const at of seen) {
            all.forEach((numbers, other) => {
              if (numbers.some((each) => all[at]?.includes(each))) seen.add(other);
            });
          }
          return seen;
        };
        all.forEach((_numbers, one) => {
          const chain = reached(one);
          all.forEach((_other, two) => {
            expect(groupOf(one) === groupOf(two)).toBe(chain.has(two));
          });
        });
      }),
      { numRuns: 60 },
    );
  });
});
