import type { CodeList, JsonObject, RecordType, RegistryType } from 'dci-core';

const sexes: CodeList = {
  name: 'contract-sex',
  entries: { male: 'Male', female: 'Female' },
  toCode: (text) => ({ m: 'male', male: 'male', f: 'female', female: 'female' })[text.toLowerCase()],
  toLabel: (code) => ({ male: 'Male', female: 'Female' })[code],
};

const person: RecordType = {
  name: 'Person',
  aliases: [],
  context: 'https://example.org/contract.jsonld',
  jsonLdType: 'Person',
  identifierPaths: ['identifier', 'guardian.identifier', 'household.member.identifier'],
  attributes: {
    name: { type: 'string', path: 'name.full' },
    'name.surname': { type: 'string', path: 'name.surname' },
    sex: { type: 'code', path: 'sex', codeList: sexes },
    status: { type: 'code', path: 'status' },
    birth_date: { type: 'date', path: 'birth_date' },
    age: { type: 'integer', ageFrom: 'birth_date' },
    registered: { type: 'datetime', path: 'registration_date' },
    children: { type: 'integer', path: 'children' },
    score: { type: 'decimal', path: 'assessment.score' },
    is_disabled: { type: 'boolean', path: 'is_disabled' },
    region: { type: 'string', path: ['address.region', 'place.region'] },
    is_registrant: { type: 'boolean', constant: true },
    country: { type: 'code', constant: 'KEN' },
    phone: { type: 'string', path: 'phone_number', many: true },
    language: { type: 'code', path: 'language', many: true },
    home_visit: { type: 'date', path: 'visit[kind=home].date', many: true },
    seen: { type: 'datetime', path: 'seen', many: true },
    house_number: { type: 'integer', path: ['address.house', 'place.house'], many: true },
    weight: { type: 'decimal', path: 'measurement.weight', many: true },
    answer: { type: 'boolean', path: 'answer', many: true },
  },
  read: (value) => ({ record: value as JsonObject, warnings: [] }),
};

const household: RecordType = {
  ...person,
  name: 'Household',
  jsonLdType: 'Household',
  identifierPaths: ['identifier'],
  // Names that differ only in characters that an SQL identifier cannot hold, and one that is SQL itself.
  attributes: {
    'size.total': { type: 'integer', path: 'size.total' },
    size_total: { type: 'integer', path: 'declared' },
    'size-total': { type: 'string', path: 'label' },
    größe: { type: 'decimal', path: 'größe' },
    '"; DROP TABLE x; --': { type: 'string', path: 'sql' },
    select: { type: 'string', path: 'select', many: true },
  },
};

/** The registry type of the adapter contract: every attribute type, once with one value and once with many. */
export const contractRegistryType: RegistryType = {
  name: 'contract',
  code: 'ns:org:RegistryType:Contract',
  codeAliases: [],
  slugs: ['contract'],
  recordTypes: [person, household],
  identifierTypes: [
    { code: 'UIN', aliases: ['urn:example:uin'] },
    { code: 'NATIONAL_ID', aliases: [] },
  ],
  eventTypes: [],
  operations: [],
};
