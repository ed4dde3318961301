import { expect, test } from 'vitest';
import { readAction, requestActions } from './action.ts';
import { indexIdentifierTypes, knownIdentifierTypes, readIdentifierType } from './identifier-type.ts';

test.each([
  ['search', 'search'],
  ['SEARCH', 'search'],
  ['txn_status', 'txn-status'],
  [' notify ', 'notify'],
  ['on-search', undefined],
  ['toString', undefined],
  ['', undefined],
])('action "%s" is %s', (text, action) => {
  expect(readAction(text)).toBe(action);
});

test('every action reads as itself', () => {
  expect(requestActions.map(readAction)).toEqual(requestActions);
});

test.each([
  ['UIN', 'UIN'],
  ['uin', 'UIN'],
  ['NID', 'NationalID'],
  ['NATIONAL_ID', 'NationalID'],
  ['National Id', 'NationalID'],
  ['urn:gov:national-id', 'NationalID'],
  ['urn:gov:household-id', 'HouseholdID'],
  ['BIRTH_REG_NO', 'BRN'],
  ['NIN', 'NationalID'],
  ['external_id', 'UUID'],
  ['urn:uuid', 'UUID'],
  ['FID', 'FARMER_ID'],
  ['OPENCRVS_RECORD_ID', 'OPENCRVS_RECORD_ID'],
  ['urn:xx:tax-number', 'urn:xx:tax-number'],
  ['Unknown Type', 'Unknown Type'],
  ['', ''],
])('identifier type "%s" is "%s"', (text, code) => {
  expect(readIdentifierType(text)).toBe(code);
});

test('no spelling of an identifier type stands for two', () => {
  const spellings = knownIdentifierTypes.flatMap(({ code, aliases }) => [code, ...aliases]);
  expect(indexIdentifierTypes(knownIdentifierTypes).size).toBe(spellings.length);
});
