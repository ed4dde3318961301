import type { FamilyName, GivenName, NameCulture } from '../names/culture.ts';
import type { Draws } from './draws.ts';
import type { Kin } from './family-tree.ts';
import type { PersonName, Sex } from './population.ts';

/** What a person is called from birth on. */
interface BirthName {
  readonly given: GivenName;
  readonly family: FamilyName;
  readonly fatherGiven: GivenName;
  readonly motherFamily: FamilyName;
  readonly second?: string;
}

const BORN_OUT_OF_MARRIAGE = 'never-married';

function patronymic(father: GivenName, sex: Sex): string {
  return (sex === 'male' ? father.sonOf : father.daughterOf) ?? father.text;
}

/** Puts a name together by the rule of the culture, with the family name carried now. */
function assemble(culture: NameCulture, sex: Sex, birth: BirthName, husband: BirthName | undefined): PersonName {
  const given = birth.given.text;
  const own = birth.family[sex];
  const family = husband?.family[sex] ?? own;
  const maiden = family === own ? {} : { maiden: own };
  switch (culture.rule) {
    case 'family':
      return { given, ...(birth.second !== undefined && { second: birth.second }), family, ...maiden };
    case 'two-families':
      return { given, family: `${own} ${birth.motherFamily.female}` };
    case 'mother-second':
      return { given, second: husband ? own : birth.motherFamily.female, family, ...maiden };
    case 'father-second':
      return { given, second: patronymic(birth.fatherGiven, sex), family, ...maiden };
    case 'father-only':
      return { given, family: birth.fatherGiven.text };
  }
}

/**
 * Names everyone in a family as its language does: children after their parents, wives after their
 * husbands where that is the custom, no given name twice among the people named.
 *
 * @param draws - where chance comes from
 * @param culture - the language and its names
 * @param members - everyone to name, relatives elsewhere too
 * @returns the names, in the order of `members`
 */
export function nameFamily(draws: Draws, culture: NameCulture, members: readonly Kin[]): PersonName[] {
  const births = new Map<Kin, BirthName>();
  const taken = new Set<string>();

  const drawGiven = (sex: Sex): GivenName => {
    const names = sex === 'male' ? culture.boys : culture.girls;
    let given = draws.pick(names);
    for (let attempt = 0; attempt < 20 && taken.has(given.text); attempt += 1) given = draws.pick(names);
    taken.add(given.text);
    return given;
  };

  const birthName = (person: Kin): BirthName => {
    const known = births.get(person);
    if (known) return known;
    const father = person.father && birthName(person.father);
    const mother = person.mother && birthName(person.mother);
    const seconds = culture.seconds?.[person.sex];
    const inherited = person.father?.status === BORN_OUT_OF_MARRIAGE ? mother : father;
    const name: BirthName = {
      given: drawGiven(person.sex),
      family: (inherited ?? father)?.family ?? draws.pick(culture.families),
      fatherGiven: father?.given ?? draws.pick(culture.boys),
      motherFamily: mother?.family ?? draws.pick(culture.families),
      ...(seconds && draws.chance(0.8) && { second: draws.pick(seconds) }),
    };
    births.set(person, name);
    return name;
  };

  return members.map((person) => {
    const birth = birthName(person);
    const takesName = person.sex === 'female' && person.spouse && draws.chance(culture.husbandsName);
    return assemble(culture, person.sex, birth, takesName && person.spouse ? birthName(person.spouse) : undefined);
  });
}
