import { defineCodeList } from './define.ts';

/** Type of employment. */
export const employmentType = defineCodeList({
  name: 'EmploymentType',
  entries: [
    ['1', 'Permanent'],
    ['2', 'Fixed-term'],
    ['3', 'Casual'],
    ['4', 'Seasonal'],
    ['5', 'Paid apprentices, trainees and interns'],
  ],
});

/** Status of an enrolment with an employment service. Code 3 is "Exited" here and "Graduated" in {@link import('./ibr.ts').enrollmentStatus}. */
export const employmentServiceEnrolmentStatus = defineCodeList({
  name: 'EnrolmentStatus',
  entries: [
    ['1', 'Active'],
    ['2', 'Deceased'],
    ['3', 'Exited'],
    ['4', 'Suspended'],
    ['5', 'Inactive'],
    ['6', 'Reinstated'],
    ['7', 'Awaiting Renewal'],
  ],
});

/** Why a person is unemployed. 7 and 8 are described in the standard but missing from its list of declared codes. */
export const unemploymentReason = defineCodeList({
  name: 'UnemploymentReason',
  entries: [
    ['1', 'Dismissed or made redundant'],
    ['2', 'A job of limited duration has ended'],
    ['3', 'Personal or family responsibilities'],
    ['4', 'Own illness or disability'],
    ['5', 'Education or training'],
    ['6', 'Retirement'],
    ['7', 'Military or community service'],
    ['8', 'Other reasons'],
  ],
});
