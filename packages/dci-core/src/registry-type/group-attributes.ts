import { groupShape } from '../records/group.ts';
import { attributesOf, joinAttributes, nestAttributes, pickAttributes } from './attributes.ts';
import { memberAttributes, memberIdentifierPaths, sensitiveMemberPaths } from './member-attributes.ts';
import { addressAttributes } from './person-attributes.ts';

// what is asked of a group's people; the whole table once more for head and members would only cost indexes
const askedOfMembers = pickAttributes(memberAttributes, [
  'member_identifier.identifier_value',
  'is_disabled',
  'disability_info.functional_severity',
  'requires_assistance',
  'marital_status',
  'employment_status',
  'occupation',
  'education_level',
  'demographic_info.name',
  'demographic_info.name.surname',
  'demographic_info.name.given_name',
  'demographic_info.sex',
  'demographic_info.birth_date',
  'demographic_info.age',
]);

/** Attributes of a group, of its head, and of its members. The poverty score is sensitive. */
export const groupAttributes = joinAttributes(
  attributesOf(groupShape, {
    is_registrant: { type: 'boolean', constant: true },
    'group_identifier.identifier_value': { aliases: ['group_identifier', 'identifier_value'] },
    group_type: {},
    group_size: { aliases: ['household_size', 'group_membership_count'] },
    poverty_score: { sensitive: true },
    poverty_score_type: { sensitive: true },
    'geographical_location.name': { aliases: ['place'] },
    'geographical_location.code': {},
    'geographical_location.address_line': {},
    ...addressAttributes,
    'area_id.code': {
      type: 'string',
      path: ['geographical_location.code', 'address.region_code', 'address.sub_region_code'],
      many: true,
      // the standard's own example asks for `location` (social_api, search_criteria.query)
      aliases: ['area_id', 'area_code', 'location'],
    },
    place_address: {},
    registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
    last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
  }),
  nestAttributes('group_head_info', askedOfMembers),
  nestAttributes('member_list', askedOfMembers, { many: true }),
);

/** Paths of a group that `*` does not grant. */
export const sensitiveGroupPaths: readonly string[] = [
  'additional_attributes',
  ...['group_head_info', 'member_list'].flatMap((path) => sensitiveMemberPaths.map((inner) => `${path}.${inner}`)),
];

/** Where a group, its head and its members have identifiers. */
export const groupIdentifierPaths: readonly string[] = [
  'group_identifier',
  ...['member_list', 'group_head_info'].flatMap((path) => memberIdentifierPaths.map((inner) => `${path}.${inner}`)),
];
