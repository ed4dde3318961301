import { expect, test } from 'vitest';
import { crvs } from './crvs.ts';
import { dr } from './dr.ts';
import { fr } from './fr.ts';
import { ibr } from './ibr.ts';
import { resolveEventType, resolveIdentifierType, resolveRecordType, resolveRegType } from './resolve.ts';
import { social } from './social.ts';

const types = [social, crvs, ibr, dr, fr];

test.each([
  ['ns:org:RegistryType:Social', 'social', undefined],
  ['SOCIAL_REGISTRY', 'social', undefined],
  ['social', 'social', undefined],
  ['sr', 'social', undefined],
  ['ns:org:RegistryType:Civil', 'crvs', undefined],
  ['Civil', 'crvs', undefined],
  ['CRVS', 'crvs', undefined],
  ['ocrvs:registry_type:birth', 'crvs', 'LiveBirth'],
  ['ocrvs:registry_type:death', 'crvs', 'Death'],
  ['ocrvs:registry_type:marriage', 'crvs', 'Marriage'],
  ['ns:org:RegistryType:IBR', 'ibr', undefined],
  ['IBR', 'ibr', undefined],
  ['ns:org:RegistryType:DR', 'dr', undefined],
  ['DR', 'dr', undefined],
  ['DISABILITY_REGISTRY', 'dr', undefined],
  ['ns:org:RegistryType:FR', 'fr', undefined],
  ['FR', 'fr', undefined],
  ['FARMER_REGISTRY', 'fr', undefined],
  ['Farmer', 'fr', undefined],
])('reg_type %s is %s', (text, name, eventType) => {
  const resolved = resolveRegType(text, types);
  expect(resolved?.registryType.name).toBe(name);
  expect(resolved?.eventType).toBe(eventType);
});

test.each(['', 'unknown', 'ns:org:RegistryType:unknown', 'ocrvs:registry_type:tennis', 'birth'])(
  'reg_type "%s" is none',
  (text) => {
    expect(resolveRegType(text, types)).toBeUndefined();
  },
);

test('a registry type that is not served is none', () => {
  expect(resolveRegType('FR', [social, dr])).toBeUndefined();
});

test.each([
  [social, 'Person', 'Person'],
  [social, 'PERSON', 'Person'],
  [social, 'SRPerson', 'Person'],
  [social, 'GROUP', 'Group'],
  [social, 'spdci:Group', 'Group'],
  [social, 'Member', 'Member'],
  [social, 'spdci-extensions-social:Member', 'Member'],
  [crvs, 'spdci-extensions-dci:Person', 'Person'],
  [crvs, 'person', 'Person'],
  [crvs, 'CRVS_Person', 'Person'],
  [ibr, 'Beneficiary', 'Beneficiary'],
  [ibr, 'Member', 'Beneficiary'],
  [dr, 'spdci-extensions-dci:DisabledPerson', 'DisabledPerson'],
  [dr, 'PWD_Person', 'DisabledPerson'],
  [dr, 'DR_Person', 'DisabledPerson'],
  [fr, 'spdci-extensions-dci:Farmer', 'Farmer'],
  [fr, 'Farmer_Person', 'Farmer'],
  [fr, 'FARMER', 'Farmer'],
  [social, 'Farmer', undefined],
  [social, '', undefined],
])('record type in %o: %s is %s', (type, text, name) => {
  expect(resolveRecordType(type, text)?.name).toBe(name);
});

test.each([
  [social, 'REGISTRATION', 'REGISTER'],
  [social, 'REGISTER', 'REGISTER'],
  [social, 'newhouseholdmember', 'NewHouseHoldMember'],
  [social, 'UPDATE', 'UPDATE'],
  [social, 'BIRTH', undefined],
  [crvs, 'BIRTH', 'LiveBirth'],
  [crvs, 'live_birth', 'LiveBirth'],
  [crvs, 'birth', 'LiveBirth'],
  [crvs, 'DEATH', 'Death'],
  [crvs, 'MARRIAGE', 'Marriage'],
  [crvs, 'DIVORCE', 'Divorce'],
  [crvs, 'fetal_death', 'FetalDeath'],
  [crvs, 'DELETE', 'DELETE'],
  [ibr, 'ENROLLMENT', 'enrollement'],
  [ibr, 'enrollement', 'enrollement'],
  [ibr, 'enrollement_status_change', 'enrollement_status_change'],
  [ibr, 'DISENROLLMENT', 'DISENROLLMENT'],
  [ibr, 'BENEFIT_DISBURSEMENT', 'BENEFIT_DISBURSEMENT'],
  [dr, 'REGISTER', 'REGISTER'],
  [fr, 'REGISTER', 'REGISTER'],
])('event type in %o: %s is %s', (type, text, code) => {
  expect(resolveEventType(type, text)).toBe(code);
});

test('identifier types: known ones are brought together, unknown ones pass', () => {
  expect(resolveIdentifierType(social, 'urn:gov:national-id')).toBe('NationalID');
  expect(resolveIdentifierType(fr, 'fid')).toBe('FARMER_ID');
  expect(resolveIdentifierType(social, 'fid')).toBe('fid');
  expect(resolveIdentifierType(social, 'fid'), 'from the cache').toBe('fid');
});
