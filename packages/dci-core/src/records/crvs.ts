import type * as v from 'valibot';
import { maritalStatus } from '../code-lists/core.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { code, date, list, object } from './field.ts';
import { identifierShape } from './identifier.ts';
import { personFields, restructurePerson } from './person-fields.ts';
import { placeShape } from './place.ts';
import { defineShape, memberOf, type Shape } from './shape.ts';
import { elementsOf } from './values.ts';

const crvsPersonFields = {
  ...personFields,
  birth_place: object(() => placeShape, 'place_of_birth'),
  death_place: object(() => placeShape, 'place_of_death'),
  marital_status: code(maritalStatus, 'civil_status'),
  marriage_date: list(date('date_of_marriage')),
  divorce_date: list(date('date_of_divorce')),
  parent1_identifier: object(() => identifierShape),
  parent2_identifier: object(() => identifierShape),
};

const fieldsShape: Shape = defineShape('CRVS_Person', crvsPersonFields);

/**
 * A person of a civil registry (records.md section 4): birth, death, marriage and divorce are all views of one person.
 */
export const crvsPersonShape = defineShape('CRVS_Person', crvsPersonFields, {
  restructure: (object) => restructurePerson(withParents(object)),
});

/** Schema of a {@link CrvsPerson} as this project writes it. */
export const crvsPersonSchema = crvsPersonShape.schema;

/** A person of a civil registry. */
export type CrvsPerson = v.InferOutput<typeof crvsPersonSchema>;

// OpenCRVS 2024 sends parents as `relations` of type spdci:Mother and spdci:Father; the names in them stay there
function withParents(object: JsonObject): JsonObject {
  const { relations } = object;
  const identifiers = elementsOf(relations).filter(isParent).map(firstIdentifier);
  if (identifiers.length === 0) return object;
  const result: Record<string, JsonValue | undefined> = { ...object };
  (['parent1_identifier', 'parent2_identifier'] as const).forEach((name, index) => {
    const identifier = identifiers[index];
    if (identifier !== undefined && memberOf(object, fieldsShape, name) === undefined) result[name] = identifier;
  });
  return result;
}

function isParent(relation: JsonValue): relation is JsonObject {
  return isJsonObject(relation) && /(^|:)(mother|father)$/i.test(String(relation['@type'] ?? ''));
}

function firstIdentifier(relation: JsonObject): JsonValue | undefined {
  return elementsOf(memberOf(relation, fieldsShape, 'identifier'))[0];
}
