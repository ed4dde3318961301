import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';

/** A table: headings and rows of the same length. */
export interface RecordTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Column {
  readonly heading: string;
  readonly value: (record: JsonObject, preferredType: string | undefined) => string;
}

/** Where a record keeps the person it is about, the outermost first. */
const personPaths = [
  [],
  ['demographic_info'],
  ['personal_details', 'demographic_info'],
  ['personal_details'],
  ['farmer_personal_details', 'demographic_info'],
  ['member', 'demographic_info'],
  ['group_head_info', 'demographic_info'],
];

/** Where a record keeps its identifiers. */
const identifierPaths = [
  ['group_identifier'],
  ['member_identifier'],
  ['farmer_personal_details', 'member_identifier'],
  ['personal_details', 'member_identifier'],
  ['member', 'member_identifier'],
  ['identifier'],
  ['demographic_info', 'identifier'],
];

/** Types of identifiers, the most telling first. */
const identifierTypes = ['UIN', 'NationalID', 'HouseholdID', 'BRN'];

const columns = {
  identifier: { heading: 'identifier', value: identifierOf },
  name: { heading: 'name', value: (record) => nameOf(personOf(record)) },
  head: { heading: 'head', value: (record) => nameOf(personOf(record)) },
  sex: { heading: 'sex', value: (record) => text(personOf(record)?.sex) },
  birthDate: { heading: 'birth date', value: (record) => text(personOf(record)?.birth_date) },
  deathDate: { heading: 'death date', value: (record) => text(personOf(record)?.death_date) },
  locality: { heading: 'locality', value: (record) => addressPart(record, 'locality') },
  region: { heading: 'region', value: (record) => addressPart(record, 'region_code') },
  size: { heading: 'size', value: (record) => text(record.group_size) },
  povertyScore: { heading: 'poverty score', value: (record) => text(record.poverty_score) },
  farms: { heading: 'farms', value: (record) => String(list(record.farm_details).length) },
  land: { heading: 'land', value: landOf },
} satisfies Readonly<Record<string, Column>>;

const personColumns: readonly Column[] = [
  columns.identifier,
  columns.name,
  columns.sex,
  columns.birthDate,
  columns.deathDate,
  columns.locality,
  columns.region,
];

const columnsByRecordType: Readonly<Record<string, readonly Column[]>> = {
  Group: [columns.identifier, columns.head, columns.size, columns.povertyScore, columns.locality, columns.region],
  Farmer: [
    columns.identifier,
    columns.name,
    columns.sex,
    columns.birthDate,
    columns.farms,
    columns.land,
    columns.locality,
  ],
};

/**
 * Puts records into a table that a person can read; columns that are empty for all are left out.
 *
 * @param recordType - name of the record type, for example `Person`
 * @param records - the records under the standard's names
 * @param preferredType - identifier type to show where a record has it
 * @returns headings and rows
 */
export function recordTable(
  recordType: string,
  records: readonly JsonObject[],
  preferredType: string | undefined,
): RecordTable {
  const shown = (columnsByRecordType[recordType] ?? personColumns)
    .map(({ heading, value }) => ({ heading, cells: records.map((record) => value(record, preferredType)) }))
    .filter(({ cells }, index) => index === 0 || cells.some((cell) => cell !== ''));
  return {
    headings: shown.map(({ heading }) => heading),
    rows: records.map((_, row) => shown.map(({ cells }) => cells[row] ?? '')),
  };
}

const text = (value: JsonValue | undefined): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

function at(record: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}

function personOf(record: JsonObject): JsonObject | undefined {
  for (const path of personPaths) {
    const person = at(record, path);
    if (isJsonObject(person) && isJsonObject(person.name)) return person;
  }
  return undefined;
}

function identifierOf(record: JsonObject, preferredType: string | undefined): string {
  const identifiers = identifierPaths.flatMap((path) => list(at(record, path))).filter(isJsonObject);
  const ofType = (type: string | undefined): JsonObject | undefined =>
    identifiers.find(({ identifier_type }) => text(identifier_type).toLowerCase() === type?.toLowerCase());
  const chosen = [preferredType, ...identifierTypes].map(ofType).find((found) => found !== undefined) ?? identifiers[0];
  if (chosen === undefined) return '';
  const type = text(chosen.identifier_type);
  return `${type === '' ? '' : `${type} `}${text(chosen.identifier_value)}`;
}

function nameOf(person: JsonObject | undefined): string {
  const name = person?.name;
  if (!isJsonObject(name)) return '';
  const [given, second, family] = [name.given_name, name.second_name, name.surname].map(text);
  const parts = [given, second, family].filter((part) => part !== '');
  // Chinese writes the family name first, without a space.
  return /^\p{Script=Han}+$/u.test(parts.join('')) ? `${family}${second}${given}` : parts.join(' ');
}

function addressPart(record: JsonObject, part: string): string {
  for (const holder of [record, personOf(record)]) {
    for (const address of list(holder?.address)) {
      const value = isJsonObject(address) ? text(address[part]) : '';
      if (value !== '') return value;
    }
  }
  return '';
}

function landOf(record: JsonObject): string {
  const sizes = list(record.farm_details).flatMap((farm) =>
    isJsonObject(farm) && typeof farm.land_size === 'number' ? [farm.land_size] : [],
  );
  return sizes.length === 0 ? '' : String(Math.round(sizes.reduce((sum, size) => sum + size, 0) * 100) / 100);
}
