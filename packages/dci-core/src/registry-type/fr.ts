import { deleteEvent, registerEvent, updateEvent } from '../codes/event-type.ts';
import { farmerIdentifierTypes, furtherIdentifierTypes, standardIdentifierTypes } from '../codes/identifier-type.ts';
import { farmerShape } from '../records/farmer.ts';
import { recordReader } from '../records/read-record.ts';
import { attributesOf, joinAttributes, nestAttributes, pickAttributes } from './attributes.ts';
import { defineRegistryType } from './define.ts';
import { groupAttributes, groupIdentifierPaths, sensitiveGroupPaths } from './group-attributes.ts';
import { memberAttributes, memberIdentifierPaths, sensitiveMemberPaths } from './member-attributes.ts';

const activities = 'farm_details.farming_activities';

/** The farmer registry (records.md section 7): a farmer with family, farms and machinery. */
export const fr = defineRegistryType({
  name: 'fr',
  code: 'ns:org:RegistryType:FR',
  codeAliases: ['FARMER_REGISTRY', 'Farmer'],
  slugs: ['fr'],
  recordTypes: [
    {
      name: 'Farmer',
      aliases: ['FarmerPerson', 'FRPerson', 'Person', 'Member'],
      context: 'https://schema.spdci.org/extensions/fr/v1',
      jsonLdType: 'Farmer_Person',
      identifierPaths: [
        ...memberIdentifierPaths.map((path) => `farmer_personal_details.${path}`),
        ...groupIdentifierPaths.map((path) => `family_details.${path}`),
      ],
      sensitivePaths: [
        ...sensitiveMemberPaths.map((path) => `farmer_personal_details.${path}`),
        ...sensitiveGroupPaths.map((path) => `family_details.${path}`),
      ],
      attributes: joinAttributes(
        attributesOf(farmerShape, {
          farm_type: {},
          'farm_details.location.name': { aliases: ['farm_location'] },
          'farm_details.location.code': {},
          // spelt farm_info in the standard's own example (fr_api, search_criteria.query)
          'farm_details.location.geo.latitude': { aliases: ['farm_info.location.geo.latitude'] },
          'farm_details.location.geo.longitude': { aliases: ['farm_info.location.geo.longitude'] },
          'farm_details.land_tenure': { aliases: ['land_tenure'] },
          'farm_details.land_size': { aliases: ['land_size'] },
          'farm_details.measurment': { aliases: ['measurment', 'measurement', 'measurement_unit'] },
          [`${activities}.crop_production.activity_group`]: { aliases: ['crop_activity', 'activity_group'] },
          [`${activities}.crop_production.crop_type_name`]: { aliases: ['crop_type_name', 'crop_type'] },
          [`${activities}.crop_production.variety`]: { aliases: ['crop_variety', 'variety'] },
          [`${activities}.crop_production.season`]: { aliases: ['season'] },
          [`${activities}.crop_production.end_use`]: { aliases: ['end_use'] },
          [`${activities}.crop_production.irrigation`]: { aliases: ['irrigation'] },
          [`${activities}.crop_production.irrigation_water`]: { aliases: ['irrigation_water'] },
          [`${activities}.crop_production.fertilizer_type`]: { aliases: ['fertilizer_type'] },
          [`${activities}.animal_production.type`]: { aliases: ['animal_type', 'livestock_type'] },
          [`${activities}.animal_production.count`]: { aliases: ['animal_count', 'livestock_count'] },
          [`${activities}.animal_production.livestock_system`]: { aliases: ['livestock_system'] },
          [`${activities}.mixed_farming`]: { aliases: ['mixed_farming'] },
          [`${activities}.agri_support_activities`]: { aliases: ['agri_support_activities'] },
          [`${activities}.aquaculture`]: { aliases: ['aquaculture', 'aqua_culture'] },
          [`${activities}.aqua_support_activities`]: { aliases: ['aqua_support_activities'] },
          [`${activities}.agroforestry`]: { aliases: ['agroforestry'] },
          'machineries_details.type': { aliases: ['machinery_type'] },
          'machineries_details.count': { aliases: ['machinery_count'] },
          'machineries_details.equipement_source': { aliases: ['equipement_source', 'equipment_source'] },
          registration_date: { aliases: ['createdAt', 'created_at', 'create_date'] },
          last_updated: { aliases: ['updatedAt', 'updated_at', 'write_date'] },
        }),
        nestAttributes('farmer_personal_details', memberAttributes, { shortNames: true }),
        nestAttributes(
          'family_details',
          pickAttributes(groupAttributes, [
            'group_identifier.identifier_value',
            'group_type',
            'group_size',
            'poverty_score',
            'poverty_score_type',
          ]),
          { shortNames: true },
        ),
      ),
      read: recordReader(farmerShape),
    },
  ],
  identifierTypes: [...standardIdentifierTypes, ...furtherIdentifierTypes, ...farmerIdentifierTypes],
  eventTypes: [registerEvent, updateEvent, deleteEvent],
  operations: [],
  statusRecordsForm: 'object',
  notifyEventTypes: ['REGISTER'],
});
