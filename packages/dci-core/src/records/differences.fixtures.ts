import type { ReadingCase } from './reading-case.fixtures.ts';

const person = ['social', 'Person'] as const;
const member = ['social', 'Member'] as const;
const group = ['social', 'Group'] as const;
const civil = ['crvs', 'Person'] as const;
const beneficiary = ['ibr', 'Beneficiary'] as const;
const disabled = ['dr', 'DisabledPerson'] as const;
const farmer = ['fr', 'Farmer'] as const;

/** Every row of records.md section 1, "Differences at a glance". */
export const differences: readonly ReadingCase[] = [
  {
    type: person,
    shows: 'all: name with first_name and last_name',
    received: { name: { first_name: 'Ada', last_name: 'Okoye' } },
    record: { name: { given_name: 'Ada', surname: 'Okoye' } },
  },
  {
    type: person,
    shows: 'all: name with givenName, familyName, middleName',
    received: { name: { givenName: 'Ada', middleName: 'B', familyName: 'Okoye' } },
    record: { name: { given_name: 'Ada', second_name: 'B', surname: 'Okoye' } },
  },
  {
    type: person,
    shows: 'all: date_of_birth and gender',
    received: { date_of_birth: '1990-05-15', gender: 'Male' },
    record: { birth_date: '1990-05-15', sex: 'male' },
  },
  { type: person, shows: 'all: sex F', received: { sex: 'F' }, record: { sex: 'female' } },
  { type: person, shows: 'all: sex Male', received: { sex: 'Male' }, record: { sex: 'male' } },
  { type: person, shows: 'all: sex m', received: { sex: 'm' }, record: { sex: 'male' } },
  {
    type: person,
    shows: 'all: a date with time and no zone; births are dates',
    received: { birth_date: '1980-03-23T10:20:15' },
    record: { birth_date: '1980-03-23' },
    warnings: ['birth_date'],
  },
  {
    type: person,
    shows: 'all: a date at midnight',
    received: { birth_date: '1985-05-20T00:00:00Z' },
    record: { birth_date: '1985-05-20' },
  },
  { type: person, shows: 'all: a date', received: { birth_date: '1985-05-20' }, record: { birth_date: '1985-05-20' } },
  {
    type: person,
    shows: 'all: a date with dots',
    received: { birth_date: '02.05.2004' },
    record: { birth_date: '2004-05-02' },
  },
  { type: person, shows: 'all: an empty date', received: { birth_date: '', death_date: null }, record: {} },
  {
    type: person,
    shows: 'all: a timestamp without zone',
    received: { registration_date: '2022-12-04T17:20:07' },
    record: { registration_date: '2022-12-04T17:20:07Z' },
    warnings: ['registration_date'],
  },
  {
    type: person,
    shows: 'all: a timestamp that is a date with dots',
    received: { registration_date: '02.05.2024' },
    record: { registration_date: '2024-05-02T00:00:00Z' },
  },
  {
    type: person,
    shows: 'all: a date that is none is kept and reported',
    received: { birth_date: '1985-13-20', last_updated: 'yesterday' },
    record: { birth_date: '1985-13-20', last_updated: 'yesterday' },
    warnings: ['birth_date', 'last_updated'],
  },
  {
    type: member,
    shows: 'all: labels of codes',
    received: { marital_status: 'married', employment_status: 'employed', education_level: 'Highschool' },
    record: { marital_status: 'M', employment_status: '1', education_level: '3' },
  },
  {
    type: disabled,
    shows: 'all: label Approved',
    received: { disability_status: 'Approved' },
    record: { disability_status: '0' },
  },
  {
    type: beneficiary,
    shows: 'all: label Cash',
    received: { benefits: [{ benefit_type: 'Cash' }] },
    record: { benefits: [{ benefit_type: '1' }] },
  },
  {
    type: member,
    shows: 'all: an unknown label is kept and reported',
    received: { occupation: 'teacher', marital_status: 'complicated' },
    record: { occupation: 'teacher', marital_status: 'complicated' },
    warnings: ['occupation', 'marital_status'],
  },
  {
    type: person,
    shows: 'all: identifier types outside the enum',
    received: {
      identifier: [
        { identifier_type: 'NID', identifier_value: '1' },
        { identifier_type: 'urn:gov:national-id', identifier_value: '2' },
        { identifier_type: 'UIN', identifier_value: 3 },
        { identifier_type: 'urn:xx:tax-number', identifier_value: '4' },
      ],
    },
    record: {
      identifier: [
        { identifier_type: 'NationalID', identifier_value: '1' },
        { identifier_type: 'NationalID', identifier_value: '2' },
        { identifier_type: 'UIN', identifier_value: '3' },
        { identifier_type: 'urn:xx:tax-number', identifier_value: '4' },
      ],
    },
  },
  { type: member, shows: 'all: boolean "0"', received: { is_disabled: '0' }, record: { is_disabled: false } },
  { type: member, shows: 'all: boolean 1', received: { is_disabled: 1 }, record: { is_disabled: true } },
  { type: member, shows: 'all: boolean true', received: { is_disabled: true }, record: { is_disabled: true } },
  {
    type: member,
    shows: 'all: a boolean that is none',
    received: { is_disabled: 'perhaps' },
    record: { is_disabled: 'perhaps' },
    warnings: ['is_disabled'],
  },
  {
    type: person,
    shows: 'all: one address object, Social',
    received: {
      address: { street_address: '123 Main St', city: 'Anytown', postal_code: 12345, country: 'CountryName' },
    },
    record: {
      address: [
        { address_line_1: '123 Main St', locality: 'Anytown', postal_code: '12345', country_code: 'CountryName' },
      ],
    },
  },
  {
    type: civil,
    shows: 'all: one address object, CRVS',
    received: { address: { address_line1: 'Bophut', address_line2: 'Surat', locality: 'Thani', region_code: 'A205' } },
    record: {
      address: [{ address_line_1: 'Bophut', address_line_2: 'Surat', locality: 'Thani', region_code: 'A205' }],
    },
  },
  {
    type: group,
    shows: 'Social: place, place_address 1, coordinates as text, one address',
    received: {
      place: { geo: { latitude: '40.712776', longitude: '-74.005974' }, address: '123 Main St' },
      place_address: 1,
      address: { city: 'Anytown' },
    },
    record: {
      geographical_location: { geo: { latitude: 40.712776, longitude: -74.005974 }, address_line: '123 Main St' },
      place_address: true,
      address: [{ locality: 'Anytown' }],
    },
  },
  {
    type: member,
    shows: 'Social: member_identifier a list',
    received: { member_identifier: [{ identifier_type: 'NationalID', identifier_value: 'M9' }] },
    record: { member_identifier: [{ identifier_type: 'NationalID', identifier_value: 'M9' }] },
  },
  {
    type: member,
    shows: 'Social: member_identifier a bare text',
    received: { member_identifier: 'M987654323' },
    record: { member_identifier: [{ identifier_value: 'M987654323' }] },
    warnings: ['member_identifier[0]'],
  },
  {
    type: member,
    shows: 'Social: prefixes and a slip in member names',
    received: {
      demographic_info: {
        'spdci:identifier': [{ identifier_type: 'UIN', identifier_value: '1' }],
        sregistration_date: '2022-01-10T08:00:00Z',
      },
      'spdci:registration_date': '2022-01-10T08:00:00Z',
    },
    record: {
      demographic_info: {
        identifier: [{ identifier_type: 'UIN', identifier_value: '1' }],
        registration_date: '2022-01-10T08:00:00Z',
      },
      registration_date: '2022-01-10T08:00:00Z',
    },
  },
  {
    type: person,
    shows: 'Social: a colon in front',
    received: { ':identifier': [{ identifier_type: 'UIN', identifier_value: '1' }] },
    record: { identifier: [{ identifier_type: 'UIN', identifier_value: '1' }] },
  },
  {
    type: civil,
    shows: 'CRVS: identifier one object',
    received: { identifier: { identifier_type: 'UIN', identifier_value: '197382465' } },
    record: { identifier: [{ identifier_type: 'UIN', identifier_value: '197382465' }] },
  },
  {
    type: civil,
    shows: 'CRVS: marriage_date and divorce_date one text',
    received: { marriage_date: '2001-02-03', divorce_date: '' },
    record: { marriage_date: ['2001-02-03'] },
  },
  {
    type: civil,
    shows: 'CRVS: address or address_line of a place',
    received: { birth_place: { address: 'A', contains_place: [{ address_line: 'B' }], contained_in_place: '' } },
    record: { birth_place: { address_line: 'A', contains_place: [{ address_line: 'B' }] } },
  },
  {
    type: civil,
    shows: 'CRVS: @type CRVS_Person is kept',
    received: { '@type': 'CRVS_Person', '@id': 'CRVS_Person_3', sex: 'female' },
    record: { '@type': 'CRVS_Person', '@id': 'CRVS_Person_3', sex: 'female' },
  },
  {
    type: beneficiary,
    shows: 'IBR: person one level deeper, identifier spelt out',
    received: {
      member: {
        demographic_info: {
          person: { identifier_type: 'NID', identifier_value: '02', name: { first_name: 'T' }, sex: 'F', address: '' },
        },
      },
    },
    record: {
      member: {
        demographic_info: {
          name: { given_name: 'T' },
          sex: 'female',
          identifier: [{ identifier_type: 'NationalID', identifier_value: '02' }],
        },
      },
    },
  },
  {
    type: beneficiary,
    shows: 'IBR: programme, enrolment and benefits inside member; value and frequency as text',
    received: {
      member: {
        is_disabled: '0',
        programme_identifier: {
          programme: { programme_identifier: 'DCI001', programme_name: 'Test Programme' },
          enrolment_date: '02.02.2024',
          enrolment_status: 'Active',
          status_change_date: '',
          benefits: {
            benefit_type: 'Cash',
            benefit_date: '02.05.2024',
            benefit_value: 'USD 50',
            benefit_frequency: 'Monthly',
          },
        },
      },
    },
    record: {
      member: { is_disabled: false },
      programme_identifier: [{ programme_identifier: 'DCI001', programme_name: 'Test Programme' }],
      enrollment_date: '2024-02-02',
      enrollment_status: '1',
      benefits: [
        {
          benefit_type: '1',
          benefit_date: '2024-05-02',
          benefit_value: 'USD 50',
          benefit_frequency: { freq: 'MONTHLY' },
        },
      ],
    },
  },
  {
    type: beneficiary,
    shows: 'IBR: several programmes keep their own enrolment',
    received: {
      programme_identifier: [
        { programme: { programme_identifier: 'A' }, enrolment_date: '2024-01-01', benefits: [{ benefit_type: '1' }] },
        { programme: { programme_identifier: 'B' }, enrolment_date: '2024-02-01', benefits: [{ benefit_type: '2' }] },
      ],
    },
    record: {
      programme_identifier: [
        { programme_identifier: 'A', enrolment_date: '2024-01-01' },
        { programme_identifier: 'B', enrolment_date: '2024-02-01' },
      ],
      enrollment_date: '2024-01-01',
      benefits: [{ benefit_type: '1' }, { benefit_type: '2' }],
    },
  },
  {
    type: beneficiary,
    shows: 'IBR: enrol and enroll; one benefit, one programme as text',
    received: {
      enrolment_date: '2024-02-02',
      enrolment_status: 'Suspended',
      benefits: { benefit_type: 'Training' },
      programme_identifier: 'P1',
    },
    record: {
      enrollment_date: '2024-02-02',
      enrollment_status: '4',
      benefits: [{ benefit_type: '4' }],
      programme_identifier: [{ programme_identifier: 'P1' }],
    },
  },
  {
    type: beneficiary,
    shows: 'IBR: last_update; relationship_head is no member of the standard and stays',
    received: { member: { last_update: '02.05.2024', relationship_head: 'SELF' } },
    record: { member: { last_updated: '2024-05-02T00:00:00Z', relationship_head: 'SELF' } },
  },
  {
    type: disabled,
    shows: 'DR: personal_details with a bare identifier and the person in it',
    received: {
      personal_details: {
        identifier: '123456',
        name: { first_name: 'John', last_name: 'Doe' },
        date_of_birth: '1990-05-15',
        gender: 'Male',
      },
    },
    record: {
      personal_details: {
        member_identifier: [{ identifier_value: '123456' }],
        demographic_info: { name: { given_name: 'John', surname: 'Doe' }, birth_date: '1990-05-15', sex: 'male' },
      },
    },
    warnings: ['personal_details.member_identifier[0]'],
  },
  {
    type: disabled,
    shows: 'DR: disability_level',
    received: { disability_level: 'Severe' },
    record: { disability_status_level: '2' },
  },
  {
    type: disabled,
    shows: 'DR: programs_enrollments',
    received: { programs_enrollments: [{ programme_name: 'financial_assistance', programme_identifier: 'AD234' }] },
    record: { programs_enrolments: [{ programme_name: 'financial_assistance', programme_identifier: 'AD234' }] },
  },
  {
    type: disabled,
    shows: 'DR: human_assistance one object with frequency and support_status',
    received: {
      disability_support: [
        { human_assistance: { frequency: 'Permanent', type: 'mobility', support_status: 'Required' } },
      ],
    },
    record: { disability_support: [{ human_assistance: [{ intensity: '1', type: 'mobility', support: '0' }] }] },
  },
  {
    type: disabled,
    shows: 'DR: impairment labels that no list has are kept and reported',
    received: {
      disability_details: [
        {
          impairment_type: 'Physical and movement related functions',
          impairment_level: 'Severe impairment or difficulty',
          impairment_cause: 'Work Accident',
          age_on_set: 'Working age',
        },
      ],
    },
    record: {
      disability_details: [
        {
          impairment_type: 'Physical and movement related functions',
          impairment_level: 'Severe impairment or difficulty',
          impairment_cause: '5',
          age_on_set: '2',
        },
      ],
    },
    warnings: ['disability_details[0].impairment_type', 'disability_details[0].impairment_level'],
  },
  {
    type: disabled,
    shows: 'DR: misspelt vehicle',
    received: { transport_requirement: 'Adaptable vehical', housing_type: 'Social housing' },
    record: { transport_requirement: '2', housing_type: '3' },
  },
  {
    type: farmer,
    shows: 'FR: famer_personal_details',
    received: {
      famer_personal_details: {
        member_identifier: { identifier_type: 'NationalID', identifier_value: 'M1' },
        demographic_info: { identifier: { identifier_type: 'NationalID', identifier_value: 'M1' }, gender: 'Male' },
      },
    },
    record: {
      farmer_personal_details: {
        member_identifier: [{ identifier_type: 'NationalID', identifier_value: 'M1' }],
        demographic_info: { identifier: [{ identifier_type: 'NationalID', identifier_value: 'M1' }], sex: 'male' },
      },
    },
  },
  {
    type: farmer,
    shows:
      'FR: place and farm_type on the farm; farming_activities, end_use lists; crop_type, aqua_culture; fuzzy labels',
    received: {
      farm_details: [
        {
          place: { name: 'Koh Samui' },
          farm_type: 'Small subsistence-oriented farms',
          farming_activities: [
            {
              crop_production: [
                {
                  activity_group: 'perennial crops',
                  crop_type: 'Fruit and nuts',
                  end_use: ['Food for human consumption'],
                },
              ],
              aqua_culture: ['Marine aquafarming'],
            },
          ],
        },
      ],
    },
    record: {
      farm_details: [
        {
          location: { name: 'Koh Samui' },
          farming_activities: {
            crop_production: [{ activity_group: '012', crop_type_name: '3', end_use: '1' }],
            aquaculture: ['0321'],
          },
        },
      ],
      farm_type: '1',
    },
  },
  {
    type: farmer,
    shows: 'FR: farm_type on the farmer comes first, another one stays on the farm',
    received: { farm_type: '5', farm_details: [{ farm_type: '1' }] },
    record: { farm_type: '5', farm_details: [{ farm_type: '1' }] },
  },
  {
    type: farmer,
    shows: 'FR: several farming activities are joined list by list',
    received: {
      farm_details: [
        {
          farming_activities: [
            { crop_production: [{ season: 'dry' }], mixed_farming: 'yes' },
            { crop_production: [{ season: 'wet' }] },
          ],
        },
      ],
    },
    record: {
      farm_details: [
        { farming_activities: { crop_production: [{ season: 'dry' }, { season: 'wet' }], mixed_farming: true } },
      ],
    },
  },
  {
    type: farmer,
    shows: 'FR: land of the JSON-LD that the example lacks',
    received: {
      farm_details: [
        {
          land_tenure: 'Owner',
          land_size: '2.5',
          measurement: 'hectare',
          farming_activities: { agroforestry: 'Logging' },
        },
      ],
    },
    record: {
      farm_details: [
        { land_tenure: '1', land_size: 2.5, measurment: '0', farming_activities: { agroforestry: ['1'] } },
      ],
    },
  },
  {
    type: farmer,
    shows: 'FR: machinery with equipement_source, and a heading as type',
    received: {
      machineries_details: [
        { type: 'Machine powered equipment', count: 2, equipement_source: 'Provided by a cooperative' },
      ],
    },
    record: { machineries_details: [{ type: '31', count: 2, equipement_source: '5' }] },
  },
];
