import type { JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { readBeneficiary } from './beneficiary-record.ts';
import { enrollmentsOf, isEnrolled, isProgramme, programmeLabel, statusLabel } from './enrollment.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

describe('the enrolments of a record', () => {
  it('have programme, status, dates and benefits', () => {
    const benefits = [{ benefit_type: '1', benefit_value: 'USD 50', benefit_date: '2026-01-31' }];
    const record = {
      ...beneficiaryRecord({
        programme: {
          programme_identifier: 'P1',
          programme_name: 'Cash Transfer',
          implementing_institution: 'Ministry',
          benefit: [{ benefit_type: '2' }],
        },
        status: '4',
      }),
      status_change_date: ['2025-01-01'],
      benefits,
    };
    expect(enrollmentsOf(record)).toEqual([
      {
        programme: { identifier: 'P1', name: 'Cash Transfer', institution: 'Ministry' },
        state: 'suspended',
        status: '4',
        enrolledOn: '2024-03-01',
        statusChangedOn: ['2025-01-01'],
        benefits,
        programmeBenefits: [{ benefit_type: '2' }],
      },
    ]);
  });

  it('are one for each programme; each has its own status, or that of the record', () => {
    const record = {
      enrollment_status: '1',
      enrollment_date: '2020-01-01',
      benefits: [{ benefit_type: '1' }],
      programme_identifier: [
        { programme_identifier: 'A' },
        { programme_identifier: 'B', enrolment_status: '3', enrolment_date: '2019-01-01' },
      ],
    };
    expect(enrollmentsOf(record)).toMatchObject([
      { programme: { identifier: 'A' }, state: 'active', enrolledOn: '2020-01-01', benefits: [] },
      { programme: { identifier: 'B' }, state: 'graduated', enrolledOn: '2019-01-01', benefits: [] },
    ]);
  });

  it('do not take the status of another programme that the record repeats', () => {
    const record = {
      enrollment_status: '1',
      programme_identifier: [{ programme_identifier: 'A', enrolment_status: '1' }, { programme_identifier: 'B' }],
    };
    expect(enrollmentsOf(record).map(({ state }) => state)).toEqual(['active', 'unknown']);
  });

  it('are there also without programme, and with one that is none', () => {
    expect(enrollmentsOf({ enrollment_status: '1' })).toMatchObject([{ programme: {}, state: 'active' }]);
    expect(enrollmentsOf({})).toMatchObject([{ programme: {}, state: 'unknown' }]);
    expect(enrollmentsOf({ programme_identifier: [7] })).toMatchObject([{ programme: {}, state: 'unknown' }]);
    expect(enrollmentsOf({ programme_identifier: 'P1' })).toHaveLength(1);
  });

  it('keep a word of the registry', () => {
    const [exited, other, number] = ['Exited', 'on hold', 1].map(
      (status) => enrollmentsOf({ enrollment_status: status })[0],
    );
    expect([exited?.state, exited?.status]).toEqual(['ended', 'Exited']);
    expect([other?.state, other?.status]).toEqual(['unknown', 'on hold']);
    expect([number?.state, number?.status]).toEqual(['active', '1']);
  });

  it.each([
    ['1', true, 'Active'],
    ['4', true, 'Suspended'],
    ['3', false, 'Graduated'],
    ['2', false, 'Deceased'],
    ['terminated', false, 'terminated'],
    ['on hold', undefined, 'on hold'],
    [undefined, true, 'not stated'],
  ])('of status %s: enrolled %s, called %s', (status, enrolled, label) => {
    const [enrollment] = enrollmentsOf({ enrollment_status: status });
    if (enrollment === undefined) throw new Error('no enrolment');
    expect(isEnrolled(enrollment)).toBe(enrolled);
    expect(statusLabel(enrollment)).toBe(label);
  });
});

describe('a programme', () => {
  it('is known by identifier or name, in any spelling', () => {
    const programme = { identifier: 'CASH-1', name: 'Transferencia “Básica”' };
    for (const text of ['cash 1', 'CASH-1', 'transferencia básica']) expect(isProgramme(programme, text)).toBe(true);
    for (const text of ['CASH-11', 'cash', '-']) expect(isProgramme(programme, text)).toBe(false);
    expect(isProgramme({}, '')).toBe(false);
    expect([programme, { identifier: 'X' }, {}].map(programmeLabel)).toEqual([
      'Transferencia “Básica”',
      'X',
      'programme without name',
    ]);
  });
});

describe('a record as a client gives it', () => {
  it('has its type; what is not of it stays in the record alone', () => {
    const received: JsonObject = {
      ...beneficiaryRecord({ status: 'on hold' }),
      benefits: [
        'cash',
        { benefit_type: 'gold', benefit_value: 'USD 50' },
        { benefit_type: '1', benefit_quantity: 'two' },
      ],
      registration_date: 'in spring',
      country_extension: { any: 1n },
    };
    const { record, beneficiary } = readBeneficiary(received);
    expect(record).toBe(received);
    const { enrollment_status: _, registration_date: __, ...rest } = received;
    expect(beneficiary).toEqual({ ...rest, benefits: [{ benefit_value: 'USD 50' }, { benefit_type: '1' }] });
  });

  it('may be an OpenSPP person with enrolled programmes', () => {
    const { record, beneficiary } = readBeneficiary({
      identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: '12' }],
      name: { surname: 'Doe', given_name: 'Jane' },
      sex: 'female',
      birth_date: '1990-05-15',
      registration_date: '2024-01-15T10:30:00Z',
      enrolled_programs: [
        { programme_name: 'P', enrolment_status: 'paused', enrolment_date: '2024-02-01' },
        { programme_name: 'Q', enrolment_status: 'enrolled' },
      ],
    });
    expect(beneficiary.member).toMatchObject({
      member_identifier: [{ identifier_type: 'NationalID', identifier_value: '12' }],
      demographic_info: { name: { surname: 'Doe' }, birth_date: '1990-05-15' },
    });
    expect(enrollmentsOf(record)).toMatchObject([
      { programme: { name: 'P' }, state: 'suspended', enrolledOn: '2024-02-01' },
      { programme: { name: 'Q' }, state: 'active' },
    ]);
  });

  it('may be a person of whom no programme is said', () => {
    const { record, beneficiary } = readBeneficiary({ name: { surname: 'Doe' } });
    expect(beneficiary.member?.demographic_info?.name?.surname).toBe('Doe');
    expect(enrollmentsOf(record)).toMatchObject([{ state: 'unknown' }]);
  });
});
