import type { JsonObject } from 'dci-core';
import { consentsOf } from './consents.ts';
import { relationshipBetween } from './population/kinship.ts';
import type { Household, Person } from './population/population.ts';
import {
  addressesOf,
  briefPerson,
  circumstancesOf,
  type DemoRecord,
  disabilityOf,
  groupIdentifiers,
  nameOf,
  personIdentifiers,
  registrationOf,
} from './record-parts.ts';

/** One record for the demo's Social registry. */
export interface SocialRecord extends DemoRecord {
  readonly recordType: 'Person' | 'Member' | 'Group';
}

const attribute = (key: string, value: string | boolean): JsonObject => ({ key, value });

function livingPeople(household: Household): readonly Person[] {
  return household.people.filter(({ deathDate }) => deathDate === undefined);
}

function personRecord(household: Household, person: Person, position: number): JsonObject {
  return {
    ...briefPerson(person),
    address: addressesOf(household.home),
    ...(person.phoneNumber !== undefined && { phone_number: [person.phoneNumber] }),
    ...(person.email !== undefined && { email: [person.email] }),
    ...disabilityOf(person.limitations),
    ...circumstancesOf(household, person),
    ...(person.deathDate === undefined && {
      household_info: { household_size: livingPeople(household).length, is_household_head: position === 0 },
    }),
    additional_attributes: [attribute('requires_assistance', person.requiresAssistance)],
    ...registrationOf(person),
  };
}

/** What the people of the household are to this one: everyone to the head, and parents and spouse to all. */
function relatedPersons(household: Household, position: number): JsonObject[] {
  const person = household.people[position];
  if (!person) return [];
  return household.people.flatMap((other, otherPosition) => {
    const near = [person.mother, person.father, person.spouse].includes(otherPosition);
    if (otherPosition === position || !(near || position === 0 || otherPosition === 0)) return [];
    return [
      {
        relationship_type: relationshipBetween(household, position, otherPosition),
        related_member: { identifier: personIdentifiers(other), name: nameOf(other.name) },
      },
    ];
  });
}

function briefMember(household: Household, person: Person, position: number): JsonObject {
  return {
    member_identifier: personIdentifiers(person),
    demographic_info: briefPerson(person),
    related_person: relatedPersons(household, position),
    ...disabilityOf(person.limitations),
    ...circumstancesOf(household, person),
    ...registrationOf(person),
  };
}

function memberRecord(household: Household, person: Person, position: number): JsonObject {
  return {
    ...briefMember(household, person, position),
    demographic_info: {
      ...briefPerson(person),
      address: addressesOf(household.home),
      ...(person.phoneNumber !== undefined && { phone_number: [person.phoneNumber] }),
      ...(person.email !== undefined && { email: [person.email] }),
      ...registrationOf(person),
    },
    additional_attributes: [attribute('requires_assistance', person.requiresAssistance)],
  };
}

function groupRecord(household: Household): JsonObject {
  const { home, dwelling } = household;
  const members = household.people.flatMap((person, position) =>
    person.deathDate === undefined ? [briefMember(household, person, position)] : [],
  );
  const [head] = members;
  return {
    group_identifier: groupIdentifiers(household),
    group_type: '2',
    geographical_location: {
      name: home.locality,
      code: home.districtCode,
      geo: { latitude: home.latitude, longitude: home.longitude },
      contained_in_place: { name: home.districtCode, contained_in_place: { name: home.regionCode } },
    },
    address: addressesOf(home),
    place_address: false,
    poverty_score: household.povertyScore,
    poverty_score_type: 'PMT',
    ...(head && { group_head_info: head }),
    group_size: members.length,
    member_list: members,
    additional_attributes: [
      attribute('dwelling_type', dwelling.type),
      attribute('water_source', dwelling.waterSource),
      attribute('electricity', dwelling.electricity),
      attribute('rural', home.rural),
    ],
    ...registrationOf(household),
  };
}

/**
 * Derives the records of the Social registry: a Person and a Member of everyone who is registered, the
 * dead too, and a Group of each household with its living members.
 *
 * @param households - the population
 * @returns the records, household by household
 */
export function* socialRecords(households: Iterable<Household>): Generator<SocialRecord, void, undefined> {
  for (const household of households) {
    const [head] = household.people;
    yield { recordType: 'Group', record: groupRecord(household), consents: head === undefined ? [] : consentsOf(head) };
    for (const [position, person] of household.people.entries()) {
      const consents = consentsOf(person);
      yield { recordType: 'Person', record: personRecord(household, person, position), consents };
      yield { recordType: 'Member', record: memberRecord(household, person, position), consents };
    }
  }
}
