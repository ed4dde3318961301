import { clientFailure } from 'dci-client';
import { crvs, type JsonObject, type JsonValue } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { clientDouble, clientOf, clock, lucia, luciaWith, resultOf, uin } from '../client.fixtures.ts';
import { checkDeath } from './check-death.ts';

const ask = (...records: readonly JsonValue[]) =>
  checkDeath({ client: clientOf(...records), clock, registryType: crvs }, uin);

const withNumber = (members: JsonObject = {}): JsonObject =>
  luciaWith({
    identifier: [
      { identifier_type: 'UIN', identifier_value: '1234567897' },
      { identifier_type: 'DRN', identifier_value: 'D-20' },
    ],
    ...members,
  });

describe('checkDeath', () => {
  it('tells day, number and place', async () => {
    const record = withNumber({ death_date: '2020-01-02', death_place: { name: 'Hospital' } });
    expect(await ask(record)).toMatchObject({
      status: 'recorded',
      deathDate: '2020-01-02',
      drn: 'D-20',
      deathPlace: { name: 'Hospital' },
      provenance: { source: 'crvs_main', askedAt: '2026-04-22T10:30:00Z' },
    });
  });

  it('takes a death registration number for a recorded death, whatever the date', async () => {
    for (const death_date of ['', 'long ago']) {
      const result = await ask(withNumber({ death_date }));
      expect(result).toMatchObject({ status: 'recorded', drn: 'D-20' });
      expect('deathDate' in result).toBe(false);
    }
  });

  it.each<JsonValue>(['', null, false, '0000-00-00', '0000-00-00 00:00:00', [], {}])(
    'takes %j for no death recorded',
    async (death_date) => {
      expect(await ask(luciaWith({ death_date }))).toMatchObject({ status: 'not_recorded' });
    },
  );

  it('does not know whom the registry does not know', async () => {
    expect(await ask()).toMatchObject({ status: 'person_unknown' });
  });

  it.each<[JsonValue, string]>([
    ['unknown', 'unreadable_date'],
    ['2020', 'unreadable_date'],
    [true, 'unreadable_date'],
    [20200102, 'unreadable_date'],
    ['2020-13-02', 'unreadable_date'],
    ['2027-01-01', 'implausible_date'],
    ['1980-01-01', 'implausible_date'],
  ])('takes %j neither for a death nor for none', async (death_date, reason) => {
    expect(await ask(luciaWith({ death_date }))).toMatchObject({ status: 'ambiguous', reason });
  });

  it('joins a birth record and a death record; two deaths are of two people', async () => {
    const one = luciaWith({ death_date: '2020-01-02' });
    expect(await ask(lucia, one)).toMatchObject({ status: 'recorded', deathDate: '2020-01-02' });
    expect(await ask(one, luciaWith({ death_date: '2021-01-02' }))).toMatchObject({
      status: 'ambiguous',
      reason: 'several_persons',
    });
  });

  it('fails on an answer that is not finished, where nothing recorded would be wrong', async () => {
    const client = clientDouble({ searchById: () => resultOf([lucia], { status: 'pdng' }) });
    const error = await checkDeath({ client, clock, registryType: crvs }, uin).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject({ kind: 'protocol' });
  });
});
