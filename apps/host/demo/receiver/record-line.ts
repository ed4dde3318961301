import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import { printable } from 'dci-host';

/** Members under which a record keeps the person it is about. */
const personMembers = ['demographic_info', 'personal_details', 'farmer_personal_details', 'member', 'group_head_info'];
const identifierMembers = ['group_identifier', 'member_identifier', 'identifier'];
/** The identifier that tells a record from others of the same person comes first. */
const identifierTypes = ['FARMER_ID', 'BENEFICIARY_ID', 'HouseholdID', 'UIN'];

/**
 * Writes a record on one line: identifier, name, sex, date of birth, place.
 *
 * @param record - a record of a demo registry
 * @returns the line, safe for a terminal
 */
export function recordLine(record: JsonObject): string {
  const parts = partsOf(record);
  const person = parts.find(({ name }) => isJsonObject(name)) ?? {};
  const address = parts.map((part) => first(part.address)).find(isJsonObject) ?? {};
  const cells = [
    identifierOf(parts),
    nameOf(person.name),
    text(person.sex),
    text(person.birth_date),
    text(address.locality),
  ];
  return printable(cells.filter((cell) => cell !== '').join('  '));
}

/** The record and the objects in it that may tell of the person. */
function partsOf(record: JsonObject): readonly JsonObject[] {
  const nested = personMembers.map((member) => record[member]).filter((value) => isJsonObject(value));
  return [record, ...nested.flatMap(partsOf)];
}

function identifierOf(parts: readonly JsonObject[]): string {
  const identifiers = parts
    .flatMap((part) => identifierMembers.map((member) => part[member]))
    .flatMap((value) => (Array.isArray(value) ? (value as readonly JsonValue[]) : []))
    .filter(isJsonObject);
  const ofType = (type: string) => identifiers.find(({ identifier_type: own }) => own === type);
  const chosen = identifierTypes.map(ofType).find((found) => found !== undefined) ?? identifiers[0];
  return chosen === undefined ? '' : `${text(chosen.identifier_type)} ${text(chosen.identifier_value)}`.trim();
}

function nameOf(name: JsonValue | undefined): string {
  if (!isJsonObject(name)) return '';
  return [name.given_name, name.second_name, name.surname]
    .map(text)
    .filter((part) => part !== '')
    .join(' ');
}

function first(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) ? (value as readonly JsonValue[])[0] : value;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
