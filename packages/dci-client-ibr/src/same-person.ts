import {
  type Beneficiary,
  ibr,
  identifiersOf,
  type JsonObject,
  type Member,
  type Person,
  type RecordIdentifier,
  sexCategory,
} from 'dci-core';
import { haveCommonName } from './name-words.ts';
import { identifierKey, identifierTypeKey, type Registrant, type RegistrantIdentifier } from './registrant.ts';

/** What a record shows of an identifier that was asked for. */
export type IdentifierSight =
  /** It carries it. */
  | { readonly shown: 'same'; readonly party: Party }
  /** It shows none of this type: the registry says that it matches. Of a household nobody can tell whom it means. */
  | { readonly shown: 'none'; readonly party: Party | undefined }
  /** It is about one person and shows another value of this type. */
  | { readonly shown: 'other' };

/** Somebody whom a record is about, with what identifies them. Of a group itself there is no person. */
export interface Party {
  readonly identifiers: readonly RecordIdentifier[];
  readonly person: Person | undefined;
}

const families: readonly string[] = ['2', '3'];

/**
 * Looks for an identifier in a record: of the member, of the group, of its head and of its members.
 *
 * @param beneficiary - the record
 * @param asked - the identifier that was asked for
 * @returns what the record shows of it, and of whom
 */
export function sightOf(beneficiary: Beneficiary, asked: RegistrantIdentifier): IdentifierSight {
  const key = identifierKey(asked);
  const parties = partiesOf(beneficiary);
  const party = parties.find(({ identifiers }) => identifiers.some((one) => identifierKey(one) === key));
  if (party !== undefined) return { shown: 'same', party };
  const { member, group, assistance_unit: unit } = beneficiary;
  // Of a household often the head alone is shown, while any member can be asked for.
  const isHousehold = group !== undefined || (unit !== undefined && families.includes(unit));
  const type = identifierTypeKey(asked.type);
  const showsType = parties.some(({ identifiers }) =>
    identifiers.some(({ identifierType }) => identifierTypeKey(identifierType) === type),
  );
  if (showsType && !isHousehold) return { shown: 'other' };
  return { shown: 'none', party: member === undefined || isHousehold ? undefined : partyOf(member) };
}

function partiesOf({ member, group }: Beneficiary): readonly Party[] {
  const persons = [member, group?.group_head_info, ...(group?.member_list ?? [])];
  return [
    ...persons.flatMap((one) => (one === undefined ? [] : [partyOf(one)])),
    ...(group === undefined ? [] : [{ identifiers: listed(group, 'group_identifier'), person: undefined }]),
  ];
}

function partyOf(member: Member): Party {
  return {
    identifiers: [...listed(member, 'member_identifier'), ...listed(member, 'demographic_info.identifier')],
    person: member.demographic_info,
  };
}

const listed = (record: JsonObject, path: string): readonly RecordIdentifier[] => identifiersOf(record, path, ibr);

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
  const { person } = party ?? {};
  if (party === undefined || person === undefined) return [];
  const { birthDate, sex, name } = registrant;
  const found: Contradiction[] = [];
  if (birthDate !== undefined && person.birth_date !== undefined && person.birth_date !== birthDate) {
    found.push('birth_date_differs');
  }
  if (sexDiffers(sex, person.sex)) found.push('sex_differs');
  const { surname, given_name, second_name } = person.name ?? {};
  const ours = [name?.surname, name?.givenName, name?.secondName];
  if (!haveCommonName(ours, [surname, given_name, second_name])) found.push('name_differs');
  if (identifiersDiffer(registrant.identifiers, party.identifiers)) found.push('identifier_differs');
  return found;
}

/** Whether both sides have a type of which they have no value in common. */
function identifiersDiffer(ours: readonly RegistrantIdentifier[], theirs: readonly RecordIdentifier[]): boolean {
  const keys = new Set(theirs.map(identifierKey));
  const types = new Set(theirs.map(({ identifierType }) => identifierTypeKey(identifierType)));
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
      contradictions(registrant, { person, identifiers: [] }).length === 0 &&
      haveCommonName([registrant.name?.surname], [surname]) &&
      haveCommonName([registrant.name?.givenName], [given_name])
    );
  });
}
