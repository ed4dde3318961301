import { clientFailure } from 'dci-client';
import { crvs, DciError, type JsonValue } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { clientDouble, clientOf, clock, evidence, lucia, luciaWith, resultOf, uin } from '../client.fixtures.ts';
import type { ExpectedBirth } from './expected-birth.ts';
import { verifyBirth } from './verify-birth.ts';

const ask = (records: readonly JsonValue[], expected?: ExpectedBirth, identifier = uin) =>
  verifyBirth({ client: clientOf(...records), clock, registryType: crvs }, identifier, expected);

describe('verifyBirth', () => {
  it('gives what the registry says, and where it is from', async () => {
    const client = clientOf(lucia);
    const consent = { purpose: { code: 'eligibility' } };
    const result = await verifyBirth({ client, clock, registryType: crvs }, uin, {}, { consent });
    expect(result).toEqual({
      status: 'verified',
      birth: {
        birthDate: '1990-05-17',
        brn: 'B-1990-17',
        name: { surname: 'Núñez', givenName: 'Lucía', secondName: 'María' },
        sex: 'female',
        birthPlace: { name: 'Peñas Blancas', containedIn: { name: 'Región 02', code: 'REGION_02' } },
        parents: [{ type: 'UIN', value: '900' }],
        identifiers: [
          { type: 'UIN', value: '1234567897' },
          { type: 'BRN', value: 'B-1990-17' },
        ],
      },
      fields: {},
      unconfirmed: [],
      provenance: { source: 'crvs_main', askedAt: '2026-04-22T10:30:00Z', evidence },
    });
    expect(client.asked).toEqual([
      { method: 'searchById', arguments: ['UIN', '1234567897', { recordType: 'Person', consent }] },
    ]);
  });

  it('confirms every field that was expected', async () => {
    const result = await ask([lucia], {
      birthDate: '1990-05-17',
      name: 'NUNEZ, Lucia Maria',
      sex: 'F',
      brn: 'b-1990-17',
      birthPlace: 'region 02',
      parents: [{ type: 'UIN', value: '900' }],
    });
    expect(result).toMatchObject({
      status: 'verified',
      fields: {
        birth_date: 'match',
        name: 'match',
        sex: 'match',
        brn: 'match',
        birth_place: 'match',
        parents: 'match',
      },
      unconfirmed: [],
    });
  });

  it.each<[string, ExpectedBirth]>([
    ['birth_date', { birthDate: '1990-05-18' }],
    ['name', { name: { givenName: 'Laura', surname: 'Núñez' } }],
    ['sex', { sex: 'male' }],
    ['brn', { brn: 'B-1990-18' }],
    ['birth_place', { birthPlace: 'Puerto Viejo' }],
    ['parents', { parents: [{ type: 'UIN', value: '901' }] }],
  ])('tells that %s is another', async (field, expected) => {
    const result = await ask([lucia], { ...expected, ...(field === 'sex' ? {} : { sex: 'female' }) });
    expect(result).toMatchObject({ status: 'mismatch', mismatched: [field], unconfirmed: [] });
  });

  it('names what the registry does not state; where it states none of what was expected, nothing is verified', async () => {
    const bare = { identifier: lucia.identifier, birth_date: '1990-05-17', sex: 'unknown' };
    const nameless = await ask([bare], { birthDate: '1990-05-17', name: 'Lucía', sex: 'female' });
    expect(nameless).toMatchObject({ status: 'verified', unconfirmed: ['name', 'sex'] });
    const nothing = await ask([bare], { name: 'Lucía' });
    expect(nothing).toMatchObject({ status: 'mismatch', mismatched: [], unconfirmed: ['name'] });
    const otherType = await ask([lucia], { sex: 'F', parents: [{ type: 'NationalID', value: '900' }] });
    expect(otherType).toMatchObject({ status: 'verified', unconfirmed: ['parents'] });
  });

  it('knows nobody where nobody is', async () => {
    expect(await ask([])).toMatchObject({ status: 'not_found', reason: 'no_person' });
  });

  it.each<[string, JsonValue, string]>([
    ['no date', '', 'no_birth_date'],
    ['null', null, 'no_birth_date'],
    ['false, as Odoo writes nothing', false, 'no_birth_date'],
    ['the zero date of databases', '0000-00-00', 'no_birth_date'],
    ['a word', 'in spring', 'unreadable_birth_date'],
    ['a year alone', '1990', 'unreadable_birth_date'],
    ['a day that is none', '1990-02-30', 'unreadable_birth_date'],
    ['a number', 19900517, 'unreadable_birth_date'],
    ['an object', { day: 17 }, 'unreadable_birth_date'],
    ['two dates', ['1990-05-17', '1991-05-17'], 'unreadable_birth_date'],
    ['the future', '2026-04-24', 'unreadable_birth_date'],
  ])('verifies no birth by %s', async (_, birth_date, reason) => {
    expect(await ask([luciaWith({ birth_date })])).toMatchObject({ status: 'not_found', reason });
  });

  it('reads the day of a timestamp, and of other spellings', async () => {
    for (const birth_date of ['1990-05-17T10:20:15', '17.05.1990', ['1990-05-17']]) {
      expect(await ask([luciaWith({ birth_date })])).toMatchObject({ birth: { birthDate: '1990-05-17' } });
    }
  });

  it.each<[string, JsonValue]>([
    ['text for a name', { name: 'Lucía María Núñez' }],
    ['numbers for names', { name: { surname: 12, given_name: ['a'] } }],
    ['a list for a name', { name: [{ surname: 'a' }, { surname: 'b' }] }],
    ['text for places', { birth_place: 'somewhere' }],
    ['a number for places', { birth_place: 7 }],
    ['an unknown sex', { sex: 'x' }],
    ['parents that are none', { parent1_identifier: 'p', parent2_identifier: [{}] }],
    ['identifiers of wrong types among right ones', { identifier: [null, 3, {}, ...(lucia.identifier as [])] }],
  ])('survives %s', async (_, members) => {
    expect(await ask([luciaWith(members as object as never)])).toMatchObject({ status: 'verified' });
  });

  it('does not take the record of somebody else', async () => {
    const child = luciaWith({ identifier: [{ identifier_type: 'BRN', identifier_value: '77' }] });
    expect(await ask([child])).toMatchObject({ status: 'not_found', reason: 'no_person' });
    const other = luciaWith({ identifier: [{ identifier_type: 'UIN', identifier_value: '1' }] });
    expect(await ask([other, lucia])).toMatchObject({ status: 'verified' });
    const garbled = luciaWith({ identifier: [{ identifier_value: { number: 1 } }] });
    expect(await ask([garbled])).toMatchObject({ status: 'not_found' });
  });

  it('takes other spellings of the identifier, its own type where the registry has one, and records without any', async () => {
    const record = luciaWith({ identifier: [{ identifier_type: 'NID', identifier_value: ' ab 12 ' }] });
    expect(await ask([record], {}, { type: 'urn:gov:national-id', value: 'AB12' })).toMatchObject({
      status: 'verified',
    });
    const own = luciaWith({ identifier: [{ identifier_type: 'ns:cr:cedula', identifier_value: '1234567897' }] });
    expect(await ask([own])).toMatchObject({ status: 'verified' });
    expect(await ask([luciaWith({ identifier: [] })])).toMatchObject({
      status: 'verified',
      birth: { identifiers: [] },
    });
  });

  it('joins records of one person, and tells those of several apart', async () => {
    const death = luciaWith({
      birth_place: null,
      death_date: '2020-01-01',
      name: { given_name: 'Lucia', surname: 'Gómez' },
    });
    expect(await ask([death, lucia])).toMatchObject({
      status: 'verified',
      birth: { birthPlace: { name: 'Peñas Blancas' } },
    });
    const twin = luciaWith({ name: { given_name: 'Sofía', surname: 'Núñez' } });
    const older = luciaWith({ birth_date: '1985-01-01' });
    const brother = luciaWith({ sex: 'male' });
    const otherNumber = luciaWith({
      identifier: [
        { identifier_type: 'UIN', identifier_value: '1234567897' },
        { identifier_type: 'BRN', identifier_value: 'B-2' },
      ],
    });
    for (const other of [twin, older, brother, otherNumber]) {
      expect(await ask([lucia, other])).toMatchObject({ status: 'ambiguous', count: 2 });
    }
    const nameless = luciaWith({ identifier: [] });
    expect(await ask([nameless, nameless])).toMatchObject({ status: 'ambiguous' });
  });

  it('takes more people than one page holds for several', async () => {
    const client = clientDouble({ searchById: () => resultOf([lucia], { totalCount: 40 }) });
    const result = await verifyBirth({ client, clock, registryType: crvs }, uin);
    expect(result).toMatchObject({ status: 'ambiguous', count: 40 });
  });

  it('leaves the number out where the record has several, unless one was asked for', async () => {
    const record = luciaWith({
      identifier: [
        { identifier_type: 'UIN', identifier_value: '1234567897' },
        { identifier_type: 'BRN', identifier_value: 'B-1' },
        { identifier_type: 'BRN', identifier_value: 'B-2' },
      ],
    });
    const plain = await ask([record]);
    expect(plain).toMatchObject({ status: 'verified' });
    expect('birth' in plain && 'brn' in plain.birth).toBe(false);
    expect(await ask([record], { brn: 'b-2' })).toMatchObject({ status: 'verified', birth: { brn: 'B-2' } });
    expect(await ask([record], {}, { type: 'BRN', value: 'B-1' })).toMatchObject({ birth: { brn: 'B-1' } });
  });

  it.each(['pdng', 'rcvd'] as const)('fails on an answer that is %s, with or without records', async (status) => {
    for (const records of [[], [lucia]]) {
      const client = clientDouble({ searchById: () => resultOf(records, { status }) });
      const error = await verifyBirth({ client, clock, registryType: crvs }, uin).catch((thrown: unknown) => thrown);
      expect(clientFailure(error)).toMatchObject({ kind: 'protocol' });
    }
  });

  it('fails where records are counted and not sent', async () => {
    const client = clientDouble({ searchById: () => resultOf([], { totalCount: 1 }) });
    const error = await verifyBirth({ client, clock, registryType: crvs }, uin).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject({ kind: 'protocol' });
  });

  it('passes a failed call on', async () => {
    const cause = { kind: 'timeout', seconds: 30 };
    const client = clientDouble({
      searchById: () => {
        throw new DciError('err.request.timeout', 'no answer', { cause });
      },
    });
    const error = await verifyBirth({ client, clock, registryType: crvs }, uin).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toEqual(cause);
  });

  it.each<[string, ExpectedBirth, { type: string; value: string }?]>([
    ['birthDate', { birthDate: '17.05.1990' }],
    ['sex', { sex: 'x' }],
    ['brn', { brn: ' ' }],
    ['name', { name: ' - ' }],
    ['birthPlace', { birthPlace: '!' }],
    ['value', { parents: [{ type: 'UIN', value: '' }] }],
    ['type', {}, { type: '', value: '1' }],
  ])('asks nothing with a %s that is none', async (path, expected, identifier = uin) => {
    const client = clientOf(lucia);
    await expect(verifyBirth({ client, clock, registryType: crvs }, identifier, expected)).rejects.toMatchObject({
      code: 'err.request.bad',
      path,
    });
    expect(client.asked).toEqual([]);
  });
});
