import { describe, expect, test } from 'vitest';
import { hasJsonLd, jsonLdFiles, propertiesOf } from '../code-lists/jsonld.fixtures.ts';
import { addressShape } from './address.ts';
import { beneficiaryShape } from './beneficiary.ts';
import { crvsPersonShape } from './crvs.ts';
import { disabilityInfoShape } from './disability-info.ts';
import {
  animalAssistanceShape,
  assistiveTechnologyShape,
  disabilitySupportShape,
  housingSupportShape,
  humanAssistanceShape,
  medicalCareShape,
} from './disability-support.ts';
import { disabilityDetailsShape, disabledPersonShape } from './disabled-person.ts';
import { employmentInfoShape, employmentMemberShape } from './employment.ts';
import {
  cropDetailsShape,
  farmInfoShape,
  farmingActivitiesShape,
  livestockDetailsShape,
  machineriesShape,
} from './farm.ts';
import { farmerShape } from './farmer.ts';
import { geoCoordinatesShape, geoLocationShape, geoShapeShape } from './geo.ts';
import { groupShape } from './group.ts';
import { identifierShape } from './identifier.ts';
import { biometricDataShape, identityPersonShape } from './identity.ts';
import { memberShape, relatedPersonShape } from './member.ts';
import { nameShape } from './name.ts';
import { personShape } from './person.ts';
import { placeShape } from './place.ts';
import { benefitFrequencyShape, benefitShape, programmeShape } from './programme.ts';
import type { Shape } from './shape.ts';
import { socialPersonShape } from './social.ts';

const shapes: Readonly<Record<string, Shape>> = {
  'core/v1/data/Address.jsonld': addressShape,
  'core/v1/data/DisabilityInfo.jsonld': disabilityInfoShape,
  'core/v1/data/GeoLocation.jsonld': geoLocationShape,
  'core/v1/data/GeoShape.jsonld': geoShapeShape,
  'core/v1/data/Geocoordinates.jsonld': geoCoordinatesShape,
  'core/v1/data/Group.jsonld': groupShape,
  'core/v1/data/Identifier.jsonld': identifierShape,
  'core/v1/data/Member.jsonld': memberShape,
  'core/v1/data/Name.jsonld': nameShape,
  'core/v1/data/Person.jsonld': personShape,
  'core/v1/data/Place.jsonld': placeShape,
  'core/v1/data/RelatedPerson.jsonld': relatedPersonShape,
  'extensions/crvs/v1/data/CRVSPerson.jsonld': crvsPersonShape,
  'extensions/dr/v1/data/AnimalAssistance.jsonld': animalAssistanceShape,
  'extensions/dr/v1/data/AssistiveTechnology.jsonld': assistiveTechnologyShape,
  'extensions/dr/v1/data/DRPerson.jsonld': personShape,
  'extensions/dr/v1/data/DisabilityDetails.jsonld': disabilityDetailsShape,
  'extensions/dr/v1/data/DisabilitySupport.jsonld': disabilitySupportShape,
  'extensions/dr/v1/data/Group.jsonld': groupShape,
  'extensions/dr/v1/data/HousingSupport.jsonld': housingSupportShape,
  'extensions/dr/v1/data/HumanAssistance.jsonld': humanAssistanceShape,
  'extensions/dr/v1/data/MedicalCare.jsonld': medicalCareShape,
  'extensions/dr/v1/data/Member.jsonld': memberShape,
  'extensions/dr/v1/data/PWDPerson.jsonld': disabledPersonShape,
  'extensions/ess/v1/data/Beneficiary.jsonld': beneficiaryShape,
  'extensions/ess/v1/data/ESSPerson.jsonld': personShape,
  'extensions/ess/v1/data/EmploymentInfo.jsonld': employmentInfoShape,
  'extensions/ess/v1/data/Group.jsonld': groupShape,
  'extensions/ess/v1/data/Member.jsonld': employmentMemberShape,
  'extensions/ess/v1/data/Programme.jsonld': programmeShape,
  'extensions/fr/v1/data/CropDetails.jsonld': cropDetailsShape,
  'extensions/fr/v1/data/FRPerson.jsonld': personShape,
  'extensions/fr/v1/data/FarmInfo.jsonld': farmInfoShape,
  'extensions/fr/v1/data/Farmer.jsonld': farmerShape,
  'extensions/fr/v1/data/FarmingActivities.jsonld': farmingActivitiesShape,
  'extensions/fr/v1/data/Group.jsonld': groupShape,
  'extensions/fr/v1/data/LivestockDetails.jsonld': livestockDetailsShape,
  'extensions/fr/v1/data/Machineries.jsonld': machineriesShape,
  'extensions/fr/v1/data/Member.jsonld': memberShape,
  'extensions/ibr/v1/code/BenefitFrequency.jsonld': benefitFrequencyShape,
  'extensions/ibr/v1/data/Beneficiary.jsonld': beneficiaryShape,
  'extensions/ibr/v1/data/Benefit.jsonld': benefitShape,
  'extensions/ibr/v1/data/Group.jsonld': groupShape,
  'extensions/ibr/v1/data/IBRPerson.jsonld': personShape,
  'extensions/ibr/v1/data/Member.jsonld': memberShape,
  'extensions/ibr/v1/data/Programme.jsonld': programmeShape,
  'extensions/id/v1/data/BiometricData.jsonld': biometricDataShape,
  'extensions/id/v1/data/IDPerson.jsonld': identityPersonShape,
  'extensions/social/v1/data/Group.jsonld': groupShape,
  'extensions/social/v1/data/Member.jsonld': memberShape,
  'extensions/social/v1/data/SRPerson.jsonld': socialPersonShape,
};

/** A datatype, and a free key-value object: not objects with members. */
const notObjects = new Set(['core/v1/data/DateTime.jsonld', 'core/v1/data/AdditionalInfo.jsonld']);

/** Members whose kind is not their range's, with the reason. */
const otherKinds: Readonly<Record<string, readonly string[]>> = {
  identifier_type: ['text'], // peers use types outside the list
  income_level: ['text'], // the list holds one placeholder
  language_code: ['text'], // the list holds one placeholder
  functional_severity: ['integer'], // the seeds write the number
  enrolment_status: ['code'],
  additional_attributes: ['json'], // free key-value pairs, texts in IBR
  'Biometric_Data.data': ['text'], // xsd:binary
  'Biometric_Data.type': ['code'],
};

function kindsOf(range: string): readonly string[] {
  const type = range.slice(range.lastIndexOf(':') + 1).toLowerCase();
  if (range.startsWith('xsd:')) return type === 'string' ? ['text'] : [type];
  if (type === 'datetime') return ['date', 'datetime'];
  if (type === 'currency') return ['text'];
  if (type === 'identifier' || type === 'frequency') return ['object'];
  const isCode =
    /(^|:)(spdcicode|code):/.test(range) || /enum$|^assistanceunit$|^unemploymentreason$|^employmenttype$/.test(type);
  return isCode ? ['code'] : ['object'];
}

describe.skipIf(!hasJsonLd)('record shapes cover the standard', () => {
  test('every data file of core and the extensions has a shape', () => {
    const files = jsonLdFiles(/^(core|extensions)\/.*\/data\/|BenefitFrequency/).filter(
      (path) => !notObjects.has(path),
    );
    expect(Object.keys(shapes).sort()).toEqual(files);
  });

  test.each(Object.entries(shapes))('%s', (path, shape) => {
    for (const { name, list } of propertiesOf(path)) {
      expect(Object.keys(shape.fields), name).toContain(name);
      expect(shape.fields[name]?.list, `${name} is a list`).toBe(list);
    }
  });

  test.each(Object.entries(shapes))('%s: members are what the ranges say', (path, shape) => {
    for (const { name, range } of propertiesOf(path)) {
      const kinds = otherKinds[`${shape.name}.${name}`] ?? otherKinds[name] ?? kindsOf(range);
      expect(kinds, `${name} is ${range}`).toContain(shape.fields[name]?.kind);
    }
  });

  test('the files list members at all', () => {
    const count = Object.keys(shapes).reduce((sum, path) => sum + propertiesOf(path).length, 0);
    expect(count).toBeGreaterThan(180);
  });
});
