import { describe, expect, it } from 'vitest';
import { recordTable } from './record-table.ts';

const identifiers = [
  { identifier_type: 'UUID', identifier_value: 'u-1' },
  { identifier_type: 'NationalID', identifier_value: 'XX1' },
];
const address = [{ locality: '新港市', region_code: 'REGION_08' }];
const person = {
  identifier: identifiers,
  name: { surname: '欧阳', given_name: '文博' },
  sex: 'male',
  birth_date: '1980-01-02',
};

describe('a table of records', () => {
  it('shows persons, with the identifier that tells most', () => {
    expect(recordTable('Person', [{ ...person, address }], undefined)).toEqual({
      headings: ['identifier', 'name', 'sex', 'birth date', 'locality', 'region'],
      rows: [['NationalID XX1', '欧阳文博', 'male', '1980-01-02', '新港市', 'REGION_08']],
    });
    expect(recordTable('Person', [person], 'uuid').rows[0]?.[0]).toBe('UUID u-1');
  });

  it('has a column only where some record has a value', () => {
    const dead = { ...person, death_date: '2025-03-04' };
    expect(recordTable('Person', [person, dead], undefined)).toMatchObject({
      headings: ['identifier', 'name', 'sex', 'birth date', 'death date'],
      rows: [{ 4: '' }, { 4: '2025-03-04' }],
    });
  });

  it('finds the person inside the records of other types', () => {
    const member = { member_identifier: identifiers, demographic_info: person };
    for (const [recordType, record] of [
      ['Member', member],
      ['Farmer', { farmer_personal_details: member }],
      ['DisabledPerson', { personal_details: member }],
      ['Beneficiary', { member }],
    ] as const) {
      expect(recordTable(recordType, [record], undefined).rows[0]?.slice(0, 2), recordType).toEqual([
        'NationalID XX1',
        '欧阳文博',
      ]);
    }
  });

  it('shows groups by their head, and farms by their land', () => {
    const group = {
      group_identifier: [{ identifier_type: 'HouseholdID', identifier_value: 'HH1' }],
      group_head_info: { demographic_info: { name: { given_name: 'Lucía', second_name: 'Inés', surname: 'Peña' } } },
      group_size: 4,
      poverty_score: 45.2,
      address,
    };
    expect(recordTable('Group', [group], undefined)).toEqual({
      headings: ['identifier', 'head', 'size', 'poverty score', 'locality', 'region'],
      rows: [['HouseholdID HH1', 'Lucía Inés Peña', '4', '45.2', '新港市', 'REGION_08']],
    });
    const farmer = {
      farmer_personal_details: { member_identifier: identifiers, demographic_info: person },
      farm_details: [{ land_size: 1.1 }, { land_size: 2.2 }],
    };
    expect(recordTable('Farmer', [farmer], undefined)).toMatchObject({
      headings: ['identifier', 'name', 'sex', 'birth date', 'farms', 'land'],
      rows: [['NationalID XX1', '欧阳文博', 'male', '1980-01-02', '2', '3.3']],
    });
  });

  it('survives records of any shape', () => {
    const shapes = [
      {},
      { identifier: 'x' },
      { name: [] },
      { identifier: [1, {}] },
      { address: [{}], name: { surname: 7 } },
    ];
    expect(recordTable('Unknown', shapes, undefined).rows.map((row) => row[0])).toEqual(['', '', '', '', '']);
  });
});
