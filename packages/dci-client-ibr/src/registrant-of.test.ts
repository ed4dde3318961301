import { describe, expect, it } from 'vitest';
import { registrantOf } from './registrant-of.ts';

const lucia = {
  identifiers: [
    { type: 'UIN', value: '1' },
    { type: 'NationalID', value: 'X1' },
  ],
  name: { surname: 'Núñez', givenName: 'Lucía' },
  birthDate: '1990-05-17',
  sex: 'female',
};
const identifier = [
  { identifier_type: 'UIN', identifier_value: '1' },
  { identifier_type: 'urn:gov:national-id', identifier_value: 'X1' },
];
const name = { surname: 'Núñez', given_name: 'Lucía' };

describe('a registrant of a record', () => {
  it.each([
    ['a person', { identifier, name, sex: 'F', birth_date: '17.05.1990', phone_number: ['+1'] }],
    ['a member', { member_identifier: identifier, demographic_info: { name, gender: 'Female', dob: '1990-05-17' } }],
    [
      'a member whose person has identifiers too',
      {
        member_identifier: identifier.slice(0, 1),
        demographic_info: { identifier: identifier.slice(1), name, sex: 'female', birth_date: '1990-05-17' },
      },
    ],
  ])('that is %s', (_, record) => {
    expect(registrantOf(record)).toEqual(lucia);
  });

  it('has what the record has', () => {
    expect(registrantOf({ identifier: identifier[0] ?? null })).toEqual({ identifiers: [{ type: 'UIN', value: '1' }] });
  });

  it('needs an identifier with a type', () => {
    for (const record of [{ name }, { identifier: 'X1' }, {}]) {
      expect(() => registrantOf(record)).toThrow(expect.objectContaining({ code: 'err.request.bad' }));
    }
  });
});
