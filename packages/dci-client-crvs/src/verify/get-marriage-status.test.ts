import { crvs, type JsonObject, type JsonValue } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOf, clock, luciaWith, uin } from '../client.fixtures.ts';
import { getMarriageStatus } from './get-marriage-status.ts';
import { maritalStatusOf } from './marital-status.ts';

const ask = (...records: readonly JsonValue[]) =>
  getMarriageStatus({ client: clientOf(...records), clock, registryType: crvs }, uin);
const asked = (members: JsonObject) => ask(luciaWith(members));

describe('getMarriageStatus', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['the stated status alone', { marital_status: 'S' }, { maritalStatus: 'S', basis: 'status' }],
    ['a label', { marital_status: 'Widowed' }, { maritalStatus: 'W', basis: 'status' }],
    ['a marriage alone', { marriage_date: '2010-06-01' }, { maritalStatus: 'M', since: '2010-06-01', basis: 'event' }],
    [
      'a marriage after a status that is older',
      { marital_status: 'S', marriage_date: ['2010-06-01'] },
      { maritalStatus: 'M', since: '2010-06-01' },
    ],
    [
      'a divorce after it',
      { marital_status: 'M', marriage_date: '2010-06-01', divorce_date: '2015-01-01' },
      { maritalStatus: 'D', since: '2015-01-01' },
    ],
    [
      'a second marriage, in any order',
      { marital_status: 'D', marriage_date: ['2018-01-01', '2010-06-01'], divorce_date: ['2015-01-01'] },
      { maritalStatus: 'D', basis: 'status' },
    ],
    [
      'a second marriage with a status that is older',
      { marital_status: 'S', marriage_date: ['2018-01-01', '2010-06-01'], divorce_date: ['2015-01-01'] },
      { maritalStatus: 'M', since: '2018-01-01' },
    ],
    [
      'widowhood after a marriage',
      { marital_status: 'W', marriage_date: '2010-06-01' },
      { maritalStatus: 'W', basis: 'status' },
    ],
    [
      'one day, with a status',
      { marital_status: 'M', marriage_date: '2010-06-01', divorce_date: '2010-06-01' },
      { maritalStatus: 'M', since: '2010-06-01' },
    ],
    [
      'a wedding that is to come',
      { marital_status: 'S', marriage_date: '2027-01-01' },
      { maritalStatus: 'S', basis: 'status' },
    ],
    [
      'a date that cannot be read',
      { marital_status: 'D', marriage_date: '2010-06-01', divorce_date: 'later' },
      { maritalStatus: 'D', basis: 'status' },
    ],
    [
      'a status beside a marriage that cannot be read',
      { marital_status: 'M', marriage_date: ['x'], divorce_date: '2015-01-01' },
      { maritalStatus: 'M', basis: 'status' },
    ],
  ])('decides by %s', async (_, members, expected) => {
    expect(await asked(members)).toMatchObject({ status: 'known', ...expected });
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['empty members', { marital_status: '', marriage_date: '', divorce_date: [] }],
    ['a status that is none', { marital_status: 'complicated' }],
    ['a marriage and a divorce of one day', { marriage_date: '2010-06-01', divorce_date: '2010-06-01' }],
    ['dates of which one cannot be read', { marriage_date: '2010-06-01', divorce_date: 'later' }],
    [
      'never married, beside a marriage and a date that cannot be read',
      { marital_status: 'S', marriage_date: ['2010-06-01', 'x'] },
    ],
    ['wrong types', { marital_status: ['M', 'D'], marriage_date: { on: 1 }, divorce_date: 5 }],
  ])('is unknown with %s', async (_, members) => {
    expect(await asked(members)).toMatchObject({ status: 'unknown' });
  });

  it('gives number, all days, and spouses in the forms that peers send', async () => {
    const result = await asked({
      identifier: [
        { identifier_type: 'UIN', identifier_value: '1234567897' },
        { identifier_type: 'MRN', identifier_value: 'M-1' },
      ],
      marriage_date: ['2018-01-01', '2010-06-01'],
      divorce_date: '2015-01-01',
      relations: [
        { '@type': 'spdci:Groom', identifier: [{ name: 'NID', identifier: '55' }] },
        { '@type': 'spdci:Mother', identifier: [{ name: 'NID', identifier: '66' }] },
      ],
      related_person: [
        {
          relationship_type: 'husband',
          related_member: { identifier: [{ identifier_type: 'UIN', identifier_value: '77' }] },
        },
        { relationship_type: 'former spouse', related_member: { member_identifier: '88' } },
      ],
    });
    expect(result).toMatchObject({
      mrn: 'M-1',
      marriageDates: ['2010-06-01', '2018-01-01'],
      divorceDates: ['2015-01-01'],
      spouses: [
        { type: 'NationalID', value: '55' },
        { type: 'UIN', value: '77' },
      ],
    });
  });

  it('knows neither whom the registry does not know, nor which of several', async () => {
    expect(await ask()).toMatchObject({ status: 'person_unknown' });
    const others = [luciaWith({}), luciaWith({ birth_date: '1985-01-01' })];
    expect(await ask(...others)).toMatchObject({ status: 'ambiguous', count: 2 });
  });

  it('takes the status of the record that knows of the later event, when it joins records', async () => {
    const single = luciaWith({ marital_status: 'S' });
    const annulled = luciaWith({ marital_status: 'A', marriage_date: '2010-06-01' });
    for (const records of [
      [single, annulled],
      [annulled, single],
    ]) {
      expect(await ask(...records)).toMatchObject({ status: 'known', maritalStatus: 'A' });
    }
  });
});

const day = fc.integer({ min: 0, max: 9_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const days = fc.uniqueArray(day, { maxLength: 4 });

describe('maritalStatusOf, for any dates', () => {
  const status = fc.constantFrom(undefined, 'S', 'M', 'W', 'A', 'D', 'L', 'U');

  it('follows the latest event, whatever the order of the dates', () => {
    fc.assert(
      fc.property(days, days, status, (marriageDates, divorceDates, maritalStatus) => {
        const stated = maritalStatus === undefined ? {} : { maritalStatus };
        const person = { marriageDates, divorceDates, unreadable: [], ...stated };
        const facts = maritalStatusOf(person, '9999-12-31');
        const reversed = {
          ...person,
          marriageDates: marriageDates.toReversed(),
          divorceDates: divorceDates.toReversed(),
        };
        expect(maritalStatusOf(reversed, '9999-12-31')).toEqual(facts);
        const last = (list: readonly string[]): string => list.toSorted().at(-1) ?? '';
        if (last(divorceDates) > last(marriageDates)) expect(facts).toMatchObject({ maritalStatus: 'D' });
        if (last(marriageDates) > last(divorceDates)) expect(['M', 'W', 'A', 'D', 'L']).toContain(facts?.maritalStatus);
        if (facts?.since !== undefined) expect([last(marriageDates), last(divorceDates)]).toContain(facts.since);
        // Later events that have not happened change nothing.
        expect(maritalStatusOf({ ...person, marriageDates: [...marriageDates, '2200-01-01'] }, '2100-01-01')).toEqual(
          facts,
        );
      }),
    );
  });
});
