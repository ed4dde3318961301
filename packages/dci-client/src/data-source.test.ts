import { social } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { type DataSource, resolveDataSource } from './data-source.ts';

const source: DataSource = {
  baseUrl: 'https://registry.example.org/dci_api/v1/',
  registry: social,
  senderId: 'mis.example.org',
  keyId: 'key1',
  key: { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: '', d: '' } },
};

describe('a data source', () => {
  it('is completed with defaults', () => {
    expect(resolveDataSource(source)).toMatchObject({
      baseUrl: 'https://registry.example.org/dci_api/v1',
      peerKeys: { jwksUrl: 'https://registry.example.org/dci_api/v1/.well-known/jwks.json' },
      scheme: 'dci',
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
  ])('is checked: %s', (path, overrides) => {
    expect(() => resolveDataSource({ ...source, ...overrides })).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', path }),
    );
  });

  it('is refused without repeating the value', () => {
    expect(() => resolveDataSource({ ...source, token: 'my secret' })).toThrow(/^(?!.*my secret)/);
  });
});
