import nodeCrypto from 'node:crypto';
import {
  createNodeCryptoProvider,
  decryptMessage,
  encryptMessage,
  type JsonObject,
  type PublishedEncryptionKey,
  publicKeyOf,
  type SigningKey,
} from 'dci-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostMigrations } from '../../database/host-migrations.ts';
import { migrate } from '../../database/migrate.ts';
import { type OpenedStateDatabase, openStateDatabase } from '../../database/open.ts';
import type { KeyStore } from '../../keys/key-store.ts';
import { createSealer } from '../../keys/seal.ts';
import { type ManualClock, manualClock } from '../../testing/clock.ts';
import { deterministicRandom } from '../../testing/random.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createKeyStore } from './key-store.ts';

const day = 24 * 60 * 60 * 1000;
const crypto = createNodeCryptoProvider(nodeCrypto);

let directory: TemporaryDirectory;
let database: OpenedStateDatabase;
let clock: ManualClock;
let keys: KeyStore;
beforeEach(() => {
  directory = temporaryDirectory();
  database = openStateDatabase({ directory: directory.path, busyTimeoutMs: 100, checkIntegrity: false });
  clock = manualClock('2026-04-22T10:30:00Z');
  migrate(database.durable, [hostMigrations], clock);
  keys = store(database, 'a');
});
afterEach(() => {
  database.close();
  directory.remove();
});

function store(state: OpenedStateDatabase, seed: string): KeyStore {
  return createKeyStore({
    database: state.durable,
    sealer: createSealer(new Uint8Array(32).fill(7), deterministicRandom(seed)),
    senderId: 'host.example',
    settings: { algorithm: 'ed25519', encryptionAlgorithm: 'ECDH-ES+A256KW', retireDays: 30, leadSeconds: 0 },
    clock,
    random: deterministicRandom(`keys ${seed}`),
  });
}

async function works(key: SigningKey): Promise<boolean> {
  const data = new Uint8Array([1, 2, 3]);
  return crypto.verify(publicKeyOf(key.privateKey), data, await crypto.sign(key.privateKey, data));
}

const publishedIds = async (): Promise<readonly string[]> => (await keys.published()).map(({ keyId }) => keyId);

describe('keys', () => {
  test.each(['ed25519', 'rs256'] as const)('of %s are generated and sign', async (algorithm) => {
    const made = await keys.generate({ algorithm });
    expect(made).toMatchObject({ algorithm, state: 'active', createdAt: clock.now(), activatedAt: clock.now() });
    expect(made.keyId).toMatch(/^2026-04-22-[0-9a-f]{8}$/);
    expect(Object.keys(made)).not.toContain('signing');
    const active = await keys.active();
    expect(active).toMatchObject({ senderId: 'host.example', keyId: made.keyId });
    expect(publicKeyOf(active.privateKey)).toEqual(made.publicKey);
    expect(await works(active)).toBe(true);
  });

  test('the newest active one signs, and stays the same object', async () => {
    await keys.generate();
    const second = await keys.generate();
    expect((await keys.active()).keyId).toBe(second.keyId);
    expect(await keys.active()).toBe(await keys.active());
    await keys.generate({ state: 'pending' });
    const before = await keys.active();
    expect(before.keyId).toBe(second.keyId);
    expect((await keys.list()).map(({ state }) => state)).toEqual(['pending', 'active', 'active']);
    expect(await keys.active()).toBe(before);
  });

  test('without an active one there is no signature', async () => {
    await expect(keys.active()).rejects.toMatchObject({ code: 'err.service.unavailable', status: 503 });
    await keys.generate({ state: 'pending' });
    await expect(keys.active()).rejects.toMatchObject({ code: 'err.service.unavailable' });
    expect(await keys.published()).toEqual([]);
  });

  test('end with their validity', async () => {
    const first = await keys.generate();
    const second = await keys.generate({ validDays: 10 });
    expect((await keys.active()).keyId).toBe(second.keyId);
    clock.advance(10 * day - 1);
    expect(await publishedIds()).toEqual([second.keyId, first.keyId]);
    clock.advance(1);
    expect((await keys.active()).keyId).toBe(first.keyId);
    expect(await publishedIds()).toEqual([first.keyId]);
  });
});

describe('rotation', () => {
  test('lets the old keys retire while the new one signs', async () => {
    const [one, two] = [await keys.generate(), await keys.generate()];
    clock.advance(day);
    const { active, retiring } = await keys.rotate();
    expect(active.state).toBe('active');
    expect(retiring.map(({ keyId }) => keyId).sort()).toEqual([one.keyId, two.keyId].sort());
    expect(retiring[0]).toMatchObject({ state: 'retiring', notAfter: clock.now() + 30 * day });
    expect((await keys.active()).keyId).toBe(active.keyId);
    expect(await publishedIds()).toHaveLength(3);
    clock.advance(30 * day);
    expect(await publishedIds()).toEqual([active.keyId]);
  });

  test('takes a pending key into use, and no other', async () => {
    const old = await keys.generate();
    const pending = await keys.generate({ state: 'pending', algorithm: 'rs256' });
    clock.advance(1);
    const { active, retiring } = await keys.rotate({ keyId: pending.keyId, retireDays: 1 });
    expect(active).toMatchObject({ keyId: pending.keyId, state: 'active', activatedAt: clock.now() });
    expect(retiring).toMatchObject([{ keyId: old.keyId, notAfter: clock.now() + day }]);
    for (const keyId of [old.keyId, pending.keyId, 'missing']) {
      await expect(keys.rotate({ keyId })).rejects.toMatchObject({ code: 'err.key.invalid' });
    }
    expect((await keys.active()).keyId).toBe(pending.keyId);
    expect((await keys.list()).find(({ keyId }) => keyId === pending.keyId)?.state).toBe('active');
  });

  test('publishes the new key for its lead time before it signs', async () => {
    const old = await keys.generate();
    const { active, retiring } = await keys.rotate({ leadSeconds: 60, retireDays: 0 });
    expect(active).toMatchObject({ state: 'active', activatedAt: clock.now() + 60_000 });
    expect(retiring).toMatchObject([{ keyId: old.keyId, notAfter: clock.now() + 60_000 }]);
    expect(await publishedIds()).toEqual([active.keyId, old.keyId]);
    expect((await keys.active()).keyId).toBe(old.keyId);
    clock.advance(59_999);
    expect(await works(await keys.active())).toBe(true);
    expect((await keys.active()).keyId).toBe(old.keyId);
    clock.advance(1);
    expect((await keys.active()).keyId).toBe(active.keyId);
    expect(await publishedIds()).toEqual([active.keyId]);
  });

  test('within the lead time of another one hands over in order', async () => {
    const first = await keys.generate();
    const { active: second } = await keys.rotate({ leadSeconds: 60 });
    clock.advance(30_000);
    const { active: third } = await keys.rotate({ leadSeconds: 60 });
    const signers: string[] = [];
    for (let second = 0; second <= 60; second += 15) {
      signers.push((await keys.active()).keyId);
      clock.advance(15_000);
    }
    const [a, b, c] = [first.keyId, second.keyId, third.keyId];
    expect(signers).toEqual([a, a, b, b, c]);
  });

  test('whose old key is revoked in its lead time signs with the new one at once', async () => {
    const old = await keys.generate();
    const { active } = await keys.rotate({ leadSeconds: 60 });
    await keys.revoke(old.keyId);
    expect((await keys.active()).keyId).toBe(active.keyId);
  });

  test('of the first key has no lead time', async () => {
    const { active } = await keys.rotate({ leadSeconds: 60 });
    expect((await keys.active()).keyId).toBe(active.keyId);
  });

  test('does not lengthen a validity', async () => {
    await keys.generate({ validDays: 2 });
    const { retiring } = await keys.rotate();
    expect(retiring[0]?.notAfter).toBe(clock.now() + 2 * day);
  });
});

describe('revocation', () => {
  test('is at once, for ever, and deletes the private part', async () => {
    const first = await keys.generate();
    const second = await keys.generate();
    clock.advance(5);
    expect(await keys.revoke(second.keyId)).toMatchObject({ state: 'revoked', revokedAt: clock.now() });
    expect((await keys.active()).keyId).toBe(first.keyId);
    expect(await publishedIds()).toEqual([first.keyId]);
    const sealed = database.durable.prepare('SELECT sealed_private_jwk FROM dci_host_key WHERE key_id = ?').pluck();
    expect(sealed.get(second.keyId)).toBeNull();
    await expect(keys.rotate({ keyId: second.keyId })).rejects.toMatchObject({ code: 'err.key.invalid' });
    const again = clock.now();
    clock.advance(5);
    expect((await keys.revoke(second.keyId)).revokedAt).toBe(again);
  });

  test('of a key that is not there is refused', async () => {
    await expect(keys.revoke('missing')).rejects.toMatchObject({ code: 'err.key.invalid' });
  });
});

describe('encryption keys', () => {
  const message = { transaction_id: '1' };
  const encrypted = async (index = 0): Promise<JsonObject> => {
    const { senderId, keyId, publicKey } = (await keys.encryptionKeys())[index] as PublishedEncryptionKey;
    return encryptMessage(message, { kid: `${senderId}|${keyId}|${publicKey.algorithm}`, publicKey }, { crypto });
  };
  const decrypts = async (sealed: JsonObject): Promise<boolean> =>
    decryptMessage(sealed, await keys.decryptionKeys()).then(
      () => true,
      () => false,
    );

  test.each(['ECDH-ES+A256KW', 'RSA-OAEP-256'] as const)('of %s are published and decrypt', async (algorithm) => {
    const made = await keys.generate({ use: 'enc', algorithm });
    expect(made).toMatchObject({ use: 'enc', algorithm, state: 'active' });
    expect(JSON.stringify(made)).not.toMatch(/"d":|decryption/);
    expect(await decrypts(await encrypted())).toBe(true);
    expect((await keys.decryptionKeys())[0]).toBe((await keys.decryptionKeys())[0]);
  });

  test('and signing keys are apart', async () => {
    const signing = await keys.generate();
    const first = await keys.generate({ use: 'enc' });
    expect(first).toMatchObject({ algorithm: 'ECDH-ES+A256KW' });
    expect((await keys.active()).keyId).toBe(signing.keyId);
    expect(await publishedIds()).toEqual([signing.keyId]);
    expect((await keys.encryptionKeys()).map(({ keyId }) => keyId)).toEqual([first.keyId]);
    const { retiring } = await keys.rotate({ use: 'enc' });
    expect(retiring.map(({ keyId }) => keyId)).toEqual([first.keyId]);
    expect((await keys.active()).keyId).toBe(signing.keyId);
    await keys.rotate();
    expect(await keys.encryptionKeys()).toHaveLength(1);
    for (const [use, algorithm] of [
      ['sig', 'RSA-OAEP-256'],
      ['enc', 'rs256'],
    ] as const) {
      await expect(keys.generate({ use, algorithm })).rejects.toMatchObject({ code: 'err.key.invalid' });
    }
  });

  test('that retire are published no more, and decrypt until their time is over', async () => {
    await keys.generate({ use: 'enc' });
    const before = await encrypted();
    const { active } = await keys.rotate({ use: 'enc', retireDays: 2 });
    expect((await keys.encryptionKeys()).map(({ keyId }) => keyId)).toEqual([active.keyId]);
    expect(await decrypts(before)).toBe(true);
    expect(await decrypts(await encrypted())).toBe(true);
    clock.advance(2 * day);
    expect(await decrypts(before)).toBe(false);
    expect(await decrypts(await encrypted())).toBe(true);
  });

  test('that are pending or revoked neither stand in the set nor decrypt', async () => {
    const made = await keys.generate({ use: 'enc' });
    const before = await encrypted();
    await keys.generate({ use: 'enc', state: 'pending' });
    await keys.revoke(made.keyId);
    expect([await keys.encryptionKeys(), await keys.decryptionKeys()]).toEqual([[], []]);
    expect(await decrypts(before)).toBe(false);
  });

  test('that are pending are taken into use by a rotation', async () => {
    const first = await keys.generate({ use: 'enc' });
    const pending = await keys.generate({ use: 'enc', state: 'pending', algorithm: 'RSA-OAEP-256' });
    const signing = await keys.generate();
    const { active, retiring } = await keys.rotate({ keyId: pending.keyId });
    expect([active.keyId, ...retiring.map(({ keyId }) => keyId)]).toEqual([pending.keyId, first.keyId]);
    expect((await keys.active()).keyId).toBe(signing.keyId);
  });
});

test('keys of a state from before encryption keys are kept', async () => {
  const old = temporaryDirectory();
  const state = openStateDatabase({ directory: old.path, busyTimeoutMs: 100, checkIntegrity: false });
  try {
    const { owner, migrations } = hostMigrations;
    migrate(state.durable, [{ owner, migrations: migrations.slice(0, 2) }], clock);
    state.durable
      .prepare(
        `INSERT INTO dci_host_key (sequence, key_id, algorithm, state, public_jwk, created_at, activated_at)
         VALUES (7, 'old', 'ed25519', 'active', '{"x":"1"}', 1, 1), (9, 'older', 'rs256', 'revoked', '{}', 2, NULL)`,
      )
      .run();
    migrate(state.durable, [hostMigrations], clock);
    const kept = store(state, 'a');
    expect(await kept.list()).toMatchObject([
      { keyId: 'older', use: 'sig', algorithm: 'rs256', state: 'revoked' },
      { keyId: 'old', use: 'sig', algorithm: 'ed25519', state: 'active', publicKey: { jwk: { x: '1' } } },
    ]);
    const { keyId } = await kept.generate({ use: 'enc' });
    expect((await kept.list())[0]?.keyId).toBe(keyId);
  } finally {
    state.close();
    old.remove();
  }
});

test('a change by another process counts from the next call on', async () => {
  const other = openStateDatabase({ directory: directory.path, busyTimeoutMs: 100, checkIntegrity: false });
  try {
    const first = await keys.generate();
    expect((await keys.active()).keyId).toBe(first.keyId);
    const besides = store(other, 'b');
    const { active } = await besides.rotate();
    expect((await keys.active()).keyId).toBe(active.keyId);
    await besides.revoke(active.keyId);
    await expect(keys.active()).rejects.toMatchObject({ code: 'err.service.unavailable' });
    expect(await publishedIds()).toEqual([first.keyId]);
  } finally {
    other.close();
  }
});

test('private keys are not in the files in clear (SE1)', async () => {
  const { readdirSync, readFileSync } = await import('node:fs');
  await keys.generate();
  await keys.generate({ algorithm: 'rs256' });
  await keys.generate({ use: 'enc' });
  await keys.generate({ use: 'enc', algorithm: 'RSA-OAEP-256' });
  const decryption = await keys.decryptionKeys();
  const listed = await keys.list();
  const secrets = [await keys.active()].flatMap(({ privateKey }) => [privateKey.jwk.d]);
  await keys.revoke(listed.find(({ use }) => use === 'sig')?.keyId ?? '');
  secrets.push((await keys.active()).privateKey.jwk.d, ...decryption.map(({ privateKey }) => privateKey.jwk.d));
  expect(secrets).toHaveLength(4);
  for (const file of readdirSync(directory.path)) {
    const bytes = readFileSync(`${directory.path}/${file}`);
    for (const secret of secrets) {
      expect(bytes.includes(secret)).toBe(false);
      expect(bytes.includes(Buffer.from(secret, 'base64url'))).toBe(false);
    }
  }
});
