import { defineCodeList } from '../code-lists/define.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';
import type { AttributeTable, ReadRecord, RecordType, RegistryType } from '../registry-type/registry-type.ts';

const sexes = defineCodeList({
  name: 'TestSex',
  entries: [
    ['male', 'Male'],
    ['female', 'Female'],
  ],
  aliases: { M: 'male', F: 'female' },
});

const personAttributes: AttributeTable = {
  name: { type: 'string', path: ['name.given_name', 'name.surname'], many: true },
  'name.surname': { type: 'string', path: 'name.surname', aliases: ['surname', 'family_name'] },
  'name.given_name': { type: 'string', path: 'name.given_name', aliases: ['given_name'] },
  birth_date: { type: 'date', path: 'birth_date', aliases: ['birthdate', 'DOB'] },
  age: { type: 'integer', ageFrom: 'birth_date' },
  sex: { type: 'code', path: 'sex', codeList: sexes, aliases: ['gender'] },
  email: { type: 'string', path: 'email', many: true },
  phone_number: { type: 'string', path: 'phone_number', many: true, aliases: ['phone', 'mobile'] },
  is_registrant: { type: 'boolean', constant: true },
  is_disabled: { type: 'boolean', path: 'is_disabled', aliases: ['has_disability'] },
  disability_level: { type: 'integer', path: 'disability_info.functional_severity', many: true },
  requires_assistance: { type: 'boolean', path: 'additional_attributes[key=requires_assistance].value' },
  'area_id.code': { type: 'string', path: 'address.region_code', many: true, aliases: ['region'] },
  locality: { type: 'string', path: 'address.locality', many: true, aliases: ['city', 'location'] },
  registration_date: { type: 'datetime', path: 'registration_date', aliases: ['createdAt'] },
  status_change: { type: 'datetime', path: 'status_change_date', many: true },
  'farm_info.location.geo.latitude': { type: 'decimal', path: 'geo.latitude' },
  'farm_info.location.geo.longitude': { type: 'decimal', path: 'geo.longitude' },
  disability_status: { type: 'string', path: 'disability_status' },
  member_identifier: {
    type: 'string',
    path: 'identifier.identifier_value',
    many: true,
    aliases: ['person_identifier'],
  },
  'programme_identifier.program.programme_identifier': {
    type: 'string',
    path: 'programme_identifier.programme_identifier',
    many: true,
  },
  secret_score: { type: 'decimal', path: 'secret_score', sensitive: true },
};

const groupAttributes: AttributeTable = {
  poverty_score: { type: 'decimal', path: 'poverty_score' },
  group_size: { type: 'integer', path: 'group_size' },
  location: { type: 'string', path: 'geographical_location.code' },
  member_birth_date: { type: 'date', path: 'member_list.demographic_info.birth_date', many: true },
  member_age: { type: 'integer', ageFrom: 'member_birth_date' },
};

/**
 * A record type with attributes of every kind, named as in the seeds' and the standard's queries.
 *
 * @param name - `Person` or `Group`
 * @param attributes - its attribute table
 * @param identifierPaths - where its identifiers stand
 * @returns the record type; it reads objects as they are
 */
export function testRecordType(
  name: string,
  attributes: AttributeTable,
  identifierPaths: readonly string[],
): RecordType {
  return {
    name,
    aliases: [name.toUpperCase()],
    context: 'https://example.org/context',
    jsonLdType: name,
    identifierPaths,
    attributes,
    read: (value: JsonValue): ReadRecord => ({ record: isJsonObject(value) ? value : {}, warnings: [] }),
  };
}

/** A person, with attributes of every type. */
export const personType = testRecordType('Person', personAttributes, ['identifier', 'other_documents.identifier']);

/** A household with members, some of whose attributes have several values. */
export const groupType = testRecordType('Group', groupAttributes, [
  'group_identifier',
  'member_list.member_identifier',
]);

/** A registry type of persons and households, small enough to be understood at a glance. */
export const testRegistryType: RegistryType = {
  name: 'test',
  code: 'ns:org:RegistryType:Test',
  codeAliases: [],
  slugs: ['test'],
  recordTypes: [personType, groupType],
  identifierTypes: [
    { code: 'UIN', aliases: ['ns:org:IdentifierType:UIN'] },
    { code: 'NationalID', aliases: ['NID', 'urn:gov:national-id'] },
    { code: 'HouseholdID', aliases: ['urn:gov:household-id'] },
  ],
  eventTypes: [],
  operations: [],
};
