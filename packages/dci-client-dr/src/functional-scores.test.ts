import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FunctionalScores,
  functionalDomains,
  hasSevereDisability,
  mergeScores,
  readDomain,
  readSeverity,
  severityLabel,
} from './functional-scores.ts';

describe('a severity', () => {
  it.each([
    [1, 1],
    [4, 4],
    [3n, 3],
    ['2', 2],
    [' 2 ', 2],
    ['severity:3', 3],
    ['No difficulty', 1],
    ['A lot of difficulty', 3],
    ['cannot_do_at_all', 4],
    ['CANNOT DO IT AT ALL', 4],
  ] as const)('%o is %i', (value, severity) => {
    expect(readSeverity(value)).toBe(severity);
  });

  it.each([
    0,
    5,
    -3,
    2.5,
    Number.NaN,
    30n,
    '0',
    '5',
    '-3',
    '3.0',
    '+3',
    '33',
    '3 of 4',
    '',
    'severe',
    'severity:-3',
    true,
    null,
    undefined,
    [3],
    { value: 3 },
  ])('%o is none', (value) => {
    expect(readSeverity(value)).toBeUndefined();
  });
});

describe('a domain', () => {
  it.each([
    ['VIS_SS', 'VISION'],
    ['Vision', 'VISION'],
    ['seeing', 'VISION'],
    ['HEARING', 'HEARING'],
    ['Mobility', 'MOBILITY'],
    ['remembering', 'COGNITION'],
    ['SELF_CARE', 'SELF_CARE'],
    ['Self care', 'SELF_CARE'],
    ['category:COM_SS', 'COMMUNICATION'],
  ] as const)('%s is %s', (value, domain) => {
    expect(readDomain(value)).toBe(domain);
  });

  it.each(['', 'UB_SS', 'mental', '3', '__proto__', 'constructor', 3, null, undefined, ['VISION'], { VISION: 1 }])(
    '%o is none',
    (value) => {
      expect(readDomain(value)).toBeUndefined();
    },
  );

  it('is read under its own name', () => {
    for (const domain of functionalDomains) expect(readDomain(domain)).toBe(domain);
  });
});

const statements = fc.array(fc.tuple(fc.constantFrom(...functionalDomains), fc.constantFrom(1, 2, 3, 4)));

describe('scores', () => {
  it('hold the most severe statement of each domain that has one, and name those that differ', () => {
    fc.assert(
      fc.property(statements, (given) => {
        const { scores, conflicts } = mergeScores(given);
        for (const domain of functionalDomains) {
          const own = given.filter(([of]) => of === domain).map(([, severity]) => severity);
          expect(scores[domain]).toBe(own.length === 0 ? undefined : Math.max(...own));
          expect(conflicts.includes(domain)).toBe(new Set(own).size > 1);
          expect(Object.hasOwn(scores, domain)).toBe(own.length > 0);
        }
      }),
    );
  });

  it('reach a threshold by one domain, and never by one that is absent', () => {
    fc.assert(
      fc.property(statements, fc.constantFrom(1, 2, 3, 4), (given, threshold) => {
        const { scores } = mergeScores(given);
        const expected = given.some(([, severity]) => severity >= threshold);
        expect(hasSevereDisability({ functional_scores: scores }, threshold)).toBe(expected);
      }),
    );
  });

  it('are severe from 3 on, as in the seed', () => {
    const severe = (scores?: FunctionalScores): boolean =>
      hasSevereDisability(scores === undefined ? {} : { functional_scores: scores });
    expect(severe({ VISION: 2, HEARING: 1 })).toBe(false);
    expect(severe({ VISION: 2, HEARING: 3 })).toBe(true);
    expect(severe({})).toBe(false);
    expect(severe()).toBe(false);
    expect(hasSevereDisability(undefined)).toBe(false);
  });

  it('have the labels of the standard', () => {
    expect(severityLabel(1)).toBe('No difficulty');
    expect(severityLabel(4)).toBe('Cannot do it at all');
  });
});
