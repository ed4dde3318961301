import { defineCodeList } from './define.ts';

/** Type of animal assistance. */
export const animalAssistance = defineCodeList({
  name: 'AnimalAssistanceEnum',
  entries: [
    ['service_dog', 'Service Dog'],
    ['therapy_animal', 'Therapy Animal'],
    ['other', 'Other'],
  ],
});

/** Type of assistive technology. */
export const assistiveTechnology = defineCodeList({
  name: 'AssistiveTechnologyEnum',
  entries: [
    ['1', 'Wheelchairs'],
    ['2', 'Speech-generating devices (SGDs)'],
    ['3', 'Hearing aids'],
  ],
});

/** Level of a certified disability. */
export const disabilityLevel = defineCodeList({
  name: 'DisabilityLevelEnum',
  entries: [
    ['1', 'High Support Needs (sometimes called very severe or profound)'],
    ['2', 'Severe'],
    ['3', 'Moderate'],
    ['4', 'Mild'],
  ],
  aliases: {
    'high support needs': '1',
    'very severe': '1',
    profound: '1',
  },
});

/** Age at which an impairment began. */
export const disabilityOnset = defineCodeList({
  name: 'DisabilityOnSet',
  entries: [
    ['0', 'Born With'],
    ['1', 'Childhood'],
    ['2', 'Working age'],
    ['3', 'Old age'],
  ],
});

/** Status of a certification. */
export const disabilityStatus = defineCodeList({
  name: 'DisabilityStatusEnum',
  entries: [
    ['0', 'Approved'],
    ['1', 'Pending'],
    ['2', 'Expired'],
  ],
});

/** Type of housing support. */
export const housingSupport = defineCodeList({
  name: 'HousingSupportEnum',
  entries: [
    ['home_adaptation', 'Home Adaptation'],
    ['relocation', 'Relocation'],
    ['utility_cost', 'Utility cost'],
  ],
});

/** Type of housing. */
export const housingType = defineCodeList({
  name: 'HousingType',
  entries: [
    ['1', 'Own home/rent'],
    ['2', 'Living in relatives’ home'],
    ['3', 'Social housing'],
    ['4', 'Care institution'],
  ],
});

/** Type of human assistance. */
export const humanAssistanceType = defineCodeList({
  name: 'HumanAssistanceType',
  entries: [
    ['basic_activity', 'Basic Activity'],
    ['mobility', 'mobility'],
    ['communication', 'Communication'],
    ['decision_making', 'Decision Making'],
    ['multiple', 'Multiple'],
  ],
});

/** Type of impairment; file and class are misspelt "ImpairementType" in the standard. */
export const impairmentType = defineCodeList({
  name: 'ImpairmentType',
  entries: [
    ['1', 'Vision'],
    ['2', 'Hearing'],
    ['3', 'Mobility'],
    ['4', 'Cognitive'],
    ['5', 'Speech'],
    ['6', 'Mental'],
  ],
});

/** Cause of an impairment. */
export const impairmentCause = defineCodeList({
  name: 'ImpairmentCause',
  entries: [
    ['0', 'Birth congenital'],
    ['1', 'Birth complication'],
    ['2', 'Illness'],
    ['3', 'Domestic accident'],
    ['4', 'Road accident'],
    ['5', 'Work accident'],
    ['6', 'Violence'],
    ['7', 'Armed conflict'],
    ['8', 'Ageing'],
  ],
});

/**
 * Level of an impairment. Its class is named FunctionalSeverityEnum like the core list with four other labels; here
 * it has the name of its file.
 */
export const impairmentLevel = defineCodeList({
  name: 'ImpairmentLevel',
  entries: [
    ['1', 'Mild'],
    ['2', 'Moderate'],
    ['3', 'Severe'],
    ['4', 'Extreme'],
  ],
});

/** Type of medical care. */
export const medicalCare = defineCodeList({
  name: 'MedicalCareEnum',
  entries: [
    ['maintenance_medicine', 'Maintenance medicine'],
    ['specialized_habitation', 'Specialized habitation'],
    ['constant_healthcare', 'Constant healthcare'],
  ],
});

/** How often support is given. */
export const supportFrequency = defineCodeList({
  name: 'SupportFrequency',
  entries: [
    ['1', 'Permanent'],
    ['2', 'Daily'],
    ['3', 'Weekly'],
    ['4', 'Occasional'],
    ['5', 'None'],
  ],
});

/** Whether support is needed or received. */
export const supportStatus = defineCodeList({
  name: 'SupportStatusEnum',
  entries: [
    ['0', 'Needed'],
    ['1', 'Received'],
  ],
  aliases: {
    required: '0',
  },
});

/** Transport that a person needs. */
export const transportRequirement = defineCodeList({
  name: 'TransportRequirement',
  entries: [
    ['0', 'Public transportation'],
    ['1', 'Point to point transportation'],
    ['2', 'Adaptable vehicle'],
  ],
  aliases: {
    'adaptable vehical': '2',
  },
});
