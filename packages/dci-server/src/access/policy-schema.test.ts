import { social } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { validatePolicy } from './policy-schema.ts';

const now = Date.parse('2026-04-22T10:30:00Z');
const person = (grant: object) => ({ registries: { social: { actions: ['search'], recordTypes: { Person: grant } } } });

describe('validatePolicy', () => {
  it.each([
    ['an empty one', { registries: {} }],
    ['a grant of everything', person({ fields: ['**'] })],
    ['a predicate', person({ fields: ['*'], visible: 'age >= 18 && sex == "2"' })],
    [
      'a page size and a quota',
      {
        registries: { social: { actions: [], recordTypes: {}, maxPageSize: 10 } },
        quota: { perMinute: 1, perDay: 2 },
      },
    ],
    [
      'purposes, events and consent',
      {
        registries: {
          social: {
            actions: ['search', 'subscribe'],
            recordTypes: {},
            purposes: ['A', 'B'],
            events: ['*', 'UPDATE'],
            legalBasis: 'Act 12',
            consent: 'required',
          },
        },
      },
    ],
  ])('accepts %s', (_name, policy) => {
    expect(validatePolicy(policy, [social], now)).toEqual(policy);
  });

  it.each([
    ['no object', [], undefined],
    ['no registries', {}, undefined],
    ['an unknown member', { registries: {}, admin: true }, undefined],
    ['an unknown registry', { registries: { tax: { actions: [], recordTypes: {} } } }, 'registries.tax'],
    [
      'an unknown record type',
      { registries: { social: { actions: [], recordTypes: { Dog: { fields: [] } } } } },
      'registries.social.recordTypes.Dog',
    ],
    [
      'an unknown action',
      { registries: { social: { actions: ['delete'], recordTypes: {} } } },
      'registries.social.actions.0',
    ],
    ['no fields', person({}), 'registries.social.recordTypes.Person.fields'],
    ['a field that is no path', person({ fields: ['name.'] }), 'registries.social.recordTypes.Person.fields'],
    ['an empty field', person({ fields: [''] }), 'registries.social.recordTypes.Person.fields.0'],
    [
      'a predicate that is no CEL',
      person({ fields: ['*'], visible: 'age >=' }),
      'registries.social.recordTypes.Person.visible',
    ],
    [
      'a predicate over an unknown attribute',
      person({ fields: ['*'], visible: 'colour == "red"' }),
      'registries.social.recordTypes.Person.visible',
    ],
    [
      'a misspelt member of a grant',
      person({ fields: ['*'], visable: 'true' }),
      'registries.social.recordTypes.Person.visable',
    ],
    [
      'a page size of 0',
      { registries: { social: { actions: [], recordTypes: {}, maxPageSize: 0 } } },
      'registries.social.maxPageSize',
    ],
    [
      'an unknown event',
      { registries: { social: { actions: [], recordTypes: {}, events: ['UPDATE', 'Death'] } } },
      'registries.social.events',
    ],
    [
      'an empty list of purposes',
      { registries: { social: { actions: [], recordTypes: {}, purposes: [] } } },
      'registries.social.purposes',
    ],
    [
      'a blank purpose',
      { registries: { social: { actions: [], recordTypes: {}, purposes: [' '] } } },
      'registries.social.purposes.0',
    ],
    [
      'consent without a purpose',
      { registries: { social: { actions: [], recordTypes: {}, consent: 'required' } } },
      'registries.social.consent',
    ],
    [
      'another kind of consent',
      { registries: { social: { actions: [], recordTypes: {}, purposes: ['A'], consent: 'given' } } },
      'registries.social.consent',
    ],
    ['a quota of half a point', { registries: {}, quota: { perMinute: 0.5, perDay: 1 } }, 'quota.perMinute'],
  ])('refuses %s', (_name, policy, path) => {
    expect(() => validatePolicy(policy, [social], now)).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', ...(path === undefined ? {} : { path }) }),
    );
  });
});
