import * as nodeCrypto from 'node:crypto';
import {
  createRandom,
  DciError,
  generateEncryptionKey,
  generateKey,
  ibr,
  type JsonObject,
  opencrvsDialect,
  publicKeyOf,
  spdciDialect,
  writePrivateKeyPem,
  writePublicKeyPem,
} from 'dci-core';
import { describe, expect, it } from 'vitest';
import { movableClock, unaborted } from '../authorization/token-endpoint.fixtures.ts';
import type { HeldSubscriptionStore } from '../callbacks/subscriptions.ts';
import type { TransactionStore } from '../callbacks/transactions.ts';
import { resolveDataSource } from '../data-source.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { type HostDefaults, resolveSettings, type SettingsPorts } from './resolve-settings.ts';

const random = createRandom(nodeCrypto.webcrypto);
const own = await generateKey('ed25519', { random });
const hosts = await generateKey('ed25519', { random });
const curve = await generateKey('es256', { random });
const theirs = publicKeyOf(await generateKey('ed25519', { random }));

const secrets: Readonly<Record<string, string>> = {
  'env:KEY': await writePrivateKeyPem(own),
  'file:key.jwk': JSON.stringify(own.jwk),
  'env:CURVE': JSON.stringify(curve.jwk),
  'env:TOKEN': 'abc',
  'env:CANARY': 'canary, not a key',
  'env:EMPTY': ' \n',
};

const ports = (more: Partial<SettingsPorts> = {}): SettingsPorts => ({
  production: true,
  readSecret: async (reference) => {
    const secret = secrets[reference];
    if (secret === undefined) throw new DciError('err.configuration.invalid', `${reference} is not set`);
    return secret;
  },
  fetch: () => Promise.reject(new Error('nobody is asked')),
  clock: movableClock(),
  ...more,
});

const settings: DataSourceSettings = {
  code: 'ibr_main',
  registry: 'ibr',
  baseUrl: 'https://ibr.example.org/dci_api/v1/',
  senderId: 'mis.example.org',
  key: 'env:KEY',
  keyId: 'key1',
};

const hostDefaults: HostDefaults = {
  senderId: 'host.example.org',
  signingKey: async () => ({ senderId: 'host.example.org', keyId: 'host-key', privateKey: hosts }),
  decryptionKeys: async () => [],
  callbackBase: 'https://host.example.org/dci_api/v1/registry/',
  transactions: { isTransactions: true } as unknown as TransactionStore,
  subscriptions: { isSubscriptions: true } as unknown as HeldSubscriptionStore,
};

describe('settings are resolved', () => {
  it('with what is needed and nothing else', async () => {
    const { authorization, ...source } = await resolveSettings(settings, ports());
    expect(source).toEqual({
      code: 'ibr_main',
      registry: ibr,
      dialect: spdciDialect,
      baseUrl: settings.baseUrl,
      senderId: 'mis.example.org',
      key: own,
      keyId: 'key1',
    });
    expect(await authorization?.header(unaborted)).toBeUndefined();
    expect(resolveDataSource({ ...source })).toMatchObject({ code: 'ibr_main', timeoutSeconds: 30 });
  });

  it('with everything that is set', async () => {
    const encryption = await generateEncryptionKey('ECDH-ES+A256KW', { random });
    const { d: _, ...encryptionJwk } = encryption.jwk as typeof encryption.jwk & { d: string };
    const source = await resolveSettings(
      {
        ...settings,
        key: 'file:key.jwk',
        dialect: 'opencrvs',
        receiverId: 'ibr.example.org',
        authorization: { kind: 'bearer', token: 'env:TOKEN' },
        endpoints: { search: '/async', 'sync/enrolled': 'https://ibr.example.org/enrolled' },
        timeoutSeconds: 5,
        retries: 0,
        maxReplyBytes: 4096,
        encryptionKey: { ...encryptionJwk, kid: 'enc1', use: 'enc' },
        peerKeys: { jwksUrl: 'https://ibr.example.org/keys' },
        scheme: 'jws',
        requireSignedReplies: true,
        encrypt: true,
        receipts: true,
      },
      ports({ defaults: hostDefaults }),
    );
    expect(source).toMatchObject({
      dialect: opencrvsDialect,
      key: own,
      receiverId: 'ibr.example.org',
      endpoints: {
        search: 'https://ibr.example.org/dci_api/v1/async',
        'sync/enrolled': 'https://ibr.example.org/enrolled',
      },
      timeoutSeconds: 5,
      retries: 0,
      maxReplyBytes: 4096,
      encryptionKey: { kid: 'enc1', publicKey: { algorithm: 'ECDH-ES+A256KW' } },
      peerKeys: { jwksUrl: 'https://ibr.example.org/keys' },
      scheme: 'jws',
      requireSignedReplies: true,
      encrypt: true,
      receipts: true,
      decryptionKeys: hostDefaults.decryptionKeys,
    });
    expect(await source.authorization?.header(unaborted)).toBe('Bearer abc');
    expect(source.signingKey).toBeUndefined();
  });

  it('with the key of the host under the name that it has at this registry', async () => {
    const { key: _, keyId: __, ...rest } = settings;
    const source = await resolveSettings(rest, ports({ defaults: hostDefaults }));
    expect(await source.signingKey?.()).toEqual({ senderId: 'mis.example.org', keyId: 'host-key', privateKey: hosts });
    expect(source.key).toBeUndefined();
    const { senderId: ___, ...nameless } = rest;
    expect((await resolveSettings(nameless, ports({ defaults: hostDefaults }))).senderId).toBe('host.example.org');
  });

  it('with callbacks where there are stores', async () => {
    const { transactions, subscriptions } = hostDefaults;
    const byHost = await resolveSettings(settings, ports({ defaults: hostDefaults }));
    expect(byHost.callbacks).toEqual({
      base: 'https://host.example.org/dci_api/v1/registry',
      transactions,
      subscriptions,
    });
    const callbackBase = 'https://mis.example.org/back';
    const bySettings = await resolveSettings({ ...settings, callbackBase }, ports({ defaults: hostDefaults }));
    expect(bySettings.callbacks?.base).toBe(callbackBase);
    expect((await resolveSettings({ ...settings, callbackBase }, ports())).callbacks).toBeUndefined();
  });
});

describe('keys of the registry', () => {
  const resolved = async (peerKeys: NonNullable<DataSourceSettings['peerKeys']>) =>
    (await resolveSettings({ ...settings, receiverId: 'ibr.example.org', peerKeys }, ports())).peerKeys;

  it('are read from PEM', async () => {
    const pem = await writePublicKeyPem(theirs);
    expect(await resolved({ pem })).toEqual({ keys: [{ publicKey: theirs, state: 'active' }] });
    expect(await resolved({ pem, keyId: 'k' })).toEqual({ keys: [{ publicKey: theirs, state: 'active', keyId: 'k' }] });
  });

  it.each([
    ['its own kid', { kid: 'ibr.example.org|k1|ed25519' }, undefined, 'k1'],
    ['another kid', { kid: 'thumbprint' }, undefined, 'thumbprint'],
    ['the name that is set', { kid: 'thumbprint' }, 'k2', 'k2'],
  ])('are read from a JWK with %s', async (_, members, keyId, expected) => {
    const jwk = { ...theirs.jwk, ...members };
    expect(await resolved({ jwk, ...(keyId !== undefined && { keyId }) })).toEqual({
      keys: [{ publicKey: theirs, state: 'active', keyId: expected }],
    });
  });
});

describe('what cannot be resolved', () => {
  it.each<[string, Partial<DataSourceSettings>, string]>([
    ['key', { key: 'env:NOWHERE' }, 'key cannot be read: env:NOWHERE is not set'],
    ['key', { key: 'env:EMPTY' }, 'key is empty'],
    [
      'key',
      { key: 'env:CANARY' },
      'key is not usable: The key is not PEM, not a JWK and not 32 bytes in base64 or hex.',
    ],
    ['key', { key: 'env:CURVE' }, 'key is on the curve P-256, with which the scheme dci does not sign'],
    [
      'authorization.token',
      { authorization: { kind: 'bearer', token: 'env:CANARY' } },
      'authorization.token is not a bearer token (RFC 6750)',
    ],
    [
      'peerKeys.pem',
      { receiverId: 'r', peerKeys: { pem: 'canary' } },
      'peerKeys.pem is not usable: The key is not PEM, not a JWK and not 32 bytes in base64 or hex.',
    ],
    [
      'peerKeys.jwk',
      { receiverId: 'r', peerKeys: { jwk: own.jwk as unknown as JsonObject } },
      'peerKeys.jwk is not usable: The key is private where a public key is expected.',
    ],
    ['encryptionKey', { encryptionKey: theirs.jwk as unknown as JsonObject }, 'encryptionKey is not usable: '],
    ['requireSignedReplies', { requireSignedReplies: false }, 'requireSignedReplies must not be false in production'],
  ])('is refused with its path: %s', async (path, change, message) => {
    const error = await resolveSettings({ ...settings, ...change }, ports()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'err.configuration.invalid', path });
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('canary');
  });

  it('is no key on P-256 for a scheme that signs with it', async () => {
    const source = await resolveSettings({ ...settings, key: 'env:CURVE', scheme: 'jws-detached' }, ports());
    expect(source.key).toEqual(curve);
  });
});
