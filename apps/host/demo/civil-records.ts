import type { JsonObject } from 'dci-core';
import { type CivilEntry, type CivilPlace, civilEntriesOf } from './civil-events.ts';
import { consentsOf } from './consents.ts';
import type { Household, Person } from './population/population.ts';
import {
  addressesOf,
  type DemoRecord,
  identifier,
  maritalStatusCodes,
  nameOf,
  personIdentifiers,
} from './record-parts.ts';

function placeOf({ name, districtCode, regionCode }: CivilPlace): JsonObject {
  return {
    name,
    code: districtCode,
    contained_in_place: { name: districtCode, contained_in_place: { name: regionCode } },
  };
}

const uinOf = (person: Person): JsonObject => identifier('UIN', person.uin);

function civilRecord(household: Household, entry: CivilEntry): JsonObject {
  const { person, mother, father, birthPlace, death, marriage, registeredAt, updatedAt } = entry;
  return {
    identifier: [
      ...personIdentifiers(person),
      ...(marriage ? [identifier('MRN', marriage.registrationNumber)] : []),
      ...(death ? [identifier('DRN', death.registrationNumber)] : []),
    ],
    name: nameOf(person.name),
    sex: person.sex,
    birth_date: person.birthDate,
    birth_place: placeOf(birthPlace),
    ...(death && { death_date: person.deathDate, death_place: placeOf(death.place) }),
    ...(!death && { address: addressesOf(household.home) }),
    marital_status: maritalStatusCodes[person.maritalStatus],
    ...(marriage && { marriage_date: [marriage.date] }),
    ...(marriage?.divorceDate !== undefined && { divorce_date: [marriage.divorceDate] }),
    ...(mother && { parent1_identifier: uinOf(mother) }),
    ...(father && { parent2_identifier: uinOf(father) }),
    registration_date: registeredAt,
    last_updated: updatedAt,
  };
}

/**
 * Derives the records of the civil registry (CRVS): everyone of whom a birth, marriage, divorce or death is registered,
 * under the same identifiers as in the Social registry. Both spouses carry the number of their marriage (MRN);
 * the first parent is the mother. A parent who is not registered anywhere has no identifier and is left out.
 *
 * @param households - the population
 * @returns the records, household by household
 */
export function* civilRecords(households: Iterable<Household>): Generator<DemoRecord, void, undefined> {
  for (const household of households) {
    for (const entry of civilEntriesOf(household)) {
      yield { recordType: 'Person', record: civilRecord(household, entry), consents: consentsOf(entry.person) };
    }
  }
}
