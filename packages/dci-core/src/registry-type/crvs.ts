import { deleteEvent, registerEvent, updateEvent, vitalEvents } from '../codes/event-type.ts';
import { civilIdentifierTypes, furtherIdentifierTypes, standardIdentifierTypes } from '../codes/identifier-type.ts';
import { crvsPersonShape } from '../records/crvs.ts';
import { recordReader } from '../records/read-record.ts';
import { attributesOf, joinAttributes } from './attributes.ts';
import { defineRegistryType } from './define.ts';
import { personAttributes, sensitivePersonPaths } from './person-attributes.ts';

/**
 * Civil registration and vital statistics (records.md section 4). Parents are searched by attribute: an identifier
 * query finds the person who has the identifier, not that person's children.
 */
export const crvs = defineRegistryType({
  name: 'crvs',
  code: 'ns:org:RegistryType:Civil',
  codeAliases: [
    'Civil',
    'CIVIL_REGISTRY',
    'ocrvs:registry_type:birth',
    'ocrvs:registry_type:death',
    'ocrvs:registry_type:marriage',
  ],
  slugs: ['crvs'],
  recordTypes: [
    {
      name: 'Person',
      aliases: ['CRVSPerson'],
      context: 'https://schema.spdci.org/extensions/crvs/v1',
      jsonLdType: 'CRVS_Person',
      identifierPaths: ['identifier'],
      sensitivePaths: sensitivePersonPaths,
      attributes: joinAttributes(
        attributesOf(crvsPersonShape, {
          'birth_place.name': { aliases: ['birth_place', 'place_of_birth'] },
          'birth_place.address_line': {},
          'death_place.name': { aliases: ['death_place', 'place_of_death'] },
          'death_place.address_line': {},
          marital_status: { aliases: ['civil_status'] },
          marriage_date: { aliases: ['date_of_marriage'] },
          divorce_date: { aliases: ['date_of_divorce'] },
          'parent1_identifier.identifier_value': { aliases: ['parent1_identifier'] },
          'parent2_identifier.identifier_value': { aliases: ['parent2_identifier'] },
          parent_identifier: {
            type: 'string',
            path: ['parent1_identifier.identifier_value', 'parent2_identifier.identifier_value'],
            many: true,
          },
        }),
        personAttributes,
      ),
      read: recordReader(crvsPersonShape),
    },
  ],
  identifierTypes: [...standardIdentifierTypes, ...furtherIdentifierTypes, ...civilIdentifierTypes],
  eventTypes: [...vitalEvents, registerEvent, updateEvent, deleteEvent],
  operations: [],
  statusRecordsForm: 'object',
});
