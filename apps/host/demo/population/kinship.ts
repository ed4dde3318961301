import type { Household, Person, Relative } from './population.ts';

/**
 * @param household - the household
 * @returns everyone whom positions count: the registered people, then the relatives elsewhere
 */
export function everyoneOf(household: Household): readonly (Person | Relative)[] {
  return [...household.people, ...household.relatives];
}

type Kind = readonly [male: string, female: string];

const SPOUSE: Kind = ['HUSB', 'WIFE'];
const PARENT: Kind = ['FTH', 'MTH'];
const CHILD: Kind = ['SON', 'DAU'];
const SIBLING: Kind = ['BRO', 'SIS'];
const GRANDPARENT: Kind = ['GRFTH', 'GRMTH'];
const GRANDCHILD: Kind = ['GRNDSON', 'GRNDDAU'];
const PARENT_IN_LAW: Kind = ['FTHINLAW', 'MTHINLAW'];
const CHILD_IN_LAW: Kind = ['SONINLAW', 'DAUINLAW'];
const SIBLING_IN_LAW: Kind = ['BROINLAW', 'SISINLAW'];
const UNCLE_OR_AUNT: Kind = ['UNCLE', 'AUNT'];
const NEPHEW_OR_NIECE: Kind = ['NEPHEW', 'NEICE'];
const EXTENDED: Kind = ['EXT', 'EXT'];

/**
 * Tells what one person of a household is to another.
 *
 * @param household - the household
 * @param from - position of the person asked about
 * @param to - position of the other one, in `people`
 * @returns a code of the standard's RelationshipTypeEnum: `to` is that relation of `from`, for example
 *   `MTH` when `to` is the mother of `from`
 */
export function relationshipBetween(household: Household, from: number, to: number): string {
  const everyone = everyoneOf(household);
  const parents = (position: number | undefined): number[] => {
    const person = position === undefined ? undefined : everyone[position];
    return [person?.mother, person?.father].filter((parent) => parent !== undefined);
  };
  const grandparents = (position: number): number[] => parents(position).flatMap(parents);
  const spouse = (position: number): number | undefined => everyone[position]?.spouse;
  const areSiblings = (one: number, other: number | undefined): boolean =>
    one !== other && parents(one).some((parent) => parents(other).includes(parent));

  const kind = ((): Kind => {
    if (spouse(from) === to) return SPOUSE;
    if (parents(from).includes(to)) return PARENT;
    if (parents(to).includes(from)) return CHILD;
    if (areSiblings(from, to)) return SIBLING;
    if (grandparents(from).includes(to)) return GRANDPARENT;
    if (grandparents(to).includes(from)) return GRANDCHILD;
    if (parents(spouse(from)).includes(to)) return PARENT_IN_LAW;
    if (parents(spouse(to)).includes(from)) return CHILD_IN_LAW;
    if (areSiblings(to, spouse(from)) || areSiblings(from, spouse(to))) return SIBLING_IN_LAW;
    if (parents(from).some((parent) => areSiblings(parent, to))) return UNCLE_OR_AUNT;
    if (parents(to).some((parent) => areSiblings(parent, from))) return NEPHEW_OR_NIECE;
    return EXTENDED;
  })();
  return kind[everyone[to]?.sex === 'female' ? 1 : 0];
}
