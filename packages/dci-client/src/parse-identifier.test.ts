import { expect, it } from 'vitest';
import { parseIdentifier } from './parse-identifier.ts';

it.each([
  ['UIN:1234567897', 'UIN', '1234567897'],
  [' NationalID : AB-12 ', 'NationalID', 'AB-12'],
  ['UUID:urn:uuid:6b6f', 'UUID', 'urn:uuid:6b6f'],
  ['urn:gov:national-id:AB-12', 'urn:gov:national-id', 'AB-12'],
  ['ns:org:IdentifierType:BRN:7', 'ns:org:IdentifierType:BRN', '7'],
  ['spdci-common:IdentifierType:UIN:7', 'spdci-common:IdentifierType:UIN', '7'],
  ['external_id:a:b', 'external_id', 'a:b'],
])('%s is an identifier', (text, type, value) => {
  expect(parseIdentifier(text)).toEqual({ type, value });
});

it.each(['', 'UIN', 'UIN:', ':secret', ' : ', 'urn:gov:uin:'])('%j is none, and is not repeated', (text) => {
  expect(() => parseIdentifier(text)).toThrow(
    expect.objectContaining({ code: 'err.request.bad', message: expect.not.stringContaining('secret') }),
  );
});
