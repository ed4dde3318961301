import { memberShape } from '../records/member.ts';
import type { Shape } from '../records/shape.ts';
import { attributesOf, joinAttributes, nestAttributes } from './attributes.ts';
import { personAttributes, sensitivePersonPaths } from './person-attributes.ts';
import type { AttributeTable } from './registry-type.ts';

/**
 * Attributes of what the standard says on a member beside the person. Disability, income and the free key-value pairs,
 * which may tell either, are sensitive: special categories of personal data, or close to them.
 *
 * @param shape - a record with these members
 * @returns their attributes
 */
export function circumstanceAttributes(shape: Shape): AttributeTable {
  return attributesOf(shape, {
    is_disabled: { aliases: ['has_disability', 'disabled'], sensitive: true },
    'disability_info.disability_limitation_type': { aliases: ['disability_type'], sensitive: true },
    'disability_info.functional_severity': {
      aliases: ['disability_level', 'functional_severity', 'disability_severity'],
      sensitive: true,
    },
    // one pair per key, so the path is single although it crosses a list
    requires_assistance: {
      type: 'boolean',
      path: 'additional_attributes[key=requires_assistance].value',
      sensitive: true,
    },
    marital_status: { aliases: ['civil_status'] },
    employment_status: {},
    occupation: {},
    income_level: { sensitive: true },
    language_code: { aliases: ['language'] },
    education_level: { aliases: ['education'] },
  });
}

/** Paths of {@link circumstanceAttributes} that `*` does not grant. */
export const sensitiveCircumstancePaths = [
  'is_disabled',
  'disability_info',
  'income_level',
  'additional_attributes',
] as const;

/** Attributes of a member; those of the person in it also under their short names. */
export const memberAttributes = joinAttributes(
  attributesOf(memberShape, {
    'member_identifier.identifier_value': { aliases: ['member_identifier', 'person_identifier'] },
    registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
    last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
    'related_person.relationship_type': { aliases: ['relationship_type', 'relationship'] },
  }),
  circumstanceAttributes(memberShape),
  nestAttributes('demographic_info', personAttributes, { shortNames: true }),
);

/** Paths of a member that `*` does not grant. */
export const sensitiveMemberPaths: readonly string[] = [
  ...sensitiveCircumstancePaths,
  ...sensitivePersonPaths.map((path) => `demographic_info.${path}`),
];

/** Where a member has identifiers. */
export const memberIdentifierPaths: readonly string[] = ['member_identifier', 'demographic_info.identifier'];
