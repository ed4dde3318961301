/** How often a programme gives something, in months; the day of the month on which it does. */
export interface Rhythm {
  readonly months: number;
  readonly day: number;
  /** 0 for January, for what is given in one season. */
  readonly firstMonth: number;
}

/** A programme of social protection in the demo country, with the standard's codes (records.md section 9). */
export interface Programme {
  readonly identifier: string;
  readonly name: string;
  readonly description: string;
  readonly institution: string;
  /** InstitutionEnum. */
  readonly institutionType: string;
  /** LegalStatusEnum. */
  readonly legalStatus: string;
  /** SocialProtectionFunctionEnum. */
  readonly functions: readonly string[];
  /** ContributionTypeEnum. */
  readonly contribution: string;
  /** ProgrammeTypeEnum. */
  readonly type: string;
  /** BenefitTypeEnum. */
  readonly benefitType: string;
  /** What a benefit is, where it is not money alone. */
  readonly benefitDescription?: string;
  readonly rhythm: Rhythm;
  /** `YYYY-MM-DD` */
  readonly since: string;
}

const PUBLIC = '1';
const NGO = '4';
const IN_LAW = '1';
const CHARITY = '2';
const NON_CONTRIBUTORY = '3';
const MONTHLY = { months: 1, day: 5, firstMonth: 0 } as const;

/** The demo country's programmes by their short names. */
export const programmes = {
  familyTransfer: {
    identifier: 'FCT-2017',
    name: 'Family Cash Transfer',
    description: 'Monthly transfer to poor households with children who attend school and health checks',
    institution: 'Ministry of Social Affairs',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['5', '14'],
    contribution: NON_CONTRIBUTORY,
    type: '2',
    benefitType: '1',
    rhythm: MONTHLY,
    since: '2017-01-01',
  },
  socialPension: {
    identifier: 'SP-2016',
    name: 'Social Pension',
    description: 'Monthly pension for everyone aged 65 or over',
    institution: 'National Pension Agency',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['1'],
    contribution: NON_CONTRIBUTORY,
    type: '3',
    benefitType: '1',
    rhythm: MONTHLY,
    since: '2016-06-01',
  },
  disabilityAllowance: {
    identifier: 'DA-2018',
    name: 'Disability Allowance',
    description: 'Monthly allowance for persons with a certified disability',
    institution: 'Ministry of Social Affairs',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['2'],
    contribution: NON_CONTRIBUTORY,
    type: '3',
    benefitType: '1',
    rhythm: MONTHLY,
    since: '2018-01-01',
  },
  schoolFeeding: {
    identifier: 'SF-2019',
    name: 'School Feeding',
    description: 'A daily meal for pupils of primary and lower secondary schools',
    institution: 'Ministry of Education',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['6', '13'],
    contribution: NON_CONTRIBUTORY,
    type: '5',
    benefitType: '3',
    benefitDescription: 'School meals',
    rhythm: { months: 1, day: 28, firstMonth: 0 },
    since: '2019-01-01',
  },
  publicWorks: {
    identifier: 'PW-2020',
    name: 'Public Works Programme',
    description: 'Paid work on roads, terraces and water points for one adult of a poor household',
    institution: 'Ministry of Labour',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['7', '11'],
    contribution: NON_CONTRIBUTORY,
    type: '6',
    benefitType: '5',
    benefitDescription: 'Days of work',
    rhythm: { months: 1, day: 25, firstMonth: 0 },
    since: '2020-03-01',
  },
  inputVoucher: {
    identifier: 'AIV-2021',
    name: 'Agricultural Input Voucher',
    description: 'Yearly voucher for seed and fertilizer for small farms',
    institution: 'Green Fields Alliance',
    institutionType: NGO,
    legalStatus: CHARITY,
    functions: ['13', '15'],
    contribution: NON_CONTRIBUTORY,
    type: '7',
    benefitType: '2',
    benefitDescription: 'Seed and fertilizer voucher',
    rhythm: { months: 12, day: 10, firstMonth: 3 },
    since: '2021-01-01',
  },
  maternityGrant: {
    identifier: 'MG-2022',
    name: 'Maternity Grant',
    description: 'Quarterly grant to mothers in the first year after a birth',
    institution: 'Ministry of Health',
    institutionType: PUBLIC,
    legalStatus: IN_LAW,
    functions: ['4'],
    contribution: NON_CONTRIBUTORY,
    type: '3',
    benefitType: '1',
    rhythm: { months: 3, day: 15, firstMonth: 1 },
    since: '2022-01-01',
  },
} as const satisfies Readonly<Record<string, Programme>>;
