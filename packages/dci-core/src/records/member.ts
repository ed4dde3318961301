import type * as v from 'valibot';
import { relationshipType } from '../code-lists/relationship.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { code, dateTime, list, object } from './field.ts';
import { identifierShape } from './identifier.ts';
import { circumstanceFields } from './member-fields.ts';
import { personShape } from './person.ts';
import { restructurePerson, splitPerson, unwrapObject } from './person-fields.ts';
import { defineShape, findField, memberOf, type Shape } from './shape.ts';
import { elementsOf } from './values.ts';

/**
 * Somebody related to a member (records.md section 2). `related_member` is a Person in the JSON-LD and a Member in the
 * OpenAPI examples; a Member is read as the person in it, and keeps what else it holds.
 */
export const relatedPersonShape = defineShape('RelatedPerson', {
  relationship_type: code(relationshipType, 'relationship'),
  related_member: object((): Shape => relatedMemberShape, 'related_person', 'person'),
});

const relatedMemberShape: Shape = defineShape('RelatedMember', personShape.fields, {
  restructure: (received) => {
    const flat = unwrapObject(received, 'demographic_info');
    const memberIdentifiers: JsonValue[] = [];
    const rest: Record<string, JsonValue | undefined> = {};
    for (const [spelling, value] of Object.entries(flat)) {
      if (findField(memberIdentifierShape, spelling) === undefined) rest[spelling] = value;
      else memberIdentifiers.push(...elementsOf(value));
    }
    const { identifier, ...person } = restructurePerson(rest);
    const identifiers = [...elementsOf(identifier), ...memberIdentifiers];
    return identifiers.length === 0 ? person : { ...person, identifier: identifiers };
  },
  fromText: { read: (identifier) => ({ identifier }) },
});

const memberIdentifierShape = defineShape('MemberIdentifier', {
  member_identifier: list(object(() => identifierShape)),
});

/** Schema of a {@link RelatedPerson} as this project writes it. */
export const relatedPersonSchema = relatedPersonShape.schema;

/** Somebody related to a member, and how. */
export type RelatedPerson = v.InferOutput<typeof relatedPersonSchema>;

/** The members of the core Member; every registry's member has them (records.md section 2). */
export const memberFields = {
  member_identifier: list(object(() => identifierShape)),
  demographic_info: object(() => personShape),
  related_person: list(object(() => relatedPersonShape)),
  ...circumstanceFields,
  registration_date: dateTime('sregistration_date'),
  last_updated: dateTime('last_update'),
};

/**
 * Reads a member whose person is not under `demographic_info` (the DR example's `personal_details`): the person's
 * members move there, a bare identifier becomes the member's.
 *
 * @param object - a member under any spelling
 * @returns the member with the person where the JSON-LD has it
 */
export function restructureMember(object: JsonObject): JsonObject {
  if (memberOf(object, demographicInfoShape, 'demographic_info') !== undefined) return object;
  const { person, rest } = splitPerson(object, ['identifier', 'registration_date', 'last_updated']);
  const { identifier, ...others } = rest;
  const hasMemberIdentifier = memberOf(rest, memberIdentifierShape, 'member_identifier') !== undefined;
  return {
    ...others,
    ...(identifier !== undefined && { [hasMemberIdentifier ? 'identifier' : 'member_identifier']: identifier }),
    ...(Object.keys(person).length > 0 && { demographic_info: person }),
  };
}

const demographicInfoShape = defineShape('DemographicInfo', { demographic_info: object(() => personShape) });

/** A member of a group (records.md section 2); the members of every registry have the same members. */
export const memberShape = defineShape('Member', memberFields, {
  restructure: restructureMember,
  fromText: { read: (identifier) => ({ member_identifier: identifier }) },
});

/** Schema of a {@link Member} as this project writes it. */
export const memberSchema = memberShape.schema;

/** A member of a group. */
export type Member = v.InferOutput<typeof memberSchema>;
