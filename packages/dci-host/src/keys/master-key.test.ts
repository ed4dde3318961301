import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import { hostMigrations } from '../database/host-migrations.ts';
import { migrate } from '../database/migrate.ts';
import { type OpenedStateDatabase, openStateDatabase } from '../database/open.ts';
import { fixedClock } from '../testing/clock.ts';
import { deterministicRandom } from '../testing/random.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { openSealer, readMasterKey } from './master-key.ts';

const salt = () => new Uint8Array(16);

describe('readMasterKey', () => {
  const raw = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7 + 200));

  test.each(['base64', 'base64url', 'hex'] as const)('reads 32 bytes as %s', (encoding) => {
    expect(Buffer.from(readMasterKey(raw.toString(encoding), salt))).toEqual(raw);
  });

  test('reads base64 without padding', () => {
    expect(Buffer.from(readMasterKey(raw.toString('base64').replace('=', ''), salt))).toEqual(raw);
  });

  test('stretches a passphrase with the salt', () => {
    const first = readMasterKey('correct horse battery staple', salt);
    expect(first).toHaveLength(32);
    expect(readMasterKey('correct horse battery staple', salt)).toEqual(first);
    expect(readMasterKey('correct horse battery staple', () => new Uint8Array(16).fill(1))).not.toEqual(first);
    expect(readMasterKey('correct horse battery stapler', salt)).not.toEqual(first);
  });

  test.each(['', 'short', 'nineteen characters'])('refuses %j, and does not repeat it', (text) => {
    const read = () => readMasterKey(text, salt);
    expect(read).toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining(text || 'undefined') }));
  });
});

describe('openSealer', () => {
  let directory: TemporaryDirectory;
  let database: OpenedStateDatabase;
  beforeEach(() => {
    directory = temporaryDirectory();
    database = openStateDatabase({ directory: directory.path, busyTimeoutMs: 100, checkIntegrity: false });
    migrate(database.durable, [hostMigrations], fixedClock(0));
  });
  afterEach(() => {
    database.close();
    directory.remove();
  });

  const open = (masterKey?: string, seed = 'a') =>
    openSealer({
      database: database.durable,
      dataDirectory: directory.path,
      random: deterministicRandom(seed),
      ...(masterKey === undefined ? {} : { masterKey: new Secret(masterKey) }),
    });

  test('makes a key for development once, readable by nobody else', () => {
    const sealed = open().sealer.seal(new Uint8Array([1, 2, 3]), 'x');
    const path = join(directory.path, 'master.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const reopened = open(undefined, 'b');
    expect(reopened.keyLiesInDataDirectory).toBe(true);
    expect(reopened.sealer.open(sealed, 'x')).toEqual(new Uint8Array([1, 2, 3]));
    const moved = open(readFileSync(path, 'utf8').trim());
    expect(moved.keyLiesInDataDirectory).toBe(false);
    expect(moved.sealer.open(sealed, 'x')).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('opens with the same passphrase again and refuses every other key', () => {
    const sealed = open('the first passphrase of this host').sealer.seal(new Uint8Array([1]), 'x');
    expect(open('the first passphrase of this host', 'b').sealer.open(sealed, 'x')).toEqual(new Uint8Array([1]));
    for (const other of ['another passphrase of this host', undefined]) {
      expect(() => open(other)).toThrow(
        expect.objectContaining({
          code: 'err.configuration.invalid',
          message: expect.stringMatching(/^the master key \(DCI_MASTER_KEY.*is not the one that sealed/),
        }),
      );
    }
  });
});
