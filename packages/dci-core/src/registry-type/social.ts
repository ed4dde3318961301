import { deleteEvent, newHouseholdMemberEvent, registerEvent, updateEvent } from '../codes/event-type.ts';
import { furtherIdentifierTypes, standardIdentifierTypes } from '../codes/identifier-type.ts';
import { groupShape } from '../records/group.ts';
import { memberShape } from '../records/member.ts';
import { recordReader } from '../records/read-record.ts';
import { socialPersonShape } from '../records/social.ts';
import { attributesOf, joinAttributes } from './attributes.ts';
import { defineRegistryType } from './define.ts';
import { groupAttributes, groupIdentifierPaths, sensitiveGroupPaths } from './group-attributes.ts';
import {
  circumstanceAttributes,
  memberAttributes,
  memberIdentifierPaths,
  sensitiveCircumstancePaths,
  sensitiveMemberPaths,
} from './member-attributes.ts';
import { personAttributes, sensitivePersonPaths } from './person-attributes.ts';

const context = 'https://schema.spdci.org/core/v1';

/** The social registry (records.md section 3): persons, members and groups. */
export const social = defineRegistryType({
  name: 'social',
  code: 'ns:org:RegistryType:Social',
  codeAliases: ['SOCIAL_REGISTRY', 'SocialRegistry', 'ns:org:RegistryType:SocialRegistry'],
  slugs: ['social', 'sr'],
  recordTypes: [
    {
      name: 'Person',
      aliases: ['SRPerson', 'Individual', 'Registrant'],
      context,
      jsonLdType: 'Person',
      identifierPaths: ['identifier'],
      sensitivePaths: [...sensitiveCircumstancePaths, ...sensitivePersonPaths],
      attributes: joinAttributes(
        attributesOf(socialPersonShape, {
          is_registrant: { type: 'boolean', constant: true },
          'household_info.household_size': { aliases: ['household_size'] },
          'household_info.is_household_head': { aliases: ['is_head', 'is_household_head'] },
          'enrolled_programs.programme_name': { aliases: ['programme_name', 'program_name'] },
          'enrolled_programs.enrolment_status': { aliases: ['enrolment_status', 'enrollment_status'] },
        }),
        personAttributes,
        circumstanceAttributes(socialPersonShape),
      ),
      read: recordReader(socialPersonShape),
    },
    {
      name: 'Member',
      aliases: ['SRMember'],
      context,
      jsonLdType: 'Member',
      identifierPaths: memberIdentifierPaths,
      sensitivePaths: sensitiveMemberPaths,
      attributes: memberAttributes,
      read: recordReader(memberShape),
    },
    {
      name: 'Group',
      aliases: ['SRGroup', 'Household', 'Family'],
      context,
      jsonLdType: 'Group',
      identifierPaths: groupIdentifierPaths,
      sensitivePaths: sensitiveGroupPaths,
      attributes: groupAttributes,
      read: recordReader(groupShape),
    },
  ],
  identifierTypes: [...standardIdentifierTypes, ...furtherIdentifierTypes],
  eventTypes: [registerEvent, newHouseholdMemberEvent, updateEvent, deleteEvent],
  operations: [],
  statusForms: ['search', 'receipt'],
  notifyEventTypes: ['REGISTER', 'NewHouseHoldMember'],
});
