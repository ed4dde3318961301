import { deleteEvent, registerEvent, updateEvent } from '../codes/event-type.ts';
import { furtherIdentifierTypes, standardIdentifierTypes } from '../codes/identifier-type.ts';
import { disabledPersonShape } from '../records/disabled-person.ts';
import { recordReader } from '../records/read-record.ts';
import { attributesOf, joinAttributes, nestAttributes } from './attributes.ts';
import { defineRegistryType } from './define.ts';
import { memberAttributes, memberIdentifierPaths, sensitiveMemberPaths } from './member-attributes.ts';

/**
 * The disability registry (records.md section 6). Status and level of the certification are what it is asked for, so
 * `*` grants them; impairments, support and housing are details of health and must be granted by name.
 */
export const dr = defineRegistryType({
  name: 'dr',
  code: 'ns:org:RegistryType:DR',
  codeAliases: ['DISABILITY_REGISTRY', 'DISABLED_REGISTRY'],
  slugs: ['dr'],
  recordTypes: [
    {
      name: 'DisabledPerson',
      aliases: ['PWDPerson', 'DRPerson', 'Person', 'Member'],
      context: 'https://schema.spdci.org/extensions/dr/v1',
      jsonLdType: 'PWD_Person',
      identifierPaths: memberIdentifierPaths.map((path) => `personal_details.${path}`),
      sensitivePaths: [
        'disability_details',
        'disability_support',
        'transport_requirement',
        'housing_type',
        ...sensitiveMemberPaths.map((path) => `personal_details.${path}`),
      ],
      attributes: joinAttributes(
        attributesOf(disabledPersonShape, {
          disability_status: {},
          disability_status_level: { aliases: ['disability_level'] },
          'disability_details.impairment_type': { aliases: ['impairment_type', 'disability_type'], sensitive: true },
          'disability_details.impairment_level': { aliases: ['impairment_level'], sensitive: true },
          'disability_details.impairment_cause': { aliases: ['impairment_cause'], sensitive: true },
          'disability_details.age_on_set': { aliases: ['age_on_set'], sensitive: true },
          'disability_support.human_assistance.type': { aliases: ['human_assistance'], sensitive: true },
          'disability_support.assistive_technology.type': { aliases: ['assistive_technology'], sensitive: true },
          'disability_support.housing_support.type': { aliases: ['housing_support'], sensitive: true },
          'disability_support.medical_care.type': { aliases: ['medical_care'], sensitive: true },
          'disability_support.animal_assistance.type': { aliases: ['animal_assistance'], sensitive: true },
          transport_requirement: { sensitive: true },
          housing_type: { sensitive: true },
          'programs_enrolments.programme_identifier': {
            aliases: ['programme_identifier', 'program_identifier', 'programme_id', 'program_id'],
          },
          'programs_enrolments.programme_name': { aliases: ['programme_name', 'program_name'] },
          registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
          last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
        }),
        nestAttributes('personal_details', memberAttributes, { shortNames: true }),
      ),
      read: recordReader(disabledPersonShape),
    },
  ],
  identifierTypes: [...standardIdentifierTypes, ...furtherIdentifierTypes],
  eventTypes: [registerEvent, updateEvent, deleteEvent],
  operations: [
    { name: 'disabled', path: 'sync/disabled' },
    { name: 'disability-support', path: 'sync/get-disability-support' },
    { name: 'disability-details', path: 'sync/get-disability-details' },
  ],
  recordsForm: 'object',
  notifyEventTypes: ['REGISTER'],
  subscriptionEventTypes: ['REGISTER'],
});
