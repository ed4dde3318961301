import type { ReadingCase } from './reading-case.fixtures.ts';

const person = ['social', 'Person'] as const;
const member = ['social', 'Member'] as const;
const group = ['social', 'Group'] as const;
const civil = ['crvs', 'Person'] as const;
const farmer = ['fr', 'Farmer'] as const;

/** What peers send: records.md section 12. */
export const peers: readonly ReadingCase[] = [
  {
    type: person,
    shows: 'OpenSPP2 Person with its extensions and nulls',
    received: {
      identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: '12' }],
      name: { surname: 'Doe', given_name: 'Jane', second_name: null, prefix: 'Ms', suffix: null },
      sex: 'female',
      birth_date: '1990-05-15',
      death_date: null,
      address: [
        {
          address_line_1: 'A',
          address_line_2: null,
          locality: 'B',
          region_code: 'R1',
          postal_code: '1',
          country_code: 'XX',
        },
      ],
      phone_number: ['+1'],
      email: ['a@example.org'],
      registration_date: '2024-01-15T10:30:00Z',
      last_updated: '2024-01-15T10:30:00Z',
      enrolled_programs: [{ programme_name: 'P', enrolment_status: 'paused', enrolment_date: '2024-02-01' }],
      household_info: { household_size: 5, is_household_head: true },
    },
    record: {
      identifier: [{ identifier_type: 'NationalID', identifier_value: '12' }],
      name: { surname: 'Doe', given_name: 'Jane', prefix: 'Ms' },
      sex: 'female',
      birth_date: '1990-05-15',
      address: [{ address_line_1: 'A', locality: 'B', region_code: 'R1', postal_code: '1', country_code: 'XX' }],
      phone_number: ['+1'],
      email: ['a@example.org'],
      registration_date: '2024-01-15T10:30:00Z',
      last_updated: '2024-01-15T10:30:00Z',
      enrolled_programs: [{ programme_name: 'P', enrolment_status: 'paused', enrolment_date: '2024-02-01' }],
      household_info: { household_size: 5, is_household_head: true },
    },
  },
  {
    type: group,
    shows: "OpenSPP2 Group, and the seeds' Group with score, code of the area and key-value pairs",
    received: {
      group_identifier: [{ identifier_type: 'urn:gov:household-id', identifier_value: 'HH-1' }],
      group_type: 'Household',
      geographical_location: { name: 'Capital City', code: 'DISTRICT_01' },
      poverty_score: 0.75,
      poverty_score_type: 'PMT',
      group_size: 1,
      group_head_info: null,
      member_list: [
        {
          member_identifier: [{ identifier_type: 'UIN', identifier_value: '1' }],
          demographic_info: { sex: 'male' },
          related_person: [{ relationship_type: 'spouse', related_member: { sex: 'female' } }],
          is_disabled: false,
          disability_info: [{ disability_limitation_type: 'Mobility', functional_severity: 3 }],
          marital_status: 'M',
          employment_status: 'employed',
        },
      ],
      additional_attributes: [{ key: 'dwelling_type', value: 'permanent' }],
    },
    record: {
      group_identifier: [{ identifier_type: 'HouseholdID', identifier_value: 'HH-1' }],
      group_type: '2',
      geographical_location: { name: 'Capital City', code: 'DISTRICT_01' },
      poverty_score: 0.75,
      poverty_score_type: 'PMT',
      group_size: 1,
      member_list: [
        {
          member_identifier: [{ identifier_type: 'UIN', identifier_value: '1' }],
          demographic_info: { sex: 'male' },
          related_person: [{ relationship_type: 'SPS', related_member: { sex: 'female' } }],
          is_disabled: false,
          disability_info: [{ disability_limitation_type: 'MOB_SS', functional_severity: 3 }],
          marital_status: 'M',
          employment_status: '1',
        },
      ],
      additional_attributes: [{ key: 'dwelling_type', value: 'permanent' }],
    },
  },
  {
    type: civil,
    shows: 'OpenCRVS birth, 2024',
    received: {
      identifier: [{ name: 'BRN', identifier: '2024B1' }],
      givenName: 'Ana',
      familyName: 'Silva',
      birthDate: '2024-03-01',
      sex: 'female',
      birthPlace: { '@type': 'Place', address: 'Clinic', containedInPlace: 'D1', additionalType: 'HEALTH_FACILITY' },
      relations: [
        {
          '@type': 'spdci:Mother',
          identifier: [{ name: 'NID', identifier: '11' }],
          givenName: 'Eva',
          familyName: 'Silva',
        },
        { '@type': 'spdci:Father', identifier: [{ name: 'NID', identifier: '22' }] },
      ],
    },
    record: {
      identifier: [{ identifier_type: 'BRN', identifier_value: '2024B1' }],
      name: { given_name: 'Ana', surname: 'Silva' },
      birth_date: '2024-03-01',
      sex: 'female',
      birth_place: {
        '@type': 'Place',
        address_line: 'Clinic',
        contained_in_place: { name: 'D1' },
        additionalType: 'HEALTH_FACILITY',
      },
      relations: [
        {
          '@type': 'spdci:Mother',
          identifier: [{ name: 'NID', identifier: '11' }],
          givenName: 'Eva',
          familyName: 'Silva',
        },
        { '@type': 'spdci:Father', identifier: [{ name: 'NID', identifier: '22' }] },
      ],
      parent1_identifier: { identifier_type: 'NationalID', identifier_value: '11' },
      parent2_identifier: { identifier_type: 'NationalID', identifier_value: '22' },
    },
  },
  {
    type: civil,
    shows: 'OpenCRVS death, 2024',
    received: { givenName: 'Ana', deathDate: '2024-03-02', deathPlace: { address: 'Home' } },
    record: { name: { given_name: 'Ana' }, death_date: '2024-03-02', death_place: { address_line: 'Home' } },
  },
  {
    type: civil,
    shows: 'OpenCRVS marriage, 2024, with marriagedate',
    received: {
      identifier: [{ name: 'MRN', identifier: '5' }],
      familyName: 'Silva',
      marriagedate: '2020-06-01',
      marriagePlace: { address: 'Hall' },
      relations: [{ '@type': 'spdci:Groom', givenName: 'Rui' }],
    },
    record: {
      identifier: [{ identifier_type: 'MRN', identifier_value: '5' }],
      name: { surname: 'Silva' },
      marriage_date: ['2020-06-01'],
      marriagePlace: { address: 'Hall' },
      relations: [{ '@type': 'spdci:Groom', givenName: 'Rui' }],
    },
  },
  {
    type: civil,
    shows: 'OpenCRVS, later versions',
    received: {
      identifier: [{ identifier_type: 'BRN', identifier_value: '9' }],
      name: { given_name: 'A', surname: 'B' },
    },
    record: {
      identifier: [{ identifier_type: 'BRN', identifier_value: '9' }],
      name: { given_name: 'A', surname: 'B' },
    },
  },
  {
    type: person,
    shows: 'openIMIS',
    received: { firstName: 'Lin', lastName: 'Wu', dob: '1970-01-02' },
    record: { name: { given_name: 'Lin', surname: 'Wu' }, birth_date: '1970-01-02' },
  },
  {
    type: farmer,
    shows: 'G2P reference farmer',
    received: { farmer_id: 'F7', farmer_name: 'Lin Wu', season: 'dry', payment_status: 'PAID', payment_amount: 12.5 },
    record: {
      season: 'dry',
      payment_status: 'PAID',
      payment_amount: 12.5,
      farmer_personal_details: {
        member_identifier: [{ identifier_type: 'FARMER_ID', identifier_value: 'F7' }],
        demographic_info: { name: { given_name: 'Lin Wu' } },
      },
    },
    warnings: ['farmer_personal_details.demographic_info.name'],
  },
  {
    type: person,
    shows: "OpenG2P, some top-level members under their own names, and Peru's extensions",
    received: { sex: 'F', village: 'V1', 'spdci:cse_code': 'X', Deceased: 'N' },
    record: { sex: 'female', village: 'V1', 'spdci:cse_code': 'X', Deceased: 'N' },
  },
  {
    type: member,
    shows: 'related member as a Member, by identifier only (CRVS txn example)',
    received: {
      related_person: [
        { relationship_type: 'spouse', related_member: { '@type': 'Member', member_identifier: 'M1' } },
        {
          relationship_type: 'child',
          related_member: { 'spdci:member_identifier': 'M2', demographic_info: { sex: 'm' } },
        },
      ],
      language_code: ['en'],
    },
    record: {
      related_person: [
        { relationship_type: 'SPS', related_member: { '@type': 'Member', identifier: [{ identifier_value: 'M1' }] } },
        { relationship_type: 'CHILD', related_member: { sex: 'male', identifier: [{ identifier_value: 'M2' }] } },
      ],
      language_code: 'en',
    },
    warnings: ['related_person[0].related_member.identifier[0]', 'related_person[1].related_member.identifier[0]'],
  },
];
