import type { JsonObject } from 'dci-core';
import type { ConsentGrant } from 'dci-server';
import { cultures } from './names/cultures.ts';
import type {
  Employment,
  FunctionalDomain,
  Home,
  Household,
  Limitation,
  MaritalStatus,
  Person,
  PersonName,
} from './population/population.ts';

/** One record of a demo registry, with what its registrant consents to. */
export interface DemoRecord {
  readonly recordType: string;
  readonly record: JsonObject;
  readonly consents: readonly ConsentGrant[];
}

/** From this severity on the Washington Group counts a person as disabled. */
export const DISABILITY_CUT_OFF = 3;

/** The standard's code of a marital status. */
export const maritalStatusCodes: Readonly<Record<MaritalStatus, string>> = {
  'never-married': 'S',
  married: 'M',
  widowed: 'W',
  divorced: 'D',
  separated: 'L',
};

const employmentCodes: Readonly<Record<Employment, string>> = {
  employee: '4',
  employer: '5',
  'own-account': '6',
  'family-worker': '8',
  'not-employed': '2',
};

const limitationCodes: Readonly<Record<FunctionalDomain, string>> = {
  vision: 'VIS_SS',
  hearing: 'HEAR_SS',
  mobility: 'MOB_SS',
  cognition: 'COG_SS',
  'self-care': 'SC_SS',
  communication: 'COM_SS',
};

/** One entry of an identifier list. */
export function identifier(type: string, value: string): JsonObject {
  return { identifier_type: type, identifier_value: value };
}

/** A person's identifiers, the strongest first. The running number is not among them. */
export function personIdentifiers(person: Person): JsonObject[] {
  return [
    identifier('UIN', person.uin),
    ...(person.nationalId === undefined ? [] : [identifier('NationalID', person.nationalId)]),
    ...(person.birthRegistrationNumber === undefined ? [] : [identifier('BRN', person.birthRegistrationNumber)]),
    identifier('UUID', person.uuid),
  ];
}

/** A household's identifiers. */
export function groupIdentifiers(household: Household): JsonObject[] {
  return [identifier('HouseholdID', household.householdId), identifier('UUID', household.uuid)];
}

/** A name under the standard's names. */
export function nameOf(name: PersonName): JsonObject {
  return {
    surname: name.family,
    given_name: name.given,
    ...(name.second !== undefined && { second_name: name.second }),
    ...(name.maiden !== undefined && { maiden_name: name.maiden }),
  };
}

/** The address list of a household and of everyone in it. */
export function addressesOf(home: Home): JsonObject[] {
  return [
    {
      address_line_1: home.addressLine,
      locality: home.locality,
      sub_region_code: home.districtCode,
      region_code: home.regionCode,
      postal_code: home.postalCode,
      country_code: home.countryCode,
    },
  ];
}

/** Washington Group answers and what follows from them. */
export function disabilityOf(limitations: readonly Limitation[]): JsonObject {
  return {
    is_disabled: limitations.some(({ severity }) => severity >= DISABILITY_CUT_OFF),
    ...(limitations.length > 0 && {
      disability_info: limitations.map(({ domain, severity }) => ({
        disability_limitation_type: limitationCodes[domain],
        functional_severity: severity,
      })),
    }),
  };
}

/** Language, marital status, work and education, in the standard's codes where it has any. */
export function circumstancesOf(household: Household, person: Person): JsonObject {
  return {
    language_code: cultures[household.culture].language,
    marital_status: maritalStatusCodes[person.maritalStatus],
    ...(person.employment !== undefined && { employment_status: employmentCodes[person.employment] }),
    ...(person.occupation !== undefined && { occupation: String(person.occupation) }),
    ...(person.education !== undefined && { education_level: String(person.education) }),
  };
}

/** When something was registered and last changed. */
export function registrationOf(entry: { readonly registeredAt: string; readonly updatedAt: string }): JsonObject {
  return { registration_date: entry.registeredAt, last_updated: entry.updatedAt };
}

/** Identity and demography alone, as it stands inside other records. */
export function briefPerson(person: Person): JsonObject {
  return {
    identifier: personIdentifiers(person),
    name: nameOf(person.name),
    sex: person.sex,
    birth_date: person.birthDate,
    ...(person.deathDate !== undefined && { death_date: person.deathDate }),
  };
}
