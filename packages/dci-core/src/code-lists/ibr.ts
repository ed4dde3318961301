import { defineCodeList } from './define.ts';

/** Type of benefit. */
export const benefitType = defineCodeList({
  name: 'BenefitTypeEnum',
  entries: [
    ['1', 'Cash'],
    ['2', 'Voucher'],
    ['3', 'In-kind'],
    ['4', 'Training'],
    ['5', 'Work Opportunity'],
    ['6', 'Insurance'],
  ],
});

/** Whether beneficiaries contribute. */
export const contributionType = defineCodeList({
  name: 'ContributionTypeEnum',
  entries: [
    ['1', 'Contributory – mandatory'],
    ['2', 'Contributory – voluntary'],
    ['3', 'Non-contributory'],
  ],
});

/** Status of an enrolment. OpenSPP sends "enrolled" and "paused". */
export const enrollmentStatus = defineCodeList({
  name: 'EnrollmentStatusEnum',
  entries: [
    ['1', 'Active'],
    ['2', 'Deceased'],
    ['3', 'Graduated'],
    ['4', 'Suspended'],
  ],
  aliases: {
    enrolled: '1',
    paused: '4',
  },
});

/** Type of the implementing institution. */
export const institutionType = defineCodeList({
  name: 'InstitutionEnum',
  entries: [
    ['1', 'Public'],
    ['2', 'Private'],
    ['3', 'International Organization'],
    ['4', 'NGO'],
    ['5', 'CSO'],
    ['6', 'Religious institution'],
    ['7', 'Philanthropy'],
    ['8', 'Other'],
  ],
});

/** Whether a programme is anchored in legislation. */
export const legalStatus = defineCodeList({
  name: 'LegalStatusEnum',
  entries: [
    ['1', 'Anchored in national legislation'],
    ['2', 'Not anchored (charity, NGO etc)'],
    ['3', 'Not yet implemented'],
  ],
});

/** Type of programme. The standard declares `programme14` and 15 but describes 14, so 14 it is. */
export const programmeType = defineCodeList({
  name: 'ProgrammeTypeEnum',
  entries: [
    ['1', 'Unconditional cash transfers (poverty targeted)'],
    ['2', 'Conditional cash transfers (poverty targeted)'],
    ['3', 'Universal categorical'],
    ['4', 'Food and in-kind transfers'],
    ['5', 'School feeding'],
    ['6', 'Public works, workfare and direct job creation'],
    ['7', 'Fee waivers and targeted subsidies'],
    ['8', 'Other social assistance'],
    ['9', 'Social insurance (maternity, health, unemployment)'],
    ['10', 'Provident fund'],
    ['11', 'Occupational pension'],
    ['12', 'Notional defined contribution'],
    ['13', 'Employer liability'],
    ['14', 'Other employment-related'],
  ],
  aliases: {
    programme14: '14',
  },
});

/** Function of social protection. */
export const socialProtectionFunction = defineCodeList({
  name: 'SocialProtectionFunctionEnum',
  entries: [
    ['1', 'Old Age'],
    ['2', 'Invalidity / Disability Survivorships'],
    ['3', 'Sickness (in cash)'],
    ['4', 'Maternity / Paternity Children'],
    ['5', 'Family'],
    ['6', 'Access to Education'],
    ['7', 'Unemployment'],
    ['8', 'Employment Injury'],
    ['9', 'Healthcare'],
    ['10', 'Social Work Services'],
    ['11', 'Public Works Programs'],
    ['12', 'Housing Subsidies'],
    ['13', 'Food and Nutrition'],
    ['14', 'Social Assistance targeted at poverty reduction'],
    ['15', 'Other support/assistance'],
  ],
});
