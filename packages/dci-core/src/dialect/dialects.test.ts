import { describe, expect, it } from 'vitest';
import { DciError } from '../errors.ts';
import { social } from '../registry-type/social.ts';
import { defineDialect } from './dialect.ts';
import { dialects, findDialect } from './dialects.ts';
import { readErrorCode } from './error-code.ts';
import { neutralQuery } from './neutral-query.ts';
import { spdciDialect } from './spdci.ts';

describe('dialects', () => {
  it('are the four of protocol.md section 10, OpenCRVS in its generations', () => {
    expect(dialects.map(({ name }) => name)).toEqual([
      ...['spdci-1.0', 'openspp'],
      ...['opencrvs', 'opencrvs-2025', 'opencrvs-2026'],
      'openg2p',
    ]);
  });

  it('are found by their exact name, further ones after the shipped ones', () => {
    const own = defineDialect({ ...spdciDialect, name: 'own' });
    const imitation = defineDialect({ ...spdciDialect, name: 'openspp' });
    expect(findDialect('own', [imitation, own])).toBe(own);
    expect(findDialect('openspp', [imitation])).not.toBe(imitation);
    for (const name of ['own', 'OpenSPP', '', 'constructor']) expect(findDialect(name)).toBeUndefined();
  });
});

describe('a neutral query', () => {
  it('is parsed once, when it is first asked for', () => {
    const query = neutralQuery('predicate', 'age >= 18');
    expect(query.filter()).toEqual({ kind: 'comparison', attribute: 'age', operator: 'gte', value: 18n });
    expect(query.filter()).toBe(query.filter());
  });

  it('that cannot be parsed passes a dialect that does not look into it', () => {
    const query = neutralQuery('predicate', 'age >=');
    expect(spdciDialect.writeQuery(query, { registry: social }).query).toEqual({ expression: 'age >=' });
    expect(() => query.filter()).toThrowError(DciError);
  });
});

it.each([
  ['err_invalid_query', 'rjct.filter.invalid'],
  [' ERR_INTERNAL ', 'err.internal'],
  ['404', 'err.request.not_found'],
  ['err.503', 'err.service.unavailable'],
  ['err.599', 'err.599'],
  ['REQ-VAL-001', 'err.request.bad'],
  ['rjct.filter.invalid', 'rjct.filter.invalid'],
  ['CONSTRUCTOR', 'CONSTRUCTOR'],
  ['', ''],
])('the code %j reads as %j', (code, typed) => {
  expect(readErrorCode(code)).toBe(typed);
});
