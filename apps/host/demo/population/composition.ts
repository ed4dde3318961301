import { type Day, yearsInDays } from './calendar.ts';
import type { Draws } from './draws.ts';
import { type Kin, kin, marry, parentsOf, parentsWithChildren } from './family-tree.ts';
import type { MaritalStatus } from './population.ts';

const OLDEST_AGE = 97;

const BOTH = { mother: true, father: true };
const MOTHER_ONLY = { mother: true, father: false };
const FATHER_ONLY = { mother: false, father: true };
const NEITHER = { mother: false, father: false };

type Composition = (draws: Draws, size: number, today: Day) => Kin[];

/** Puts the head in front: mostly the husband, as registries record it. */
const coupleFirst = (draws: Draws, husband: Kin, wife: Kin): Kin[] =>
  draws.chance(0.72) ? [husband, wife] : [wife, husband];

const youngestChild = (draws: Draws, today: Day): Day =>
  draws.chance(0.78)
    ? today - draws.integer(12, yearsInDays(11))
    : today - draws.integer(yearsInDays(11), yearsInDays(23));

const ageBetween = (draws: Draws, today: Day, least: number, most: number): Day =>
  today - draws.integer(yearsInDays(least), yearsInDays(most));

const alone: Composition = (draws, _size, today) => {
  const old = draws.chance(0.5);
  const status: MaritalStatus = old
    ? draws.weighted([
        ['widowed', 70],
        ['divorced', 12],
        ['never-married', 18],
      ])
    : draws.weighted([
        ['never-married', 70],
        ['divorced', 18],
        ['separated', 8],
        ['widowed', 4],
      ]);
  const sex = draws.chance(old ? 0.66 : 0.42) ? 'female' : 'male';
  return [kin(sex, old ? ageBetween(draws, today, 60, 92) : ageBetween(draws, today, 21, 59), status)];
};

const couple: Composition = (draws, _size, today) => {
  const wifeBirth = draws.chance(0.45) ? ageBetween(draws, today, 20, 36) : ageBetween(draws, today, 50, 84);
  const wife = kin('female', wifeBirth, 'married');
  const husbandBirth = Math.min(wifeBirth - draws.integer(yearsInDays(-2), yearsInDays(7)), today - yearsInDays(20));
  const husband = kin('male', husbandBirth, 'married');
  marry(draws, husband, wife, Math.min(wifeBirth + yearsInDays(draws.integer(19, 30)), today - 20));
  return coupleFirst(draws, husband, wife);
};

const nuclear: Composition = (draws, size, today) => {
  const { mother, father, children } = parentsWithChildren(draws, size - 2, youngestChild(draws, today), BOTH);
  return [...coupleFirst(draws, father, mother), ...children];
};

const singleParent: Composition = (draws, size, today) => {
  const withMother = draws.chance(0.82);
  const { mother, father, children } = parentsWithChildren(
    draws,
    size - 1,
    youngestChild(draws, today),
    withMother ? MOTHER_ONLY : FATHER_ONLY,
  );
  const status: MaritalStatus = draws.weighted([
    ['widowed', 34],
    ['divorced', 30],
    ['separated', 16],
    ['never-married', 20],
  ]);
  for (const parent of [mother, father]) {
    parent.status = status;
    if (status === 'never-married') {
      delete parent.spouse;
      delete parent.married;
    }
  }
  return [withMother ? mother : father, ...children];
};

const threeGenerations: Composition = (draws, size, today) => {
  const grandparents = size >= 6 && draws.chance(0.4) ? BOTH : draws.chance(0.78) ? MOTHER_ONLY : FATHER_ONLY;
  const elders = grandparents === BOTH ? 2 : 1;
  const youngest = today - draws.integer(20, yearsInDays(9));
  const { mother, father, children } = parentsWithChildren(draws, size - 2 - elders, youngest, BOTH);
  const [head, spouse] = coupleFirst(draws, father, mother);
  const child = draws.chance(0.75) ? father : mother;
  const elder = parentsOf(draws, child, today - yearsInDays(OLDEST_AGE), grandparents);
  return [
    ...(head && spouse ? [head, spouse] : []),
    ...children,
    ...(grandparents.mother ? [elder.mother] : []),
    ...(grandparents.father ? [elder.father] : []),
  ];
};

/** An older couple with a married son, his wife and children, and their own younger children. */
const extended: Composition = (draws, size, today) => {
  const grandchildren = draws.integer(1, Math.min(3, size - 4));
  const young = parentsWithChildren(draws, grandchildren, today - draws.integer(20, yearsInDays(4)), BOTH);
  const son = young.father;
  const old = parentsOf(draws, son, today - yearsInDays(OLDEST_AGE), BOTH);
  const siblings: Kin[] = [];
  let birth = son.birth;
  for (let missing = size - 4 - grandchildren; missing > 0; missing -= 1) {
    birth += draws.integer(400, 900);
    if (birth > Math.min(today - 100, old.mother.birth + yearsInDays(45))) break;
    siblings.push({ ...kin(draws.chance(0.5) ? 'female' : 'male', birth, 'never-married'), ...old });
  }
  return [...coupleFirst(draws, old.father, old.mother), son, young.mother, ...siblings, ...young.children];
};

/** Grandparents who raise the children of a son or daughter who works elsewhere. */
const skippedGeneration: Composition = (draws, size, today) => {
  const grandparents = size > 3 || (size === 3 && draws.chance(0.5)) ? BOTH : MOTHER_ONLY;
  const children = size - (grandparents === BOTH ? 2 : 1);
  const {
    mother,
    father,
    children: young,
  } = parentsWithChildren(draws, children, today - draws.integer(yearsInDays(2), yearsInDays(12)), NEITHER);
  const elder = parentsOf(draws, draws.chance(0.5) ? mother : father, today - yearsInDays(OLDEST_AGE), grandparents);
  return [...(grandparents === BOTH ? coupleFirst(draws, elder.father, elder.mother) : [elder.mother]), ...young];
};

/** Two or three grown brothers and sisters. */
const siblings: Composition = (draws, size, today) => {
  const youngest = ageBetween(draws, today, 19, 32);
  return parentsWithChildren(draws, size, youngest, NEITHER).children;
};

function compositionsFor(size: number): readonly (readonly [Composition, number])[] {
  if (size === 1) return [[alone, 1]];
  if (size === 2)
    return [
      [couple, 50],
      [singleParent, 26],
      [skippedGeneration, 10],
      [siblings, 14],
    ];
  if (size === 3)
    return [
      [nuclear, 66],
      [singleParent, 22],
      [skippedGeneration, 6],
      [siblings, 6],
    ];
  if (size === 4)
    return [
      [nuclear, 66],
      [singleParent, 14],
      [threeGenerations, 16],
      [skippedGeneration, 4],
    ];
  if (size === 5)
    return [
      [nuclear, 66],
      [singleParent, 8],
      [threeGenerations, 26],
    ];
  return [
    [nuclear, 52],
    [threeGenerations, 32],
    [extended, 16],
  ];
}

/**
 * Draws the family of one household.
 *
 * @param draws - where chance comes from
 * @param size - number of people, 1 to 10
 * @param today - the reference day
 * @returns exactly `size` people, the head first; relatives elsewhere hang on them as parents and spouses
 */
export function composeFamily(draws: Draws, size: number, today: Day): Kin[] {
  for (;;) {
    const family = draws.weighted(compositionsFor(size))(draws, size, today);
    if (family.length === size) return family;
  }
}
