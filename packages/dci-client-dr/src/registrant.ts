import { DciError, dr, isJsonObject, type JsonObject, type JsonValue, resolveIdentifierType } from 'dci-core';

/** An identifier of a registrant. */
export interface RegistrantIdentifier {
  /** For example `UIN` or `urn:gov:national-id`. */
  readonly type: string;
  readonly value: string;
}

/** A registrant by its identifiers. */
export interface Registrant {
  readonly identifiers: readonly RegistrantIdentifier[];
}

/** A Person or Member of a registry, as a client's searches return them. */
export type RegistrantRecord = { readonly identifier: JsonValue } | { readonly member_identifier: JsonValue };

/** Whom a question is about: one identifier, several of one registrant, a registrant, or a record of one. */
export type RegistrantReference =
  | RegistrantIdentifier
  | readonly RegistrantIdentifier[]
  | Registrant
  | RegistrantRecord;

const mostIdentifiers = 20;
const longestText = 99;

/**
 * Reads whom a question is about.
 *
 * @param reference - the registrant
 * @returns its identifiers, each once, their types as given: registries differ in what they call them
 * @throws DciError `err.request.bad` without usable identifiers, or with more than 20; it holds none of them
 */
export function readRegistrant(reference: RegistrantReference): readonly RegistrantIdentifier[] {
  const distinct = new Map<string, RegistrantIdentifier>();
  for (const { type, value } of identifiersIn(reference)) {
    const identifier = { type: checked(type, 'type').trim(), value: checked(value, 'value').trim() };
    const name = identifierName(identifier);
    if (!distinct.has(name)) distinct.set(name, identifier);
  }
  if (distinct.size === 0) throw new DciError('err.request.bad', 'the registrant has no identifier to ask for');
  if (distinct.size > mostIdentifiers) {
    throw new DciError('err.request.bad', `the registrant has more than ${mostIdentifiers} identifiers`);
  }
  return [...distinct.values()];
}

function identifiersIn(reference: RegistrantReference): readonly RegistrantIdentifier[] {
  if (isList(reference)) return reference;
  if ('identifiers' in reference) return reference.identifiers;
  if ('type' in reference) return [reference];
  const { identifier, member_identifier, demographic_info } = reference as JsonObject;
  const person = isJsonObject(demographic_info) ? demographic_info.identifier : undefined;
  return [identifier, member_identifier, person].flatMap(recordIdentifiers);
}

/** Elements without type or value are passed over: nobody can be asked for by them. */
function recordIdentifiers(value: JsonValue | undefined): readonly RegistrantIdentifier[] {
  const elements: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return elements
    .filter(isJsonObject)
    .flatMap(({ identifier_type: type, identifier_value: text }) =>
      typeof type === 'string' && typeof text === 'string' && type.trim() !== '' && text.trim() !== ''
        ? [{ type, value: text }]
        : [],
    );
}

function isList(reference: RegistrantReference): reference is readonly RegistrantIdentifier[] {
  return Array.isArray(reference);
}

function checked(text: string, name: string): string {
  if (typeof text === 'string' && text.trim() !== '' && text.length <= longestText) return text;
  throw new DciError(
    'err.request.bad',
    `the ${name} of an identifier must be a text of 1 to ${longestText} characters`,
    {
      path: `identifier.${name}`,
    },
  );
}

/**
 * Names an identifier whatever spelling its type has.
 *
 * @param identifier - the identifier
 * @returns a text that is the same for the same identifier only
 */
export function identifierName({ type, value }: RegistrantIdentifier): string {
  return JSON.stringify([resolveIdentifierType(dr, type), value]);
}
