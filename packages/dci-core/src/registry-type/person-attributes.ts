import { personShape } from '../records/person.ts';
import { type AttributeEntries, attributesOf } from './attributes.ts';

/** Members of an address by their short names, for records whose `address` is a list of addresses. */
export const addressAttributes = {
  'address.address_line_1': { aliases: ['address_line_1', 'street'] },
  'address.address_line_2': { aliases: ['address_line_2'] },
  'address.locality': { aliases: ['locality', 'city'] },
  'address.sub_region_code': { aliases: ['sub_region_code', 'sub_region', 'district'] },
  'address.region_code': { aliases: ['region_code', 'region'] },
  'address.postal_code': { aliases: ['postal_code'] },
  'address.country_code': { aliases: ['country_code', 'country'] },
} as const satisfies AttributeEntries;

/** Attributes of the core person, with the short names of the seeds and of OpenSPP and OpenCRVS. */
export const personAttributes = attributesOf(personShape, {
  name: { type: 'string', path: ['name.given_name', 'name.second_name', 'name.surname'], many: true },
  'name.surname': { aliases: ['surname', 'family_name', 'last_name'] },
  'name.given_name': { aliases: ['given_name', 'first_name'] },
  'name.second_name': { aliases: ['second_name', 'middle_name'] },
  'name.maiden_name': { aliases: ['maiden_name'] },
  'name.prefix': {},
  'name.suffix': {},
  sex: { aliases: ['gender'] },
  birth_date: { aliases: ['birthdate', 'date_of_birth', 'dob'] },
  age: { type: 'integer', ageFrom: 'birth_date' },
  death_date: { aliases: ['deathdate', 'date_of_death'] },
  'identifier.identifier_value': { aliases: ['identifier_value'] },
  ...addressAttributes,
  'area_id.code': {
    type: 'string',
    path: ['address.region_code', 'address.sub_region_code'],
    many: true,
    aliases: ['area_id', 'area_code'],
  },
  phone_number: { aliases: ['phone', 'mobile'] },
  email: {},
  registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
  last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
});

/** Paths of a person beside those of sensitive attributes that `*` does not grant. */
export const sensitivePersonPaths = ['biometric_data'] as const;
