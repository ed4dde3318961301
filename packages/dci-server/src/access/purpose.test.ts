import type { JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { consentFor, readableTypes } from './consent.ts';
import { purposeOf } from './purpose.ts';

describe('purposeOf', () => {
  it.each<[string, JsonObject, string | undefined]>([
    ['a code', { authorize: { purpose: { code: 'A', text: 'other' } } }, 'A'],
    ['a text in place of a code', { authorize: { purpose: { text: 'A' } } }, 'A'],
    ['a text beside an empty code', { authorize: { purpose: { code: '', text: 'A' } } }, 'A'],
    ['plain text', { authorize: { purpose: 'A' } }, 'A'],
    ['plain text with blanks', { authorize: { purpose: ' A ' } }, 'A'],
    ['a number', { authorize: { purpose: { code: 7 } } }, '7'],
    ['a list', { authorize: { purpose: [{ code: 'A' }, { code: 'B' }] } }, 'A'],
    ['the consent', { consent: { purpose: { code: 'A' } } }, 'A'],
    ['the authorization before the consent', { authorize: { purpose: 'A' }, consent: { purpose: 'B' } }, 'A'],
    ['the consent beside an empty authorization', { authorize: { purpose: {} }, consent: { purpose: 'B' } }, 'B'],
    ['nothing', {}, undefined],
    ['empty members', { authorize: {}, consent: { purpose: [] } }, undefined],
    ['what is no purpose', { authorize: { purpose: { code: { value: 'A' } } }, consent: { purpose: null } }, undefined],
  ])('reads %s', (_name, criteria, purpose) => {
    expect(purposeOf(criteria, {})).toBe(purpose);
  });

  it('bounds what it reads', () => {
    const purpose = purposeOf({ authorize: { purpose: `${'x'.repeat(199)}\u{1f600}tail` } }, {});
    expect(purpose).toHaveLength(200);
    expect(purpose?.isWellFormed()).toBe(true);
  });

  it('takes the only purpose of a policy when none is stated', () => {
    expect(purposeOf({}, { purposes: ['A'] })).toBe('A');
    expect(purposeOf({ authorize: { purpose: 'B' } }, { purposes: ['A', 'B'] })).toBe('B');
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['another one', { authorize: { purpose: 'C' } }, ['A', 'B']],
    ['another one than the only one', { authorize: { purpose: 'C' } }, ['A']],
    ['another spelling', { authorize: { purpose: 'a' } }, ['A']],
    ['none of several', {}, ['A', 'B']],
    ['anything where none is listed', { authorize: { purpose: 'A' } }, []],
    ['a granted one only as the second', { authorize: { purpose: 'C' }, consent: { purpose: 'A' } }, ['A']],
  ])('refuses %s, in the same words', (_name, criteria, purposes) => {
    expect(() => purposeOf(criteria, { purposes })).toThrow(
      expect.objectContaining({
        code: 'rjct.search_criteria.invalid',
        message: 'the purpose is not one for which this sender may ask',
      }),
    );
  });
});

describe('consentFor', () => {
  const required = { isConsentRequired: true, purposes: ['A', 'B'] };

  it('names recipient, purpose and time', () => {
    expect(consentFor(required, 'mis', 'A', 5)).toEqual({ recipient: 'mis', purpose: 'A', at: 5 });
  });

  it('is nothing where the policy asks for none', () => {
    expect(consentFor({ isConsentRequired: false }, 'mis', 'A', 5)).toBeUndefined();
  });

  it.each([
    ['without a purpose', required, undefined],
    ['for a purpose that left the policy', required, 'C'],
    ['for a policy without purposes', { isConsentRequired: true }, 'A'],
  ])('is refused %s', (_name, access, purpose) => {
    expect(() => consentFor(access, 'mis', purpose, 5)).toThrow(
      expect.objectContaining({ code: 'rjct.search_criteria.invalid' }),
    );
  });
});

describe('readableTypes', () => {
  const access = { recordTypes: [{ recordType: { name: 'Person' } }, { recordType: { name: 'Group' } }] } as never as {
    recordTypes: Parameters<typeof readableTypes>[0]['recordTypes'];
  };
  const names = (isConsentRequired: boolean, supportsConsent?: boolean) =>
    readableTypes(
      { ...access, isConsentRequired },
      { recordTypes: ['Person'], ...(supportsConsent === undefined ? {} : { supportsConsent }) },
    ).map(({ recordType }) => recordType.name);

  it('are those that the adapter holds', () => {
    expect(names(false)).toEqual(['Person']);
    expect(names(true, true)).toEqual(['Person']);
  });

  it('are none when consent is required and the adapter knows none', () => {
    expect(names(true)).toEqual([]);
    expect(names(true, false)).toEqual([]);
  });
});
