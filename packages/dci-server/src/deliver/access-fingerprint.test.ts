import { describe, expect, it } from 'vitest';
import type { AccessPolicy, RegistryPolicy } from '../access/policy.ts';
import type { Sender } from '../senders/sender.ts';
import { accessFingerprint } from './access-fingerprint.ts';

const grant: RegistryPolicy = { actions: ['search'], recordTypes: { Person: { fields: ['name', 'sex'] } } };
const sender: Sender = {
  senderId: 'mis.example.org',
  state: 'active',
  dialect: 'spdci-1.0',
  schemes: ['dci'],
  keys: [],
  policy: { registries: { social: grant } },
};
const fingerprint = (changes: Partial<Sender> = {}, registry = 'social') =>
  accessFingerprint({ sender: { ...sender, ...changes } }, registry);
const policy = (social: Partial<RegistryPolicy>, more: Partial<AccessPolicy> = {}): AccessPolicy => ({
  registries: { social: { ...grant, ...social } },
  ...more,
});

describe('accessFingerprint', () => {
  it('stays the same while the access does', () => {
    const first = fingerprint();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(fingerprint({ name: 'renamed', keys: [], jwksUrl: 'https://mis.example.org/jwks' })).toBe(first);
    expect(fingerprint({ policy: policy({}, { quota: { perMinute: 1, perDay: 1 } }) })).toBe(first);
    expect(
      fingerprint({
        policy: { registries: { crvs: grant, social: { recordTypes: grant.recordTypes, actions: ['search'] } } },
      }),
    ).toBe(first);
  });

  it.each([
    ['the state', { state: 'disabled' as const }],
    ['a field', { policy: policy({ recordTypes: { Person: { fields: ['name'] } } }) }],
    [
      'which records are visible',
      { policy: policy({ recordTypes: { Person: { fields: ['name', 'sex'], visible: 'age > 17' } } }) },
    ],
    ['a record type', { policy: policy({ recordTypes: {} }) }],
    ['an action', { policy: policy({ actions: [] }) }],
    ['a purpose', { policy: policy({ purposes: ['a'] }) }],
    ['the whole grant', { policy: { registries: {} } }],
  ])('changes with %s', (_name, changes) => {
    expect(fingerprint(changes)).not.toBe(fingerprint());
    expect(fingerprint(changes)).toBeDefined();
  });

  it('is of one registry', () => {
    expect(fingerprint({}, 'crvs')).not.toBe(fingerprint());
    expect(fingerprint({}, 'constructor')).toBe(fingerprint({}, 'crvs'));
  });

  it('is none where consent is required', () => {
    expect(fingerprint({ policy: policy({ consent: 'required' }) })).toBeUndefined();
  });
});
