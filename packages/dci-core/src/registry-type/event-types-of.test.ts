import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../json/value.ts';
import { crvs } from './crvs.ts';
import { dr } from './dr.ts';
import { type ChangedRecord, eventTypesOf } from './event-types-of.ts';
import { fr } from './fr.ts';
import { ibr } from './ibr.ts';
import type { RegistryType } from './registry-type.ts';
import { social } from './social.ts';

const created = (recordType: string, record: JsonObject): ChangedRecord => ({ recordType, kind: 'created', record });
const updated = (recordType: string, previous: JsonObject, record: JsonObject): ChangedRecord => ({
  recordType,
  kind: 'updated',
  record,
  previous,
});
const deleted = (recordType: string, record: JsonObject): ChangedRecord => ({ recordType, kind: 'deleted', record });

const birth = { birth_date: '2026-01-02' };
const member = (given_name: string): JsonObject => ({ demographic_info: { name: { given_name } } });
const enrolled = (status: string, benefits: number): JsonObject => ({
  enrollment_status: status,
  benefits: Array.from({ length: benefits }, () => ({ benefit_type: '1', benefit_date: '2026-01-01' })),
});

test.each<[string, RegistryType, ChangedRecord, readonly string[]]>([
  ['a new person', social, created('Person', {}), ['REGISTER']],
  ['a new household', social, created('Group', { member_list: [member('A')] }), ['REGISTER']],
  ['a changed person', social, updated('Person', {}, { sex: 'female' }), ['UPDATE']],
  ['a deleted person', social, deleted('Person', {}), ['DELETE']],
  [
    'a household that grows',
    social,
    updated('Group', { member_list: [member('A')] }, { member_list: [member('A'), member('B')] }),
    ['NewHouseHoldMember', 'UPDATE'],
  ],
  [
    'a household that shrinks',
    social,
    updated('Group', { member_list: [member('A'), member('B')] }, { member_list: [member('A')] }),
    ['UPDATE'],
  ],
  [
    'a household whose member changes',
    social,
    updated('Group', { member_list: [member('A')] }, { member_list: [member('B')] }),
    ['UPDATE'],
  ],
  ['a new farmer', fr, created('Farmer', {}), ['REGISTER']],
  ['a deleted disabled person', dr, deleted('DisabledPerson', {}), ['DELETE']],
  ['a birth', crvs, created('Person', birth), ['LiveBirth', 'REGISTER']],
  ['a new person of unknown birth', crvs, created('Person', {}), ['REGISTER']],
  ['a corrected birth', crvs, updated('Person', birth, { birth_date: '2026-01-03' }), ['UPDATE']],
  ['a death', crvs, updated('Person', birth, { ...birth, death_date: '2026-02-01' }), ['Death', 'UPDATE']],
  [
    'a death that was registered late, before the birth',
    crvs,
    created('Person', { ...birth, death_date: '2026-02-01' }),
    ['LiveBirth', 'Death', 'REGISTER'],
  ],
  [
    'another change of somebody dead',
    crvs,
    updated('Person', { death_date: '2026-02-01' }, { death_date: '2026-02-01', sex: 'male' }),
    ['UPDATE'],
  ],
  ['a death that was no death', crvs, updated('Person', { ...birth, death_date: '2026-02-01' }, birth), ['UPDATE']],
  [
    'a second marriage',
    crvs,
    updated('Person', { marriage_date: ['2001-05-01'] }, { marriage_date: ['2001-05-01', '2026-01-09'] }),
    ['Marriage', 'UPDATE'],
  ],
  ['a divorce', crvs, updated('Person', {}, { divorce_date: '2026-01-09' }), ['Divorce', 'UPDATE']],
  ['an enrolment', ibr, created('Beneficiary', enrolled('1', 0)), ['enrollement']],
  [
    'a suspension',
    ibr,
    updated('Beneficiary', enrolled('1', 2), enrolled('4', 2)),
    ['enrollement_status_change', 'UPDATE'],
  ],
  ...['2', '3', 'Graduated', 'exited', 'TERMINATED'].map(
    (status): [string, RegistryType, ChangedRecord, readonly string[]] => [
      `an enrolment that ends as ${status}`,
      ibr,
      updated('Beneficiary', enrolled('1', 2), enrolled(status, 2)),
      ['enrollement_status_change', 'DISENROLLMENT', 'UPDATE'],
    ],
  ),
  [
    'a status that is only spelt otherwise',
    ibr,
    updated('Beneficiary', enrolled('1', 0), enrolled('Active', 0)),
    ['UPDATE'],
  ],
  [
    'a payment to a first beneficiary, with a suspension',
    ibr,
    updated('Beneficiary', enrolled('1', 0), enrolled('4', 1)),
    ['enrollement_status_change', 'BENEFIT_DISBURSEMENT', 'UPDATE'],
  ],
  ['the end of a record', ibr, deleted('Beneficiary', enrolled('1', 1)), ['DELETE']],
])('%s', (_name, registryType, change, events) => {
  expect(eventTypesOf(registryType, change)).toEqual(events);
});

describe('eventTypesOf', () => {
  it('fabricates nothing where the previous record is unknown', () => {
    const change = { recordType: 'Person', kind: 'updated', record: { ...birth, death_date: '2026-02-01' } } as const;
    expect(eventTypesOf(crvs, change)).toEqual(['UPDATE']);
  });

  it('knows no events of a record type that the registry lacks, nor of a type without conditions', () => {
    expect(eventTypesOf(social, created('Boat', {}))).toEqual([]);
    const custom: RegistryType = { ...social, eventTypes: [{ code: 'LAUNCH', aliases: [] }] };
    expect(eventTypesOf(custom, created('Person', {}))).toEqual([]);
  });
});
