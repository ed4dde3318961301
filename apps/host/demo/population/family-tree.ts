import { type Day, yearsInDays } from './calendar.ts';
import type { Draws } from './draws.ts';
import type { MaritalStatus, Sex } from './population.ts';

/** A member of a family before names and circumstances are drawn. */
export interface Kin {
  readonly sex: Sex;
  readonly birth: Day;
  /** False for a relative who lives elsewhere. */
  readonly present: boolean;
  mother?: Kin;
  father?: Kin;
  spouse?: Kin;
  /** Day of the marriage with `spouse`. */
  married?: Day;
  status: MaritalStatus;
}

const FIRST_BIRTH_LEAST_AGE = 19;
const LAST_BIRTH_MOST_AGE = 44;
const MARRIAGE_LEAST_AGE = 18;

const someSex = (draws: Draws): Sex => (draws.chance(0.512) ? 'female' : 'male');

/** Someone without relations yet. */
export function kin(sex: Sex, birth: Day, status: MaritalStatus, present = true): Kin {
  return { sex, birth, present, status };
}

/** Marries two people on a day when both are of age and that lies before `limit`, as far as there is one. */
export function marry(draws: Draws, husband: Kin, wife: Kin, limit: Day): void {
  const ofAge = Math.max(husband.birth, wife.birth) + yearsInDays(MARRIAGE_LEAST_AGE) + 30;
  const day = Math.max(ofAge, limit - draws.integer(250, 1500));
  husband.spouse = wife;
  wife.spouse = husband;
  husband.married = day;
  wife.married = day;
  husband.status = 'married';
  wife.status = 'married';
}

/**
 * Draws brothers and sisters and the parents who fit them in age.
 *
 * @param draws - where chance comes from
 * @param count - number of children, 1 to 8
 * @param youngest - birth of the youngest
 * @param parentsPresent - which parents live in the household
 * @returns the parents, married to each other, and the children, the oldest first
 */
export function parentsWithChildren(
  draws: Draws,
  count: number,
  youngest: Day,
  parentsPresent: { readonly mother: boolean; readonly father: boolean },
): { mother: Kin; father: Kin; children: Kin[] } {
  const births = [youngest];
  while (births.length < count) births.unshift((births[0] ?? youngest) - draws.integer(400, count > 5 ? 950 : 1300));
  const eldest = births[0] ?? youngest;
  const span = (youngest - eldest) / yearsInDays(1);
  const motherAge = draws.integer(
    FIRST_BIRTH_LEAST_AGE,
    Math.max(FIRST_BIRTH_LEAST_AGE, Math.min(30, Math.floor(LAST_BIRTH_MOST_AGE - span))),
  );
  const motherBirth = eldest - yearsInDays(motherAge) - draws.integer(0, 300);
  const fatherBirth = Math.min(
    motherBirth - draws.integer(yearsInDays(-2), yearsInDays(9)),
    eldest - yearsInDays(FIRST_BIRTH_LEAST_AGE + 1),
  );
  const mother = kin('female', motherBirth, 'married', parentsPresent.mother);
  const father = kin('male', fatherBirth, 'married', parentsPresent.father);
  marry(draws, father, mother, eldest);
  const children = births.map((birth) => ({ ...kin(someSex(draws), birth, 'never-married'), mother, father }));
  return { mother, father, children };
}

/**
 * Draws the parents of an adult.
 *
 * @param draws - where chance comes from
 * @param child - the adult; gets the parents
 * @param oldest - the earliest day on which a parent may be born
 * @param present - which of them live in the household
 */
export function parentsOf(
  draws: Draws,
  child: Kin,
  oldest: Day,
  present: { readonly mother: boolean; readonly father: boolean },
): { mother: Kin; father: Kin } {
  const motherBirth = Math.max(oldest, child.birth - draws.integer(yearsInDays(20), yearsInDays(38)));
  const fatherBirth = Math.max(oldest, motherBirth - draws.integer(0, yearsInDays(8)));
  const mother = kin('female', motherBirth, 'married', present.mother);
  const father = kin('male', fatherBirth, 'married', present.father);
  marry(draws, father, mother, child.birth);
  if (present.mother !== present.father) {
    // The one who is not here has died long ago.
    mother.status = 'widowed';
    father.status = 'widowed';
  }
  child.mother = mother;
  child.father = father;
  return { mother, father };
}
