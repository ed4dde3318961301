import {
  crvs,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  maritalStatus,
  type RegistryType,
  relationshipType,
  resolveIdentifierType,
  sexCategory,
} from 'dci-core';
import { readDay } from '../days.ts';
import { type CivilIdentifier, distinctIdentifiers } from '../identifiers.ts';
import type {
  CivilName,
  CivilPerson,
  CivilPlace,
  MaritalStatusCode,
  SexCode,
  UnreadableMember,
} from './civil-person.ts';
import { elementsOf, isBlank, objectsOf, readNested, textOf } from './json-values.ts';

const nameMembers = {
  surname: 'surname',
  givenName: 'given_name',
  secondName: 'second_name',
  maidenName: 'maiden_name',
  prefix: 'prefix',
  suffix: 'suffix',
} as const satisfies Record<keyof CivilName, string>;

const maritalCodes: readonly MaritalStatusCode[] = ['S', 'M', 'W', 'A', 'D', 'L', 'U'];
const sexCodes: readonly SexCode[] = ['male', 'female', 'other', 'unknown'];
/** Of a list: nobody has as many identifiers, or marries as often, and each makes work. */
const mostElements = 64;
const spouseRelationships: readonly string[] = ['PRIMSPOUS', 'SPS', 'HUSB', 'WIFE'];
const spouseType = /(?:^|[:/])(?:groom|bride|spouse|husband|wife)$/i;

/**
 * Reads a record of a civil registry (records.md sections 4 and 12). It never fails: what a peer wrote that cannot be
 * read is named in `unreadable`, and nothing is taken from it.
 *
 * @param record - a record under the standard's names, as a `DciClient` gives it
 * @param registryType - knows the spellings of identifier types; `crvs` when absent
 * @returns what it says
 */
export function readCivilPerson(record: JsonObject, registryType: RegistryType = crvs): CivilPerson {
  const unreadable = new Set<UnreadableMember>();
  const readable = readIdentifiers(record.identifier, registryType);
  if (readable.length < elementsOf(record.identifier).length) unreadable.add('identifier');
  const name = readName(record.name);
  if (name === undefined && !isBlank(record.name)) unreadable.add('name');
  const day = (member: 'birth_date' | 'death_date'): string | undefined => {
    const [value, ...others] = elementsOf(record[member]);
    const found = others.length === 0 && typeof value === 'string' ? readDay(value.trim()) : undefined;
    if (found === undefined && value !== undefined) unreadable.add(member);
    return found;
  };
  const days = (member: 'marriage_date' | 'divorce_date'): readonly string[] => {
    const values = elementsOf(record[member]);
    const found = values
      .slice(0, mostElements)
      .flatMap((value) => (typeof value === 'string' ? (readDay(value.trim()) ?? []) : []));
    if (found.length < values.length) unreadable.add(member);
    return [...new Set(found)].sort();
  };
  const code = <T extends string>(
    member: 'sex' | 'marital_status',
    toCode: (text: string) => string | undefined,
    codes: readonly T[],
  ): T | undefined => {
    const read = toCode(textOf(record[member]) ?? '');
    const found = codes.find((known) => known === read);
    if (found === undefined && !isBlank(record[member])) unreadable.add(member);
    return found;
  };
  const sex = code('sex', sexCategory.toCode, sexCodes);
  const birthDate = day('birth_date');
  const deathDate = day('death_date');
  const birthPlace = readPlace(record.birth_place);
  const deathPlace = readPlace(record.death_place);
  const marital = code('marital_status', maritalStatus.toCode, maritalCodes);
  return {
    identifiers: distinctIdentifiers(readable, registryType),
    ...(name !== undefined && { name }),
    ...(sex !== undefined && { sex }),
    ...(birthDate !== undefined && { birthDate }),
    ...(birthPlace !== undefined && { birthPlace }),
    ...(deathDate !== undefined && { deathDate }),
    ...(deathPlace !== undefined && { deathPlace }),
    ...(marital !== undefined && { maritalStatus: marital }),
    marriageDates: days('marriage_date'),
    divorceDates: days('divorce_date'),
    parents: distinctIdentifiers(
      [record.parent1_identifier, record.parent2_identifier].flatMap((value) => readIdentifiers(value, registryType)),
      registryType,
    ),
    spouses: readSpouses(record, registryType),
    unreadable: [...unreadable],
  };
}

/** Also in the members that OpenCRVS 2024 uses, where the record's reader leaves them alone: in `relations`. */
function readIdentifiers(value: JsonValue | undefined, registryType: RegistryType): readonly CivilIdentifier[] {
  return elementsOf(value)
    .slice(0, mostElements)
    .flatMap((element) => {
      if (!isJsonObject(element)) {
        const bare = textOf(element);
        return bare === undefined ? [] : [{ type: '', value: bare }];
      }
      const type = textOf(element.identifier_type) ?? textOf(element.id_type) ?? textOf(element.name) ?? '';
      const number = textOf(element.identifier_value) ?? textOf(element.id_value) ?? textOf(element.identifier);
      return number === undefined ? [] : [{ type: resolveIdentifierType(registryType, type), value: number }];
    });
}

function readName(value: JsonValue | undefined): CivilName | undefined {
  if (typeof value === 'string') {
    const whole = textOf(value);
    return whole === undefined ? undefined : { givenName: whole };
  }
  if (!isJsonObject(value)) return undefined;
  const parts = Object.entries(nameMembers).flatMap(([part, member]) => {
    const text = textOf(value[member]);
    return text === undefined ? [] : [[part, text]];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function readPlace(value: JsonValue | undefined): CivilPlace | undefined {
  const whole = textOf(value);
  if (whole !== undefined) return { name: whole };
  return readNested<CivilPlace>(value, (place, inner) => {
    const name = textOf(place.name);
    const code = textOf(place.code);
    const addressLine = textOf(place.address_line) ?? textOf(place.address);
    const around = place.contained_in_place ?? place.containedInPlace;
    const aroundName = textOf(around);
    const containedIn = aroundName === undefined ? inner(around) : { name: aroundName };
    if ([name, code, addressLine, containedIn].every((part) => part === undefined)) return undefined;
    return {
      ...(name !== undefined && { name }),
      ...(code !== undefined && { code }),
      ...(addressLine !== undefined && { addressLine }),
      ...(containedIn !== undefined && { containedIn }),
    };
  });
}

function readSpouses(record: JsonObject, registryType: RegistryType): readonly CivilIdentifier[] {
  const relations = objectsOf(record.relations)
    .filter((relation) => spouseType.test(textOf(relation['@type']) ?? textOf(relation.relationship_type) ?? ''))
    .map(({ identifier }) => identifier);
  const related = objectsOf(record.related_person)
    .filter(({ relationship_type }) =>
      spouseRelationships.includes(relationshipType.toCode(textOf(relationship_type) ?? '') ?? ''),
    )
    .flatMap(({ related_member }) => {
      const member = isJsonObject(related_member) ? related_member : {};
      return [member.identifier, member.member_identifier];
    });
  return distinctIdentifiers(
    [...relations, ...related, record.spouse_identifier].flatMap((value) => readIdentifiers(value, registryType)),
    registryType,
  );
}
