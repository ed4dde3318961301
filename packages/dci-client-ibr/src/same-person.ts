import { type Beneficiary, type Person, sexCategory } from 'dci-core';
import { haveCommonName } from './name-words.ts';
import { type Party, partiesOf, type ShownIdentifier } from './parties.ts';
import { identifierKey, identifierTypeKey, type Registrant, type RegistrantIdentifier } from './registrant.ts';

/** Something in which a record contradicts what is known of the registrant. */
export type Contradiction = 'birth_date_differs' | 'sex_differs' | 'name_differs' | 'identifier_differs';

/**
 * Compares somebody with whom a record is about. What either side does not say contradicts nothing.
 *
 * @param registrant - whoever is asked for
 * @param party - somebody in the record
 * @returns in what they differ
 */
export function contradictions(registrant: Registrant, party: Party | undefined): readonly Contradiction[] {
  if (party === undefined) return [];
  const { person, identifiers } = party;
  return [
    ...(person === undefined ? [] : personDiffers(registrant, person)),
    ...(identifiersDiffer(registrant.identifiers, identifiers) ? (['identifier_differs'] as const) : []),
  ];
}

function personDiffers({ birthDate, sex, name }: Registrant, person: Person): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (birthDate !== undefined && person.birth_date !== undefined && person.birth_date !== birthDate) {
    found.push('birth_date_differs');
  }
  if (sexDiffers(sex, person.sex)) found.push('sex_differs');
  const { surname, given_name, second_name } = person.name ?? {};
  const ours = [name?.surname, name?.givenName, name?.secondName];
  if (!haveCommonName(ours, [surname, given_name, second_name])) found.push('name_differs');
  return found;
}

/** Whether both sides have a type of which they have no value in common. */
function identifiersDiffer(ours: readonly RegistrantIdentifier[], theirs: readonly ShownIdentifier[]): boolean {
  const typed = theirs.flatMap(({ type, value }) => (type === undefined ? [] : [{ type, value }]));
  const keys = new Set(typed.map(identifierKey));
  const types = new Set(typed.map(({ type }) => identifierTypeKey(type)));
  return ours.some(({ type }) => {
    const typeKey = identifierTypeKey(type);
    return (
      types.has(typeKey) && !ours.some((one) => identifierTypeKey(one.type) === typeKey && keys.has(identifierKey(one)))
    );
  });
}

function sexDiffers(ours: string | undefined, theirs: string | undefined): boolean {
  const [one, other] = [ours, theirs].map((text) => (text === undefined ? undefined : sexCategory.toCode(text)));
  const isSaid = (code: string | undefined): boolean => code === 'male' || code === 'female';
  return isSaid(one) && isSaid(other) && one !== other;
}

/**
 * Tells whether a record that was found by name and birth date is of a person who may be the registrant. Registries
 * compare texts in their own way, so what came is compared again.
 *
 * @param registrant - with surname and birth date
 * @param beneficiary - the record
 * @returns whether anybody in it has the name and the birth date, as far as they are shown
 */
export function resembles(registrant: Registrant, beneficiary: Beneficiary): boolean {
  const persons = partiesOf(beneficiary).flatMap(({ person }) => (person === undefined ? [] : [person]));
  if (persons.length === 0) return true;
  return persons.some((person) => {
    const { surname, given_name } = person.name ?? {};
    return (
      // Identifiers may differ: whoever is registered twice has two.
      personDiffers(registrant, person).length === 0 &&
      haveCommonName([registrant.name?.surname], [surname]) &&
      haveCommonName([registrant.name?.givenName], [given_name])
    );
  });
}
