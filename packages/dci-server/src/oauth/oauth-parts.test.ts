import { social } from 'dci-core';
import { deterministicRandom } from 'dci-host/testing';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { grantAll, testCrypto } from '../server.fixtures.ts';
import { createClientSecretChecker, issueClientSecret } from './client-secret.ts';
import { addressGroup, createFailureLimiter } from './failure-limiter.ts';
import { checkScopes, chooseScopes, coversOperation, scopesOf } from './scope.ts';
import { readTokenRequest } from './token-request.ts';

const random = deterministicRandom();

describe('client secrets', () => {
  it('are known again, and no other is', async () => {
    const checker = createClientSecretChecker(testCrypto);
    const { secret, kept } = await issueClientSecret(random, testCrypto);
    const other = await issueClientSecret(random, testCrypto);
    expect(secret).toMatch(/^dcis_[A-Za-z0-9_-]{43}$/);
    for (let time = 0; time < 2; time += 1) {
      expect(await checker.check(secret, kept)).toBe(true);
      expect(await checker.check(other.secret, kept)).toBe(false);
      expect(await checker.check(`${secret} `, kept)).toBe(false);
      expect(await checker.check('', kept)).toBe(false);
    }
  });

  it('are refused when only the cheap check fits', async () => {
    const checker = createClientSecretChecker(testCrypto);
    const { kept } = await issueClientSecret(random, testCrypto);
    const guess = 'a guess';
    const check = testCrypto.sha256(new TextEncoder().encode(guess)).slice(0, kept.check.length);
    expect(await checker.check(guess, { ...kept, check })).toBe(false);
    expect(await checker.check(guess, { ...kept, check })).toBe(false);
  });

  it('leave no trace of themselves in what is kept', async () => {
    const { secret, kept } = await issueClientSecret(random, testCrypto);
    const all = Buffer.concat([kept.check, kept.salt, kept.hash]);
    expect(all.includes(Buffer.from(secret.slice(5), 'base64url').subarray(0, 8))).toBe(false);
    expect(kept.check).toHaveLength(4);
  });
});

describe('scopes', () => {
  const granted = ['social/search', 'social/subscribe', 'crvs/search'];

  it('are the grants of a policy', () => {
    expect(scopesOf(grantAll(social))).toEqual(['social/search']);
    expect(scopesOf({ registries: {} })).toEqual([]);
  });

  it.each<[string | undefined, readonly string[]]>([
    [undefined, granted],
    ['', granted],
    [' ', granted],
    ['social/search', ['social/search']],
    ['social.search', ['social/search']],
    ['social:search crvs/search', ['social/search', 'crvs/search']],
    ['registry/search', ['social/search', 'crvs/search']],
    ['registry.search openid', ['social/search', 'crvs/search']],
    ['social', ['social/search', 'social/subscribe']],
    ['search', ['social/search', 'crvs/search']],
    ['social/delete', []],
    ['Social/search', []],
    ['*', []],
    ['social/', []],
    ['registry', []],
  ])('%j chooses %j', (requested, chosen) => {
    expect(chooseScopes(requested, granted)).toEqual(chosen);
  });

  it('never choose what is not granted', () => {
    fc.assert(
      fc.property(fc.string(), fc.subarray(granted), (requested, some) => {
        expect(some).toEqual(expect.arrayContaining([...chooseScopes(requested, some)]));
      }),
    );
  });

  it.each([
    ['social', 'search', true],
    ['social', 'subscribe', false],
    ['crvs', 'search', false],
    ['soci', 'search', false],
    ['social', 'txn-status', true],
    ['social', 'unsubscribe', true],
    ['social', 'receipt', true],
    ['crvs', 'receipt', false],
  ])('of social/search cover %s %s: %s', (registry, action, covered) => {
    expect(coversOperation(['social/search'], registry, action)).toBe(covered);
    expect(coversOperation([], registry, action)).toBe(false);
  });

  it('of a client name operations of the server', () => {
    expect(() => checkScopes(['social/search'], [social])).not.toThrow();
    for (const scope of ['social', 'crvs/search', 'social/delete', '']) {
      expect(() => checkScopes([scope], [social])).toThrow(
        expect.objectContaining({ code: 'err.configuration.invalid' }),
      );
    }
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('%s counts as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});

describe('failures', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of a client are told apart from the sixth in a minute on', async () => {
    const limiter = createFailureLimiter({ perClient: 5, perAddress: 1_000 });
    for (let time = 0; time < 5; time += 1) expect(await limiter.fail('one', '192.0.2.1')).toBeUndefined();
    expect(await limiter.fail('one', '192.0.2.2')).toBe(60);
    expect(await limiter.fail('two', '192.0.2.1')).toBeUndefined();
    vi.advanceTimersByTime(60_001);
    expect(await limiter.fail('one', undefined)).toBeUndefined();
  });

  it('of an address block it after the fifth in a minute', async () => {
    const limiter = createFailureLimiter({ perClient: 1_000, perAddress: 5 });
    for (let time = 0; time < 5; time += 1) {
      expect(await limiter.blocked('2001:db8::1')).toBeUndefined();
      await limiter.fail(`client-${time}`, `2001:db8::${time}`);
    }
    expect(await limiter.blocked('2001:db8::1')).toBe(60);
    expect(await limiter.blocked('2001:db8:0:1::1')).toBeUndefined();
    expect(await limiter.blocked(undefined)).toBeUndefined();
    vi.advanceTimersByTime(60_001);
    expect(await limiter.blocked('2001:db8::1')).toBeUndefined();
  });
});

describe('requests for a token', () => {
  const read = (body: string, more: object = {}) =>
    readTokenRequest({ body: new TextEncoder().encode(body), format: 'form', queryNames: [], ...more });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it.each([
    ['a form', read('grant_type=client_credentials&client_id=a&client_secret=b%2Bc&scope=x+y')],
    ['another order', read('scope=x%20y&client_secret=b%2Bc&client_id=a&grant_type=client_credentials')],
    ['a Basic header', read('grant_type=client_credentials&scope=x+y', basic('a:b%2Bc'))],
    ['a Basic header and the same id', read('grant_type=client_credentials&scope=x+y&client_id=a', basic('a:b%2Bc'))],
    [
      'a JSON object',
      read('{"grant_type":"client_credentials","client_id":"a","client_secret":"b+c","scope":"x y"}', {
        format: 'json',
      }),
    ],
  ])('are read from %s', (_name, request) => {
    expect(request).toEqual({ clientId: 'a', clientSecret: 'b+c', scope: 'x y' });
  });

  const form = 'grant_type=client_credentials&client_id=a&client_secret=b';
  it.each([
    ['nothing', read(''), 'invalid_request'],
    ['no grant type', read('client_id=a&client_secret=b'), 'invalid_request'],
    ['an empty grant type', read('grant_type=&client_id=a&client_secret=b'), 'invalid_request'],
    ['another grant type', read('grant_type=password&client_id=a&client_secret=b'), 'unsupported_grant_type'],
    ['a parameter twice', read(`${form}&client_id=c`), 'invalid_request'],
    ['a parameter twice, once empty', read(`${form}&client_id=`), 'invalid_request'],
    ['no secret', read('grant_type=client_credentials&client_id=a'), 'invalid_client'],
    ['an assertion', read('grant_type=client_credentials&client_assertion=x'), 'invalid_client'],
    ['two ways at once', read(form, basic('a:b')), 'invalid_request'],
    [
      'another id than in the header',
      read('grant_type=client_credentials&client_id=c', basic('a:b')),
      'invalid_request',
    ],
    ['a bearer token', read('grant_type=client_credentials', { authorization: 'Bearer x' }), 'invalid_client'],
    ['a header without a colon', read('grant_type=client_credentials', basic('ab')), 'invalid_client'],
    ['a header with a broken encoding', read('grant_type=client_credentials', basic('a:%zz')), 'invalid_client'],
    ['the secret in the query', read(form, { queryNames: ['client_secret'] }), 'invalid_request'],
    ['the id in the query', read(form, { queryNames: ['Client_ID'] }), 'invalid_request'],
    ['JSON that is none', read('{', { format: 'json' }), 'invalid_request'],
    ['a JSON list', read('[]', { format: 'json' }), 'invalid_request'],
    ['a JSON member twice', read('{"grant_type":"x","grant_type":"y"}', { format: 'json' }), 'invalid_request'],
    ['numbers', read('{"grant_type":1}', { format: 'json' }), 'invalid_request'],
  ])('are refused with %s', (_name, request, error) => {
    expect(request).toMatchObject({ error, description: expect.any(String) });
  });

  it('are refused when they are no UTF-8', () => {
    const body = new Uint8Array([...new TextEncoder().encode(form), 0xff]);
    expect(readTokenRequest({ body, format: 'form', queryNames: [] })).toMatchObject({ error: 'invalid_request' });
  });

  it('never throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom<'form' | 'json'>('form', 'json'),
        fc.option(fc.string(), { nil: undefined }),
        (body, format, authorization) => {
          readTokenRequest({ body, format, queryNames: [], ...(authorization === undefined ? {} : { authorization }) });
        },
      ),
    );
  });
});
