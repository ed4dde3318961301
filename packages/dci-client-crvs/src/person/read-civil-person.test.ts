import type { JsonObject, JsonValue } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lucia, readRecords } from '../client.fixtures.ts';
import { readCivilPerson } from './read-civil-person.ts';

const read = (record: JsonValue) => readCivilPerson(readRecords([record])[0] ?? {});

describe('readCivilPerson', () => {
  it('reads the record of OpenCRVS 2024', () => {
    const person = read({
      identifier: [
        { name: 'BRN', identifier: 'B-1' },
        { name: 'NID', identifier: '7' },
      ],
      givenName: 'Lucía',
      familyName: 'Núñez',
      birthDate: '1990-05-17',
      sex: 'female',
      birthPlace: { '@type': 'Place', address: 'Clinic', containedInPlace: 'DISTRICT_01' },
      relations: [
        { '@type': 'spdci:Mother', identifier: [{ name: 'NID', identifier: '8' }] },
        { '@type': 'spdci:Father', identifier: [{ name: 'NID', identifier: '9' }] },
      ],
    });
    expect(person).toEqual({
      identifiers: [
        { type: 'BRN', value: 'B-1' },
        { type: 'NationalID', value: '7' },
      ],
      name: { givenName: 'Lucía', surname: 'Núñez' },
      sex: 'female',
      birthDate: '1990-05-17',
      birthPlace: { addressLine: 'Clinic', containedIn: { name: 'DISTRICT_01' } },
      marriageDates: [],
      divorceDates: [],
      parents: [
        { type: 'NationalID', value: '8' },
        { type: 'NationalID', value: '9' },
      ],
      spouses: [],
      unreadable: [],
    });
  });

  it('names what it cannot read, and takes nothing from it', () => {
    const person = readCivilPerson({
      identifier: [{ identifier_type: 'UIN' }, { identifier_type: 'BRN', identifier_value: '1' }],
      name: 5,
      sex: 'x',
      birth_date: 'soon',
      death_date: true,
      marital_status: 'complicated',
      marriage_date: ['2010-06-01', 7],
      divorce_date: { on: 'monday' },
    });
    expect(person).toEqual({
      identifiers: [{ type: 'BRN', value: '1' }],
      ...{ marriageDates: ['2010-06-01'], divorceDates: [], parents: [], spouses: [] },
      unreadable: expect.arrayContaining([
        ...['identifier', 'name', 'sex', 'birth_date', 'death_date', 'marital_status', 'marriage_date', 'divorce_date'],
      ]),
    });
  });

  it('takes a repeated identifier once, without a complaint', () => {
    const twice = { ...lucia, identifier: [1, 2].flatMap(() => lucia.identifier as readonly JsonObject[]) };
    expect(read(twice)).toEqual(read(lucia));
  });

  it('reads no more of a list than anybody has', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => new Date(index * 86_400_000).toISOString().slice(0, 10));
    const person = readCivilPerson({
      identifier: many.map((identifier_value) => ({ identifier_type: 'UIN', identifier_value })),
      marriage_date: many,
    });
    expect([person.identifiers.length, person.marriageDates.length]).toEqual([64, 64]);
    expect(person.unreadable).toEqual(['identifier', 'marriage_date']);
  });

  it('reads places as deep as they are, and no deeper than any is', () => {
    let place: JsonObject = { name: 'innermost' };
    for (let depth = 0; depth < 30; depth += 1) place = { name: `${depth}`, contained_in_place: place };
    let depth = 0;
    for (let at = readCivilPerson({ birth_place: place }).birthPlace; at !== undefined; at = at.containedIn) depth += 1;
    expect(depth).toBe(9);
  });

  it('never fails', () => {
    const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
    const members = [
      'identifier',
      'name',
      'sex',
      'birth_date',
      'death_date',
      'birth_place',
      'relations',
      'related_person',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...members, 'marriage_date', 'parent1_identifier'), json), (record) => {
        const person = readCivilPerson(record);
        for (const { value } of person.identifiers) expect(value.trim()).not.toBe('');
        expect([...person.marriageDates]).toEqual([...new Set(person.marriageDates)].sort());
      }),
    );
  });
});
