import { DciError, defineDialect, ibr, social, spdciDialect } from 'dci-core';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type DataSourceSettings, dataSourceSettingsSchema } from '../data-source-settings.ts';
import { checkDataSourceSettings, type SettingsRules } from './check-settings.ts';

const rules: SettingsRules = { production: true };
const settings: DataSourceSettings = {
  code: 'crvs_main',
  registry: 'crvs',
  baseUrl: 'https://crvs.example.org/dci_api/v1',
  senderId: 'mis.example.org',
  key: 'env:DCI_KEY',
  keyId: 'key1',
};

const { encryption: _, ...withoutEncryption } = spdciDialect;
const clearDialect = defineDialect({ ...withoutEncryption, name: 'clear' });

/** Everything that can be set. */
const complete: DataSourceSettings = {
  ...settings,
  name: 'Civil registration',
  registry: 'ibr',
  dialect: 'opencrvs',
  receiverId: 'crvs.example.org',
  authorization: {
    kind: 'oauth2',
    tokenUrl: 'https://auth.example.org/token?realm=civil',
    clientId: 'mis',
    clientSecret: 'file:secrets/crvs',
    scope: 'crvs/search',
    credentialsIn: 'query',
  },
  callbackBase: 'https://mis.example.org/dci_api/v1/registry',
  callbackToken: 'env:CALLBACK_TOKEN',
  endpoints: { 'sync-search': 'events/search', 'sync/enrolled': 'https://crvs.example.org/other/enrolled' },
  timeoutSeconds: 12.5,
  retries: 0,
  maxReplyBytes: 2048,
  tls: { ca: 'file:ca.pem', certificate: 'file:me.pem', key: 'file:me.key', serverName: 'crvs.internal' },
  peerKeys: { jwksUrl: 'https://crvs.example.org/keys' },
  encryptionKey: { kty: 'RSA' },
  scheme: 'jws',
  requireSignedReplies: true,
  encrypt: true,
  receipts: true,
  disabled: false,
};

const faultOf = (value: unknown, more: Partial<SettingsRules> = {}): { path: string | undefined; message: string } => {
  try {
    checkDataSourceSettings(value, { ...rules, ...more });
  } catch (error) {
    if (!(error instanceof DciError) || error.code !== 'err.configuration.invalid') throw error;
    return { path: error.path, message: error.message };
  }
  throw new Error('the settings were accepted');
};

describe('settings of a data source', () => {
  it('are accepted as they are', () => {
    expect(checkDataSourceSettings(settings, rules)).toEqual(settings);
    const defaults = { decryptionKeys: () => [] };
    expect(checkDataSourceSettings(complete, { ...rules, defaults })).toEqual(complete);
  });

  it('may hold what is undefined, as the environment gives it', () => {
    const value = { ...settings, receiverId: undefined, tls: { ca: undefined } };
    expect(checkDataSourceSettings(value, rules)).toEqual({ ...settings, tls: {} });
  });

  it('may leave out what the host gives', () => {
    const { senderId: _, key: __, keyId: ___, ...rest } = settings;
    expect(faultOf(rest)).toEqual({ path: 'senderId', message: 'senderId is missing; key is missing' });
    const defaults = { senderId: 'host.example', signingKey: () => undefined };
    expect(checkDataSourceSettings(rest, { ...rules, defaults })).toEqual(rest);
  });

  it('have a schema of their own, which the type follows', () => {
    expect(v.is(dataSourceSettingsSchema, complete)).toBe(true);
    const schemaMembers = Object.keys(dataSourceSettingsSchema.entries);
    expect(schemaMembers.sort()).toEqual(Object.keys(complete).sort());
  });
});

describe('a fault of one member', () => {
  it.each<[string, unknown, string]>([
    ['dataSource', undefined, 'dataSource must be an object'],
    ['dataSource', 'crvs', 'dataSource must be an object'],
    ['code', {}, 'code is missing; registry is missing; baseUrl is missing'],
    ['code', { ...settings, code: 'CRVS main' }, 'code must be 1 to 64 lower-case letters, digits, _ and -'],
    ['name', { ...settings, name: '' }, 'name must not be empty'],
    ['baseURL', { ...settings, baseURL: 'x' }, 'baseURL is not a known member; did you mean baseUrl?'],
    ['dialekt', { ...settings, dialekt: 'x' }, 'dialekt is not a known member; did you mean dialect?'],
    ['quite_another', { ...settings, quite_another: 1 }, 'quite_another is not a known member'],
    [
      'registry',
      { ...settings, registry: 'crsv' },
      'registry names no registry type that is known; did you mean crvs?',
    ],
    [
      'registry',
      { ...settings, registry: 'population' },
      'registry names no registry type that is known; known are social, crvs, ibr, dr, fr',
    ],
    ['dialect', { ...settings, dialect: 'openssp' }, 'dialect names no dialect that is known; did you mean openspp?'],
    ['senderId', { ...settings, senderId: 'a"b' }, 'senderId must be a text of 1 to 99 characters without quotes'],
    ['keyId', { ...settings, keyId: 'a|b' }, 'keyId must not hold the character |'],
    ['key', { ...settings, key: 'canary' }, 'key must be a reference to a secret: env:NAME or file:PATH'],
    ['key', { ...settings, key: 'env:NOT A NAME' }, 'key must be a reference to a secret: env:NAME or file:PATH'],
    [
      'authorization',
      { ...settings, authorization: 'Bearer canary' },
      'authorization must be one of none, bearer, basic, oauth2',
    ],
    [
      'authorization.kind',
      { ...settings, authorization: { kind: 'oauth' } },
      'authorization.kind must be one of none, bearer, basic, oauth2',
    ],
    ['authorization.token', { ...settings, authorization: { kind: 'bearer' } }, 'authorization.token is missing'],
    [
      'authorization.token',
      { ...settings, authorization: { kind: 'bearer', token: 'canary' } },
      'authorization.token must be a reference to a secret: env:NAME or file:PATH',
    ],
    [
      'authorization.tokenURL',
      { ...settings, authorization: { ...complete.authorization, tokenURL: 'x' } },
      'authorization.tokenURL is not a known member; did you mean tokenUrl?',
    ],
    [
      'authorization.credentialsIn',
      { ...settings, authorization: { ...complete.authorization, credentialsIn: 'cookie' } },
      'authorization.credentialsIn must be one of body, header, query, json',
    ],
    [
      'authorization.user',
      { ...settings, authorization: { kind: 'basic', user: 'a:b', password: 'env:P' } },
      'authorization.user must not hold a colon or control characters (RFC 7617)',
    ],
    ['timeoutSeconds', { ...settings, timeoutSeconds: 0 }, 'timeoutSeconds must be at least 0.1'],
    ['timeoutSeconds', { ...settings, timeoutSeconds: '30' }, 'timeoutSeconds must be a number'],
    ['timeoutSeconds', { ...settings, timeoutSeconds: Number.NaN }, 'timeoutSeconds must be a number'],
    ['retries', { ...settings, retries: 1.5 }, 'retries must be a whole number'],
    ['maxReplyBytes', { ...settings, maxReplyBytes: 10 }, 'maxReplyBytes must be at least 1024'],
    [
      'tls.ca',
      { ...settings, tls: { ca: '-----BEGIN canary' } },
      'tls.ca must be a reference to a secret: env:NAME or file:PATH',
    ],
    ['tls.serverName', { ...settings, tls: { serverName: 'a b' } }, 'tls.serverName must be the name of a host'],
    ['tls.serverName', { ...settings, tls: { serverName: '10.0.0.1' } }, 'tls.serverName must be the name of a host'],
    ['peerKeys', { ...settings, peerKeys: {} }, 'peerKeys must hold one of pem, jwk, jwksUrl'],
    ['peerKeys', { ...settings, peerKeys: 'x' }, 'peerKeys must hold one of pem, jwk, jwksUrl'],
    ['peerKeys.jwk', { ...settings, peerKeys: { jwk: 'x' } }, 'peerKeys.jwk must be a JWK, as an object'],
    [
      'peerKeys.keyID',
      { ...settings, peerKeys: { pem: 'x', keyID: 'k' } },
      'peerKeys.keyID is not a known member; did you mean keyId?',
    ],
    ['scheme', { ...settings, scheme: 'none' }, 'scheme must be one of dci, dci-legacy, jws, jws-detached'],
    ['encrypt', { ...settings, encrypt: 'yes' }, 'encrypt must be true or false'],
  ])('is told with its path: %s', (path, value, message) => {
    expect(faultOf(value)).toEqual({ path, message });
  });

  it.each([
    'crvs.example.org',
    'ftp://crvs.example.org',
    'file:///etc/passwd',
    'https://canary:pass@crvs.example.org',
    'https://crvs.example.org/?token=canary',
    'https://crvs.example.org/#canary',
    'https://crvs.example.org/a b',
    'https:\\\\crvs.example.org',
    'https://',
  ])('is an address that is none: %s', (baseUrl) => {
    expect(faultOf({ ...settings, baseUrl })).toEqual({
      path: 'baseUrl',
      message: 'baseUrl must be an http or https address without user, query and fragment',
    });
  });
});

describe('a fault between members', () => {
  it.each<[string, unknown, Partial<SettingsRules>]>([
    ['keyId', { ...settings, keyId: undefined }, {}],
    ['keyId', { ...settings, key: undefined }, { defaults: { signingKey: true } }],
    ['receiverId', { ...settings, peerKeys: { pem: 'x' } }, {}],
    ['receiverId', { ...settings, peerKeys: { jwk: { kty: 'OKP' } } }, {}],
    ['requireSignedReplies', { ...settings, requireSignedReplies: false }, {}],
    [
      'encrypt',
      { ...settings, encrypt: true, dialect: 'clear' },
      { defaults: { decryptionKeys: true }, dialects: [clearDialect] },
    ],
    ['encrypt', { ...settings, encrypt: true }, {}],
    [
      'encryptionKey',
      { ...settings, encrypt: true, peerKeys: { pem: 'x' }, receiverId: 'r' },
      { defaults: { decryptionKeys: true } },
    ],
    ['tls.key', { ...settings, tls: { certificate: 'file:c' } }, {}],
    ['tls.certificate', { ...settings, tls: { key: 'file:k' } }, {}],
    ['tls', { ...settings, baseUrl: 'http://crvs.example.org', tls: { ca: 'file:c' } }, { production: false }],
  ])('is refused: %s', (path, value, more) => {
    expect(faultOf(value, more).path).toBe(path);
  });

  it('is none outside of production, where replies may be unsigned', () => {
    const value = { ...settings, requireSignedReplies: false };
    expect(checkDataSourceSettings(value, { production: false })).toEqual(value);
  });

  it('is none for a dialect and a registry type of the program', () => {
    const own = defineDialect({ ...spdciDialect, name: 'own' });
    const value = { ...settings, registry: 'population', dialect: 'own' };
    const more = { registryTypes: [{ ...social, name: 'population' }], dialects: [own] };
    expect(checkDataSourceSettings(value, { ...rules, ...more })).toEqual(value);
    expect(faultOf(settings, more).path).toBe('registry');
  });
});

describe('an address without TLS', () => {
  const plain: readonly [string, DataSourceSettings][] = [
    ['baseUrl', { ...settings, baseUrl: 'http://crvs.example.org' }],
    [
      'authorization.tokenUrl',
      {
        ...settings,
        authorization: { kind: 'oauth2', tokenUrl: 'HTTP://a.example/t', clientId: 'c', clientSecret: 'env:S' },
      },
    ],
    ['peerKeys.jwksUrl', { ...settings, peerKeys: { jwksUrl: 'http://crvs.example.org/keys' } }],
    ['callbackBase', { ...settings, callbackBase: 'http://mis.example.org' }],
  ];

  it.each(plain)('is refused in production: %s', (path, value) => {
    expect(faultOf(value)).toEqual({ path, message: `${path} must begin with https: in production` });
    expect(faultOf(value, { allowHttp: true }).path).toBe(path);
    expect(checkDataSourceSettings(value, { production: false })).toEqual(value);
  });

  it('is refused in production when it is the default of the host', () => {
    expect(faultOf(settings, { defaults: { callbackBase: 'http://mis.example.org' } }).path).toBe('callbackBase');
  });

  it.each(['http://localhost:8080/x', 'http://127.0.0.1:8080', 'http://127.9.9.9', 'http://[::1]:8080'])(
    'is allowed in production on this machine, when asked for: %s',
    (baseUrl) => {
      const value = { ...settings, baseUrl };
      expect(faultOf(value).path).toBe('baseUrl');
      expect(checkDataSourceSettings(value, { ...rules, allowHttp: true })).toEqual(value);
    },
  );

  it.each(['http://localhost.example.org', 'http://127.0.0.1.example.org', 'http://128.0.0.1', 'http://[::2]'])(
    'only seems to be on this machine: %s',
    (baseUrl) => {
      expect(faultOf({ ...settings, baseUrl }, { allowHttp: true }).path).toBe('baseUrl');
    },
  );
});

describe('an endpoint', () => {
  const withEndpoint = (call: string, address: string): DataSourceSettings => ({
    ...settings,
    registry: ibr.name,
    endpoints: { [call]: address },
  });

  it.each([
    ['sync-search', 'events/search'],
    ['search', '/events/search'],
    ['txn-status', 'https://crvs.example.org/elsewhere'],
    ['sync/enrolled', 'enrolled'],
  ])('may be another one: %s at %s', (call, address) => {
    expect(checkDataSourceSettings(withEndpoint(call, address), rules)).toBeDefined();
  });

  it.each([
    ['searc', 'x', 'endpoints.searc names no call of the registry; did you mean search?'],
    ['special', 'x', 'endpoints.special names no call of the registry'],
    ['sync/disabled', 'x', 'endpoints.sync/disabled names no call of the registry; did you mean sync/enrolled?'],
    ['search', 'https://evil.example/x', 'endpoints.search must not leave the host of baseUrl'],
    ['search', 'https://crvs.example.org:8443/x', 'endpoints.search must not leave the host of baseUrl'],
    ['search', 'https://crvs.example.org@evil.example/x', 'endpoints.search must not leave the host of baseUrl'],
    ['search', 'https://user:pass@crvs.example.org/x', 'endpoints.search must not leave the host of baseUrl'],
    ['search', '//evil.example/x', 'endpoints.search must not leave the host of baseUrl'],
    ['search', 'javascript:alert(1)', 'endpoints.search must not leave the host of baseUrl'],
    ['search', 'a/../../../etc', 'endpoints.search must not hold the segments . and ..'],
    ['search', 'a/%2E%2e/b', 'endpoints.search must not hold the segments . and ..'],
    [
      'search',
      'x?token=canary',
      'endpoints.search must be an address, or a path below baseUrl, without query and fragment',
    ],
    ['search', 'x\\y', 'endpoints.search must be an address, or a path below baseUrl, without query and fragment'],
    [
      'search',
      'https://[/x',
      'endpoints.search must be an address, or a path below baseUrl, without query and fragment',
    ],
    ['search', '', 'endpoints.search must not be empty'],
  ])('is refused: %s at %s', (call, address, message) => {
    expect(faultOf(withEndpoint(call, address)).message).toBe(message);
  });

  it('without TLS is refused in production with the address of the registry', () => {
    expect(faultOf(withEndpoint('search', 'http://crvs.example.org/x')).message).toContain('endpoints.search must');
  });
});

describe('whatever is given', () => {
  it('is accepted or refused with err.configuration.invalid, and no value is repeated', () => {
    const canary = 'c4n4ry';
    const member = fc.constantFrom(...Object.keys(complete));
    const value = fc.oneof(
      fc.constant(canary),
      fc.constant({ [canary.toUpperCase()]: 1, kind: canary }),
      fc.constant({ kind: 'bearer', token: canary }),
      fc.constant({ kind: 'oauth2', tokenUrl: canary, clientSecret: canary, clientId: canary }),
      fc.constant({ jwk: canary, pem: canary, jwksUrl: canary }),
      fc.constant({ ca: canary, certificate: canary, key: canary, serverName: `${canary} ` }),
      fc.constant([canary]),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.dictionary(member, value), (change) => {
        try {
          checkDataSourceSettings({ ...complete, ...change }, rules);
        } catch (error) {
          if (!(error instanceof DciError)) throw error;
          expect(error.code).toBe('err.configuration.invalid');
          expect(error.message).not.toContain(canary);
        }
      }),
    );
  });
});
