import { describe, expect, test } from 'vitest';
import type { CodeList } from '../registry-type/registry-type.ts';
import * as core from './core.ts';
import * as crvs from './crvs.ts';
import * as dr from './dr.ts';
import * as ess from './ess.ts';
import * as fr from './fr.ts';
import * as ibr from './ibr.ts';
import * as id from './id.ts';
import { codesOf, hasJsonLd, jsonLdFiles } from './jsonld.fixtures.ts';
import { relationshipType } from './relationship.ts';

const lists: Readonly<Record<string, CodeList>> = {
  'core/v1/code/AssistanceUnit.jsonld': core.assistanceUnit,
  'core/v1/code/DisabilityTypeEnum.jsonld': core.disabilityType,
  'core/v1/code/EducationCode.jsonld': core.educationLevel,
  'core/v1/code/EmploymentStatusEnum.jsonld': core.employmentStatus,
  'core/v1/code/FunctionalLimitationType.jsonld': core.functionalLimitationType,
  'core/v1/code/FunctionalSeverityEnum.jsonld': core.functionalSeverity,
  'core/v1/code/IdentifierTypeEnum.jsonld': core.identifierTypeCode,
  'core/v1/code/IncomeLevelEnum.jsonld': core.incomeLevel,
  'core/v1/code/LanguageCodeEnum.jsonld': core.languageCode,
  'core/v1/code/MaritalStatusEnum.jsonld': core.maritalStatus,
  'core/v1/code/OccupationEnum.jsonld': core.occupation,
  'core/v1/code/RelationshipTypeEnum.jsonld': relationshipType,
  'core/v1/code/SexCategoryEnum.jsonld': core.sexCategory,
  'extensions/crvs/v1/code/VitalEventTypeEnum.jsonld': crvs.vitalEventType,
  'extensions/dr/v1/code/AnimalAssistanceEnum.jsonld': dr.animalAssistance,
  'extensions/dr/v1/code/AssistiveTechnologyEnum.jsonld': dr.assistiveTechnology,
  'extensions/dr/v1/code/DisabilityLevelEnum.jsonld': dr.disabilityLevel,
  'extensions/dr/v1/code/DisabilityOnSet.jsonld': dr.disabilityOnset,
  'extensions/dr/v1/code/DisabilityStatusEnum.jsonld': dr.disabilityStatus,
  'extensions/dr/v1/code/HousingSupportEnum.jsonld': dr.housingSupport,
  'extensions/dr/v1/code/HousingType.jsonld': dr.housingType,
  'extensions/dr/v1/code/HumanAssistanceType.jsonld': dr.humanAssistanceType,
  'extensions/dr/v1/code/ImpairementType.jsonld': dr.impairmentType,
  'extensions/dr/v1/code/ImpairmentCause.jsonld': dr.impairmentCause,
  'extensions/dr/v1/code/ImpairmentLevel.jsonld': dr.impairmentLevel,
  'extensions/dr/v1/code/MedicalCareEnum.jsonld': dr.medicalCare,
  'extensions/dr/v1/code/SupportFrequency.jsonld': dr.supportFrequency,
  'extensions/dr/v1/code/SupportStatusEnum.jsonld': dr.supportStatus,
  'extensions/dr/v1/code/TransportRequirement.jsonld': dr.transportRequirement,
  'extensions/ess/v1/code/EmploymentType.jsonld': ess.employmentType,
  'extensions/ess/v1/code/EnrolmentStatus.jsonld': ess.employmentServiceEnrolmentStatus,
  'extensions/ess/v1/code/UnemploymentReason.jsonld': ess.unemploymentReason,
  'extensions/fr/v1/code/AgriSupportActivityEnum.jsonld': fr.agriSupportActivity,
  'extensions/fr/v1/code/AnimalsEnum.jsonld': fr.animals,
  'extensions/fr/v1/code/AquaCultureEnum.jsonld': fr.aquaculture,
  'extensions/fr/v1/code/AquaSupportActivityEnum.jsonld': fr.aquaSupportActivity,
  'extensions/fr/v1/code/CropActivityEnum.jsonld': fr.cropActivity,
  'extensions/fr/v1/code/CropEnduseEnum.jsonld': fr.cropEndUse,
  'extensions/fr/v1/code/CropTypeEnum.jsonld': fr.cropType,
  'extensions/fr/v1/code/EquipmentSource.jsonld': fr.equipmentSource,
  'extensions/fr/v1/code/FarmTypeEnum.jsonld': fr.farmType,
  'extensions/fr/v1/code/FertilizerTypeEnum.jsonld': fr.fertilizerType,
  'extensions/fr/v1/code/ForestActivityEnum.jsonld': fr.forestActivity,
  'extensions/fr/v1/code/IrrigationWaterEnum.jsonld': fr.irrigationWater,
  'extensions/fr/v1/code/LandTenureEnum.jsonld': fr.landTenure,
  'extensions/fr/v1/code/LivestockSystemEnum.jsonld': fr.livestockSystem,
  'extensions/fr/v1/code/MachineriesEnum.jsonld': fr.machinery,
  'extensions/fr/v1/code/MeasurmentUnitEnum.jsonld': fr.measurementUnit,
  'extensions/ibr/v1/code/BenefitTypeEnum.jsonld': ibr.benefitType,
  'extensions/ibr/v1/code/ContributionTypeEnum.jsonld': ibr.contributionType,
  'extensions/ibr/v1/code/EnrollmentStatusEnum.jsonld': ibr.enrollmentStatus,
  'extensions/ibr/v1/code/InstitutionEnum.jsonld': ibr.institutionType,
  'extensions/ibr/v1/code/LegalStatusEnum.jsonld': ibr.legalStatus,
  'extensions/ibr/v1/code/ProgrammeTypeEnum.jsonld': ibr.programmeType,
  'extensions/ibr/v1/code/SocialProtectionFunctionEnum.jsonld': ibr.socialProtectionFunction,
  'extensions/id/v1/code/TypeEnum.jsonld': id.biometricDataType,
};

/** Codes whose published number is a defect, as `code label` → what we write (records.md sections 9 and 11). */
const renumbered: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'extensions/fr/v1/code/EquipmentSource.jsonld': { '4 Provided by a government agency': '7' },
  'extensions/fr/v1/code/LandTenureEnum.jsonld': {
    '1 Non-legal ownership/Squatting illegally on land': '2',
    '2 Leased (Rented from someone else)': '3',
    '3 Adverse possession or prescription': '4',
    '4 Sharecropping': '5',
    '5 Inheritance': '6',
    '6 Holdings without land': '7',
  },
};

/** Labels that another code has too, so that they cannot be read as theirs. */
const ambiguousLabels: Readonly<Record<string, readonly string[]>> = {
  'core/v1/code/RelationshipTypeEnum.jsonld': ['CHILDFOST foster son'],
};

/** Declared codes without a description that stand for nothing. */
const undescribed: Readonly<Record<string, readonly string[]>> = {
  'extensions/ibr/v1/code/ProgrammeTypeEnum.jsonld': ['15'],
};

const notCodeLists = new Set(['extensions/ibr/v1/code/BenefitFrequency.jsonld']);

describe.skipIf(!hasJsonLd)('code lists cover the standard', () => {
  test('every code list file of core and the extensions has a list', () => {
    const files = jsonLdFiles(/^(core|extensions)\/.*\/code\//).filter((path) => !notCodeLists.has(path));
    expect(Object.keys(lists).sort()).toEqual(files);
    expect(files).toHaveLength(56);
  });

  test.each(Object.entries(lists))('%s', (path, list) => {
    const { described, declared } = codesOf(path);
    expect(described.length).toBeGreaterThan(0);
    const codes = described.map(({ code, label }) => renumbered[path]?.[`${code} ${label}`] ?? code);
    expect(Object.keys(list.entries).sort()).toEqual(codes.toSorted());
    described.forEach(({ label, code }, index) => {
      if (ambiguousLabels[path]?.includes(`${code} ${label}`)) return;
      expect(list.toCode(label), label).toBe(codes[index]);
      const upperCase = label.toUpperCase();
      expect(list.toCode(upperCase), label).toBe(Object.hasOwn(list.entries, upperCase) ? upperCase : codes[index]);
    });
    for (const code of declared) {
      if (!undescribed[path]?.includes(code)) expect(list.toCode(code), code).toBeDefined();
    }
  });
});

test.each(Object.entries(lists))('%s: codes are read and written as they are', (_path, list) => {
  for (const [code, label] of Object.entries(list.entries)) {
    expect(list.toCode(code)).toBe(code);
    expect(list.toCode(` ${label.toUpperCase()} `)).toBe(code);
    expect(list.toCode(`prefix:${code}`)).toBe(code);
    expect(list.toLabel(code)).toBe(label);
  }
  expect(list.toCode('no such code')).toBeUndefined();
  expect(list.toLabel('no such code')).toBeUndefined();
});
