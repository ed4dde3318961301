import { defineCodeList } from './define.ts';

/** Sex. Besides the letters that peers send, the digits of ISO 5218 that OpenSPP keeps. */
export const sexCategory = defineCodeList({
  name: 'SexCategoryEnum',
  entries: [
    ['male', 'Male'],
    ['female', 'Female'],
    ['other', 'Others'],
    ['unknown', 'Unknown'],
  ],
  aliases: {
    M: 'male',
    F: 'female',
    O: 'other',
    U: 'unknown',
    'not known': 'unknown',
    'not applicable': 'unknown',
    '1': 'male',
    '2': 'female',
    '0': 'unknown',
    '9': 'unknown',
    man: 'male',
    woman: 'female',
  },
});

/** Marital status. "Single" is read as never married; U (unmarried) stands beside S in the standard. */
export const maritalStatus = defineCodeList({
  name: 'MaritalStatusEnum',
  entries: [
    ['S', 'Never Married'],
    ['M', 'Married'],
    ['W', 'Widow'],
    ['A', 'Annulled'],
    ['D', 'Divorced'],
    ['L', 'Legally Separated'],
    ['U', 'Unmarried'],
  ],
  aliases: {
    single: 'S',
    'never-married': 'S',
    widowed: 'W',
    widower: 'W',
    separated: 'L',
    divorcee: 'D',
  },
});

/** What a group or beneficiary is. */
export const assistanceUnit = defineCodeList({
  name: 'AssistanceUnitEnum',
  entries: [
    ['1', 'Member (Person/Individual)'],
    ['2', 'Household'],
    ['3', 'Family'],
  ],
  aliases: {
    member: '1',
    person: '1',
    individual: '1',
  },
});

/** Level of education (ISCED). "Secondary" alone names two levels, so it is not read. */
export const educationLevel = defineCodeList({
  name: 'EducationCodeEnum',
  entries: [
    ['0', 'Early childhood education'],
    ['1', 'Primary education'],
    ['2', 'Lower secondary education'],
    ['3', 'Upper secondary education'],
    ['4', 'Post-secondary non-tertiary education'],
    ['5', 'Short-cycle tertiary education'],
    ['6', "Bachelor's or equivalent"],
    ['7', "Master's or equivalent"],
    ['8', 'Doctorate or equivalent'],
  ],
  aliases: {
    'early childhood': '0',
    primary: '1',
    'lower secondary': '2',
    'upper secondary': '3',
    'high school': '3',
    'post-secondary': '4',
    'short-cycle tertiary': '5',
    bachelor: '6',
    bachelors: '6',
    master: '7',
    masters: '7',
    doctorate: '8',
    phd: '8',
  },
});

/** Employment status. Code 8 is described in the standard but missing from its list of declared codes. */
export const employmentStatus = defineCodeList({
  name: 'EmploymentStatusEnum',
  entries: [
    ['1', 'Employed'],
    ['2', 'Not Employed'],
    ['3', 'Unknown'],
    ['4', 'Paid employment: Employee'],
    ['5', 'Self employment: Employers'],
    ['6', 'Self employment: Own-account workers'],
    ['7', 'Self employment: Members of producers’ cooperatives'],
    ['8', 'Self employment: Contributing family workers'],
  ],
  aliases: {
    unemployed: '2',
    employee: '4',
    employer: '5',
    'own-account worker': '6',
    'self-employed': '6',
    'contributing family worker': '8',
  },
});

/** Occupation (ISCO-08 major groups). */
export const occupation = defineCodeList({
  name: 'OccupationEnum',
  entries: [
    ['0', 'Armed forces occupation'],
    ['1', 'Manager'],
    ['2', 'Professional'],
    ['3', 'Technician and associate professional'],
    ['4', 'Clerical support worker'],
    ['5', 'Service and sales worker'],
    ['6', 'Skilled agricultural, forestry and fishery worker'],
    ['7', 'Craft and related trades worker'],
    ['8', 'Plant and machine operator, and assembler'],
    ['9', 'Elementary occupation'],
  ],
});

/** Income level: the standard has only this placeholder, so records carry free text. */
export const incomeLevel = defineCodeList({
  name: 'IncomeLevelEnum',
  entries: [['1', '1']],
});

/** Language: the standard has only this placeholder, so records carry free text. */
export const languageCode = defineCodeList({
  name: 'LanguageCodeEnum',
  entries: [['1', 'en']],
});

/** Identifier types of the standard; see codes/identifier-type.ts for those that records use. */
export const identifierTypeCode = defineCodeList({
  name: 'IdentifierTypeEnum',
  entries: [
    ['UIN', 'UIN'],
    ['BRN', 'BRN'],
    ['MRN', 'MRN'],
    ['DRN', 'DRN'],
  ],
});

/** The domains of the Washington Group short set, which two of the standard's lists hold. */
const functionalDomains = {
  entries: [
    ['VIS_SS', 'Vision'],
    ['HEAR_SS', 'Hearing'],
    ['MOB_SS', 'Mobility'],
    ['COG_SS', 'COGNITION (REMEMBERING)'],
    ['SC_SS', 'Self care'],
    ['COM_SS', 'Communication'],
  ],
  aliases: {
    cognition: 'COG_SS',
    remembering: 'COG_SS',
    seeing: 'VIS_SS',
    walking: 'MOB_SS',
    communicating: 'COM_SS',
  },
} as const;

/** Domain of functioning (Washington Group short set). */
export const functionalLimitationType = defineCodeList({
  name: 'FunctionalLimitationType',
  ...functionalDomains,
});

/** Difficulty in functioning (Washington Group short set). */
export const functionalSeverity = defineCodeList({
  name: 'FunctionalSeverityEnum',
  entries: [
    ['1', 'No difficulty'],
    ['2', 'Some difficulty'],
    ['3', 'A lot difficulty'],
    ['4', 'Cannot do it at all'],
  ],
  aliases: {
    'a lot of difficulty': '3',
    'cannot do at all': '4',
  },
});

/** Type of disability; the same codes as {@link functionalLimitationType}. */
export const disabilityType = defineCodeList({
  name: 'DisabilityTypeEnum',
  ...functionalDomains,
});
