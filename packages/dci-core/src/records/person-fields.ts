import { sexCategory } from '../code-lists/core.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { addressShape } from './address.ts';
import { code, date, dateTime, list, object, text } from './field.ts';
import { identifierShape } from './identifier.ts';
import { nameShape } from './name.ts';
import { defineShape, findField, memberOf } from './shape.ts';

/** The members of the core Person; every registry's person has them (records.md section 2). */
export const personFields = {
  identifier: list(object(() => identifierShape, 'identifiers')),
  name: object(() => nameShape),
  sex: code(sexCategory, 'gender'),
  birth_date: date('date_of_birth', 'dob'),
  death_date: date('date_of_death', 'dod'),
  address: list(object(() => addressShape, 'addresses', 'home_location')),
  phone_number: list(text('phone', 'phone_numbers', 'telephone', 'mobile')),
  email: list(text('emails', 'email_address')),
  registration_date: dateTime('sregistration_date', 'create_date'),
  last_updated: dateTime('last_update', 'write_date', 'updated_at'),
};

const coreShape = defineShape('Person', personFields);

/**
 * Brings the members of a person to where the JSON-LD has them: out of a `person` inside (IBR), names from beside
 * the name (OpenCRVS 2024, openIMIS), an identifier that is spelt out in the person (IBR).
 *
 * @param object - a person under any spelling
 * @returns the person with name and identifier as members of their own
 */
export function restructurePerson(object: JsonObject): JsonObject {
  const flat = unwrapObject(object, 'person');
  if (flat === object && !Object.keys(object).some(isLoosePart)) return object;
  const nameParts: Record<string, JsonValue> = {};
  const identifier: Record<string, JsonValue> = {};
  const rest: Record<string, JsonValue | undefined> = {};
  for (const [spelling, value] of Object.entries(flat)) {
    if (value === undefined || !isLoosePart(spelling)) rest[spelling] = value;
    else if (isIdentifierPart(spelling)) identifier[spelling] = value;
    else nameParts[spelling] = value;
  }
  const hasName = memberOf(flat, coreShape, 'name') !== undefined;
  const hasIdentifier = memberOf(flat, coreShape, 'identifier') !== undefined;
  return {
    ...rest,
    ...(hasName ? nameParts : present('name', nameParts)),
    ...(hasIdentifier ? identifier : present('identifier', identifier)),
  };
}

/**
 * Takes the members of an inner object out, as often as there is one.
 *
 * @param object - an object
 * @param name - the member that holds the inner object
 * @returns the members of both; the inner ones count
 */
export function unwrapObject(object: JsonObject, name: string): JsonObject {
  const { [name]: inner, ...outer } = object;
  return isJsonObject(inner) ? unwrapObject({ ...outer, ...inner }, name) : object;
}

/** The members of {@link personFields} under any spelling, a name in parts, and all else of an object. */
export interface SplitPerson {
  readonly person: JsonObject;
  readonly rest: JsonObject;
}

/**
 * Separates the members of a person from the rest of an object, for peers that send a person where the JSON-LD has
 * an object around it.
 *
 * @param object - an object under any spelling
 * @param keep - names of members that belong to the object itself, although a person has them too
 * @returns both halves
 */
export function splitPerson(object: JsonObject, keep: readonly string[]): SplitPerson {
  const person: Record<string, JsonValue | undefined> = {};
  const rest: Record<string, JsonValue | undefined> = {};
  for (const [spelling, value] of Object.entries(object)) {
    const field =
      findField(coreShape, spelling)?.field ?? (findField(nameShape, spelling) === undefined ? undefined : 'name');
    if (field === undefined || keep.includes(field)) rest[spelling] = value;
    else person[spelling] = value;
  }
  return { person, rest };
}

// of a name or an identifier, beside the members that hold these
function isLoosePart(spelling: string): boolean {
  if (findField(coreShape, spelling) !== undefined) return false;
  return isIdentifierPart(spelling) || findField(nameShape, spelling) !== undefined;
}

function isIdentifierPart(spelling: string): boolean {
  return spelling === 'identifier_type' || spelling === 'identifier_value';
}

function present(name: string, object: JsonObject): JsonObject {
  const hasValue = Object.values(object).some((value) => value !== null && value !== '');
  return hasValue ? { [name]: object } : {};
}
