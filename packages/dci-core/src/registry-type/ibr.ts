import { deleteEvent, enrollmentEvents, updateEvent } from '../codes/event-type.ts';
import { furtherIdentifierTypes, standardIdentifierTypes } from '../codes/identifier-type.ts';
import { beneficiaryShape } from '../records/beneficiary.ts';
import { recordReader } from '../records/read-record.ts';
import { attributesOf, joinAttributes, nestAttributes, pickAttributes } from './attributes.ts';
import { defineRegistryType } from './define.ts';
import { groupAttributes, groupIdentifierPaths, sensitiveGroupPaths } from './group-attributes.ts';
import { memberAttributes, memberIdentifierPaths, sensitiveMemberPaths } from './member-attributes.ts';

/**
 * The integrated beneficiary registry (records.md section 5). Programme, enrolment and benefits are what it is asked
 * for, so they are not sensitive here; what it holds on the person beside them is as elsewhere.
 */
export const ibr = defineRegistryType({
  name: 'ibr',
  code: 'ns:org:RegistryType:IBR',
  codeAliases: ['INTEGRATED_BENEFICIARY_REGISTRY', 'BENEFICIARY_REGISTRY'],
  slugs: ['ibr'],
  recordTypes: [
    {
      name: 'Beneficiary',
      // the examples say Member while the records are beneficiaries
      aliases: ['Member', 'Group', 'Person'],
      context: 'https://schema.spdci.org/extensions/ibr/v1',
      jsonLdType: 'Beneficiary',
      identifierPaths: [
        ...memberIdentifierPaths.map((path) => `member.${path}`),
        ...groupIdentifierPaths.map((path) => `group.${path}`),
      ],
      sensitivePaths: [
        'additional_attributes',
        ...sensitiveMemberPaths.map((path) => `member.${path}`),
        ...sensitiveGroupPaths.map((path) => `group.${path}`),
      ],
      attributes: joinAttributes(
        attributesOf(beneficiaryShape, {
          assistance_unit: {},
          'programme_identifier.programme_identifier': {
            aliases: [
              'programme_identifier',
              'program_identifier',
              'programme_id',
              'program_id',
              'programme_identifier.program.programme_identifier',
            ],
          },
          'programme_identifier.programme_name': {
            aliases: ['programme_name', 'program_name', 'programme', 'program'],
          },
          'programme_identifier.programme_type': { aliases: ['programme_type', 'program_type'] },
          'programme_identifier.institution_type': { aliases: ['institution_type'] },
          'programme_identifier.implementing_institution': { aliases: ['implementing_institution'] },
          'programme_identifier.legal_status': { aliases: ['legal_status'] },
          'programme_identifier.contribution_type': { aliases: ['contribution_type'] },
          'programme_identifier.social_protection_functions': { aliases: ['social_protection_functions'] },
          enrollment_date: { aliases: ['enrolment_date'] },
          enrollment_status: { aliases: ['enrolment_status'] },
          status_change_date: {},
          'benefits.benefit_type': { aliases: ['benefit_type'] },
          'benefits.benefit_date': { aliases: ['benefit_date'] },
          'benefits.benefit_value': { aliases: ['benefit_value'] },
          'benefits.benefit_quantity': { aliases: ['benefit_quantity'] },
          registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
          last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
        }),
        nestAttributes('member', memberAttributes, { shortNames: true }),
        nestAttributes(
          'group',
          pickAttributes(groupAttributes, [
            'group_identifier.identifier_value',
            'group_type',
            'group_size',
            'poverty_score',
            'address.locality',
            'address.sub_region_code',
            'address.region_code',
            'area_id.code',
          ]),
        ),
      ),
      read: recordReader(beneficiaryShape),
    },
  ],
  identifierTypes: [...standardIdentifierTypes, ...furtherIdentifierTypes],
  eventTypes: [...enrollmentEvents, updateEvent, deleteEvent],
  operations: [
    { name: 'enrolled', path: 'sync/enrolled' },
    { name: 'enrollment-updates', path: 'sync/enrollment/updates', action: 'notify' },
  ],
  statusForms: ['search', 'receipt'],
  // spelt as the standard's file does
  notifyEventTypes: ['enrollement', 'enrollement_status_change'],
});
