import type { JsonObject } from 'dci-core';

/** How many persons the registries know. */
export const PERSONS = 60;

const numbers = Array.from({ length: PERSONS }, (_value, index) => 1000 + index);
const identifierOf = (number: number): JsonObject => ({ identifier_type: 'UIN', identifier_value: String(number) });
const birthOf = (number: number): string => `19${60 + (number % 40)}-0${1 + (number % 9)}-1${number % 10}`;

/**
 * @param number - of a person
 * @param more - members in place of the usual ones
 * @returns a person of the social registry
 */
export function personOf(number: number, more: JsonObject = {}): JsonObject {
  return {
    '@type': 'Person',
    identifier: [identifierOf(number)],
    name: { given_name: `Given${number}`, surname: 'Ñandú' },
    sex: number % 2 === 0 ? 'female' : 'male',
    birth_date: birthOf(number),
    ...more,
  };
}

/** Of the social registry. */
export const persons: readonly JsonObject[] = numbers.map((number) => personOf(number));

/** Of the civil registry; every tenth has died. */
export const civilPersons: readonly JsonObject[] = numbers.map((number) => ({
  ...personOf(number),
  '@type': 'CRVS_Person',
  identifier: [identifierOf(number), { identifier_type: 'BRN', identifier_value: `B${number}` }],
  ...(number % 10 === 0 && { death_date: '2025-03-01' }),
}));

/** Of the registry of beneficiaries. */
export const beneficiaries: readonly JsonObject[] = numbers.slice(0, 20).map((number) => ({
  '@type': 'Beneficiary',
  member: { member_identifier: [identifierOf(number)], demographic_info: personOf(number) },
  programme_identifier: [{ programme_identifier: 'P1', programme_name: 'Cash transfer' }],
  enrollment_status: '1',
}));

/** Of the disability registry. */
export const disabledPersons: readonly JsonObject[] = numbers.slice(0, 20).map((number) => ({
  '@type': 'DisabledPerson',
  personal_details: { member_identifier: [identifierOf(number)], demographic_info: personOf(number) },
}));
