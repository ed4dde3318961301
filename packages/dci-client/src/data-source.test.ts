import { defineDialect, opencrvsDialect, social, spdciDialect } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { type DataSource, resolveDataSource } from './data-source.ts';

const source: DataSource = {
  baseUrl: 'https://registry.example.org/dci_api/v1/',
  registry: social,
  senderId: 'mis.example.org',
  keyId: 'key1',
  key: { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: '', d: '' } },
};

const { encryption: _, ...plain } = spdciDialect;
const manySchemes = defineDialect({
  ...spdciDialect,
  name: 'many',
  signatures: { write: 'dci', read: ['dci', 'dci-legacy'] },
});
const keyOf = ({ key, keyId }: DataSource): Partial<DataSource> => ({
  ...(key && { key }),
  ...(keyId !== undefined && { keyId }),
});
const noEncryption = defineDialect({ ...plain, name: 'plain' });

describe('a data source', () => {
  it('is completed with defaults', () => {
    expect(resolveDataSource(source)).toMatchObject({
      baseUrl: 'https://registry.example.org/dci_api/v1',
      peerKeys: { jwksUrl: 'https://registry.example.org/dci_api/v1/.well-known/jwks.json' },
      code: 'social',
      dialect: { name: 'spdci-1.0' },
      scheme: 'dci',
      schemes: ['dci'],
      requireSignedReplies: true,
      encrypt: false,
      retries: 2,
      timeoutSeconds: 30,
      maxReplyBytes: 16 * 1024 * 1024,
    });
  });

  it.each([
    ['baseUrl', { baseUrl: 'ftp://registry.example.org' }],
    ['baseUrl', { baseUrl: 'https://user:pass@registry.example.org' }],
    ['baseUrl', { baseUrl: 'registry' }],
    ['senderId', { senderId: '' }],
    ['senderId', { senderId: 'a"b' }],
    ['keyId', { keyId: 'a|b' }],
    ['token', { token: 'two words' }],
    ['timeoutSeconds', { timeoutSeconds: 0 }],
    ['timeoutSeconds', { timeoutSeconds: Number.NaN }],
    ['maxReplyBytes', { maxReplyBytes: 10 }],
    ['jwksUrl', { peerKeys: { jwksUrl: 'file:///etc/passwd' } }],
    ['retries', { retries: 11 }],
    ['retries', { retries: -1 }],
    ['endpoints.search', { endpoints: { search: 'ftp://registry.example.org/search' } }],
    ['endpoints.search', { endpoints: { search: '../../admin?x=1' } }],
    ['token', { token: 'abc', authorization: { header: async () => undefined, renew: () => false } }],
    ['key', { signingKey: () => Promise.reject(new Error('never')) }],
    ['decryptionKeys', { encrypt: true }],
    ['encrypt', { encrypt: true, decryptionKeys: async () => [], dialect: noEncryption }],
    ['encryptionKey', { encrypt: true, decryptionKeys: async () => [], peerKeys: { keys: [] } }],
  ])('is checked: %s', (path, overrides) => {
    expect(() => resolveDataSource({ ...source, ...overrides })).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', path }),
    );
  });

  it('is refused without repeating the value', () => {
    expect(() => resolveDataSource({ ...source, token: 'my secret' })).toThrow(/^(?!.*my secret)/);
  });

  it('is missing its key', () => {
    const { key: _key, keyId: _keyId, ...rest } = source;
    expect(() => resolveDataSource(rest)).toThrow(expect.objectContaining({ path: 'keyId' }));
    expect(() => resolveDataSource({ ...rest, keyId: 'key1' })).toThrow(expect.objectContaining({ path: 'key' }));
  });

  it('signs under the id that is registered there, always with the same objects', async () => {
    const { key: privateKey, keyId: _keyId, ...rest } = source;
    if (privateKey === undefined) throw new Error('no key');
    const { signingKey } = resolveDataSource(source);
    expect(await signingKey()).toBe(await signingKey());
    const hosted = resolveDataSource({
      ...rest,
      signingKey: async () => ({ senderId: 'host', keyId: 'k', privateKey }),
    });
    expect(await hosted.signingKey()).toEqual({ senderId: 'mis.example.org', keyId: 'k', privateKey });
    expect((await hosted.signingKey()).privateKey).toBe(privateKey);
  });

  it.each<[string, Partial<DataSource>]>([
    ['with a key of its own', {}],
    ['with a token', { token: 'abc' }],
    ['with a scheme', { scheme: 'dci-legacy' }],
    ['with what its dialect reads', { dialect: manySchemes }],
  ])('that is resolved already stays as it is: %s', async (_what, overrides) => {
    const once = resolveDataSource({ ...source, ...overrides });
    const { signingKey, ...twice } = resolveDataSource(once);
    expect(twice).toEqual({ ...once, signingKey: undefined });
    expect(twice.authorization).toBe(once.authorization);
    expect(await signingKey()).toBe(await once.signingKey());
  });

  it('that is resolved already is checked as others are, and takes another dialect', () => {
    const once = resolveDataSource(source);
    expect(() => resolveDataSource({ ...once, retries: 11 })).toThrow(expect.objectContaining({ path: 'retries' }));
    expect(() => resolveDataSource({ ...once, ...keyOf(source) })).toThrow(expect.objectContaining({ path: 'key' }));
    const { scheme: _scheme, ...open } = once;
    expect(resolveDataSource({ ...open, dialect: opencrvsDialect })).toMatchObject({ scheme: 'jws', schemes: ['jws'] });
  });

  it('takes from its registry only the scheme that it names, else those of the dialect', () => {
    expect(resolveDataSource({ ...source, dialect: opencrvsDialect })).toMatchObject({
      scheme: 'jws',
      schemes: ['jws'],
    });
    expect(resolveDataSource({ ...source, scheme: 'dci-legacy' })).toMatchObject({
      scheme: 'dci-legacy',
      schemes: ['dci-legacy'],
    });
  });
});
