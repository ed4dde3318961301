import { DciError, ibr, identifiersOf } from 'dci-core';
import * as v from 'valibot';

/** An identifier of somebody. */
export interface RegistrantIdentifier {
  /** For example `UIN`, `NationalID`, `urn:gov:national-id`. */
  readonly type: string;
  readonly value: string;
}

/** Somebody's name, as far as it is known. */
export interface RegistrantName {
  readonly surname?: string;
  readonly givenName?: string;
  readonly secondName?: string;
}

/** Somebody who is about to be enrolled. Whatever beside the identifiers is known makes a wrong match visible. */
export interface Registrant {
  /** All identifiers that are known; each is asked for. */
  readonly identifiers: readonly RegistrantIdentifier[];
  readonly name?: RegistrantName;
  /** `2001-12-31`. */
  readonly birthDate?: string;
  /** Code or label of the standard's list, for example `female` or `F`. */
  readonly sex?: string;
}

const longestText = 99;
const text = v.pipe(
  v.string('must be a text'),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.maxLength(longestText, `must not be longer than ${longestText} characters`),
);

const identifierSchema = v.object({ type: text, value: text }, 'must have a type and a value');

const registrantSchema = v.object({
  identifiers: v.array(identifierSchema, 'must be a list of identifiers'),
  name: v.optional(
    v.object(
      { surname: v.optional(text), givenName: v.optional(text), secondName: v.optional(text) },
      'must be a name',
    ),
  ),
  birthDate: v.optional(v.pipe(v.string('must be a text'), v.isoDate('must be a day as 2001-12-31'))),
  sex: v.optional(text),
});

/**
 * Checks who is asked for, and leaves out identifiers that are given twice.
 *
 * @param registrant - as given
 * @returns the registrant with texts trimmed
 * @throws DciError `err.request.bad` with the path of the fault, without its value
 */
export function readRegistrant(registrant: Registrant): Registrant {
  const { identifiers, name, birthDate, sex } = parse(registrantSchema, registrant, 'registrant');
  return {
    identifiers: withoutRepetitions(identifiers),
    ...(name !== undefined && { name: withoutUndefined(name) }),
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
  };
}

/**
 * Checks an identifier.
 *
 * @param identifier - as given
 * @returns the identifier, trimmed
 * @throws DciError `err.request.bad` with the path of the fault, without its value
 */
export function readIdentifier(identifier: RegistrantIdentifier): RegistrantIdentifier {
  return parse(identifierSchema, identifier, 'identifier');
}

/**
 * Brings an identifier into a form in which two spellings of one are equal: the type by the code that the registry type
 * knows, the value without case, spaces and signs.
 *
 * @param identifier - any spelling
 * @returns type and value, joined; for comparison only
 */
export function identifierKey({ type, value }: RegistrantIdentifier): string {
  return `${identifierTypeKey(type)} ${fold(value)}`;
}

/**
 * @param type - any spelling of an identifier type
 * @returns a form in which spellings of one type are equal
 */
export function identifierTypeKey(type: string): string {
  const list = [{ identifier_type: type, identifier_value: '-' }];
  return fold(identifiersOf({ list }, 'list', ibr)[0]?.identifierType ?? type);
}

/**
 * @param text - a code, name or identifier
 * @returns the text without case, compatibility forms, spaces and signs
 */
export function fold(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '');
  // of signs alone nothing would be left, and all such texts would be equal
  return folded === '' ? text : folded;
}

function withoutRepetitions(identifiers: readonly RegistrantIdentifier[]): readonly RegistrantIdentifier[] {
  const seen = new Map(
    identifiers.map((identifier) => [JSON.stringify([identifier.type, identifier.value]), identifier]),
  );
  return [...seen.values()];
}

function withoutUndefined(
  name: {
    readonly [Name in keyof RegistrantName]: RegistrantName[Name] | undefined;
  },
): RegistrantName {
  const { surname, givenName, secondName } = name;
  return {
    ...(surname !== undefined && { surname }),
    ...(givenName !== undefined && { givenName }),
    ...(secondName !== undefined && { secondName }),
  };
}

function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown, root: string): T {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = [root, v.getDotPath(issue)].filter((part) => part !== null).join('.');
  throw new DciError('err.request.bad', `${path} ${issue.input === undefined ? 'is missing' : issue.message}`, {
    path,
  });
}
