import type { Draws } from './draws.ts';
import type { Dwelling, Employment, FunctionalDomain, Limitation } from './population.ts';

const WORKING_AGE = 15;

const domains: readonly (readonly [FunctionalDomain, number])[] = [
  ['mobility', 34],
  ['vision', 26],
  ['hearing', 16],
  ['cognition', 12],
  ['self-care', 6],
  ['communication', 6],
];

/**
 * @param draws - where chance comes from
 * @param age - completed years
 * @param rural - lives in the countryside
 * @returns the highest level of education attended (ISCED 0 to 8), or `undefined` for none
 */
export function educationOf(draws: Draws, age: number, rural: boolean): number | undefined {
  if (age < 3) return undefined;
  if (age < 6) return draws.chance(rural ? 0.35 : 0.6) ? 0 : undefined;
  if (age < 12) return draws.chance(0.96) ? 1 : undefined;
  if (age < 15) return draws.chance(0.85) ? 2 : 1;
  if (age < 19)
    return draws.weighted([
      [1, 12],
      [2, 30],
      [3, 58],
    ]);
  const chances = rural ? 0.7 : 1.15;
  const cohort = age < 35 ? 1 : age < 55 ? 0.7 : 0.35;
  return draws.weighted<number | undefined>([
    [undefined, 6 / (chances * cohort)],
    [1, 22 / (chances * cohort)],
    [2, 20],
    [3, 26 * cohort],
    [4, 5 * chances * cohort],
    [5, 6 * chances * cohort],
    [6, 11 * chances * cohort],
    [7, 3 * chances * cohort],
    [8, 0.5 * chances * cohort],
  ]);
}

/** What {@link workOf} depends on. */
export interface WorkSituation {
  readonly age: number;
  readonly sex: 'male' | 'female';
  readonly education: number | undefined;
  /** The household has a farm, and this is who runs it or one of its other people. */
  readonly farm: 'runs' | 'lives-on' | undefined;
  readonly severe: boolean;
}

/**
 * @param draws - where chance comes from
 * @param situation - age, education and the household's farm
 * @returns employment and, for who works, the ISCO-08 major group; nothing below working age
 */
export function workOf(draws: Draws, situation: WorkSituation): { employment?: Employment; occupation?: number } {
  const { age, education = 0, farm } = situation;
  if (age < WORKING_AGE) return {};
  if (farm === 'runs') return { employment: 'own-account', occupation: 6 };
  const outOfWork = age >= 72 ? 0.95 : age >= 62 ? 0.6 : age < 20 ? 0.72 : situation.sex === 'female' ? 0.36 : 0.14;
  if (draws.chance(situation.severe ? Math.max(outOfWork, 0.7) : outOfWork)) return { employment: 'not-employed' };
  if (farm === 'lives-on' && draws.chance(0.65)) return { employment: 'family-worker', occupation: 6 };
  const employment = draws.weighted<Employment>([
    ['employee', 58],
    ['own-account', 36],
    ['employer', 6],
  ]);
  const occupation =
    education >= 6
      ? draws.weighted([
          [1, 14],
          [2, 50],
          [3, 18],
          [4, 14],
        ])
      : education >= 3
        ? draws.weighted([
            [0, 2],
            [3, 12],
            [4, 18],
            [5, 38],
            [7, 18],
            [8, 12],
          ])
        : draws.weighted([
            [5, 28],
            [6, 10],
            [7, 22],
            [8, 12],
            [9, 28],
          ]);
  return { employment, occupation };
}

/**
 * Answers the Washington Group short set for one person.
 *
 * @param draws - where chance comes from
 * @param age - completed years
 * @returns the domains with at least some difficulty
 */
export function limitationsOf(draws: Draws, age: number): readonly Limitation[] {
  const someDifficulty = age < 18 ? 0.024 : age < 45 ? 0.05 : age < 65 ? 0.17 : age < 80 ? 0.4 : 0.66;
  if (!draws.chance(someDifficulty)) return [];
  const count = draws.weighted([
    [1, 62],
    [2, 26],
    [3, age < 65 ? 6 : 14],
  ]);
  const chosen = new Set<FunctionalDomain>();
  while (chosen.size < count) chosen.add(draws.weighted(domains));
  return domains
    .filter(([domain]) => chosen.has(domain))
    .map(([domain]) => ({
      domain,
      severity: draws.weighted<Limitation['severity']>([
        [2, 50],
        [3, 36],
        [4, 14],
      ]),
    }));
}

/**
 * @param draws - where chance comes from
 * @param age - completed years
 * @param limitations - answers of the short set
 * @returns whether the person needs the help of another for daily life
 */
export function needsAssistance(draws: Draws, age: number, limitations: readonly Limitation[]): boolean {
  const cannot = limitations.some(({ severity }) => severity === 4);
  const selfCare = limitations.some(({ domain, severity }) => domain === 'self-care' && severity >= 3);
  if (cannot || selfCare) return draws.chance(0.9);
  if (limitations.some(({ severity }) => severity === 3)) return draws.chance(0.3);
  return age >= 85 && draws.chance(0.35);
}

/**
 * @param draws - where chance comes from
 * @param rural - lives in the countryside
 */
export function dwellingOf(draws: Draws, rural: boolean): Dwelling {
  return {
    type: draws.weighted(
      rural
        ? [
            ['permanent', 42],
            ['semi-permanent', 44],
            ['makeshift', 14],
          ]
        : [
            ['permanent', 74],
            ['semi-permanent', 19],
            ['makeshift', 7],
          ],
    ),
    waterSource: draws.weighted(
      rural
        ? [
            ['piped', 34],
            ['well', 48],
            ['surface', 18],
          ]
        : [
            ['piped', 88],
            ['well', 12],
          ],
    ),
    electricity: draws.chance(rural ? 0.66 : 0.96),
  };
}

/** What {@link povertyScoreOf} is estimated from. */
export interface Wealth {
  readonly size: number;
  /** Share of the people who are children, old, or without work. */
  readonly dependent: number;
  readonly headEducation: number | undefined;
  readonly rural: boolean;
  readonly dwelling: Dwelling;
  readonly disabled: boolean;
}

/**
 * Estimates a household's consumption from what can be observed, as a proxy means test does.
 *
 * @returns 0 (poorest) to 100, one decimal
 */
export function povertyScoreOf(draws: Draws, wealth: Wealth): number {
  const score =
    52 +
    (wealth.headEducation ?? -2) * 4 -
    wealth.dependent * 26 -
    (wealth.size - 4) * 2.5 +
    (wealth.rural ? -7 : 5) +
    (wealth.dwelling.type === 'permanent' ? 7 : wealth.dwelling.type === 'makeshift' ? -9 : 0) +
    (wealth.dwelling.waterSource === 'piped' ? 3 : -2) +
    (wealth.dwelling.electricity ? 3 : -6) +
    (wealth.disabled ? -5 : 0) +
    draws.integer(-120, 120) / 10;
  return Math.round(Math.min(99.5, Math.max(0.5, score)) * 10) / 10;
}
