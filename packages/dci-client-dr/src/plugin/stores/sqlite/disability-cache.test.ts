import nodeCrypto from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { createRandom } from 'dci-core';
import { createSealer, type Sealer } from 'dci-host';
import { temporaryDirectory } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import type { DisabilityCache } from '../../../cache/disability-cache.ts';
import { type OpenedCache, testDisabilityCache } from '../../../testing/disability-cache-contract.ts';
import { createSqliteDisabilityCache } from './disability-cache.ts';
import { migrations } from './migrations.ts';

const random = createRandom(nodeCrypto.webcrypto);
const sealerOf = (byte: number): Sealer => createSealer(new Uint8Array(32).fill(byte), random);

interface OpenedSqliteCache extends OpenedCache {
  readonly database: Database;
  open(sealer: Sealer): DisabilityCache;
}

function opened(): OpenedSqliteCache {
  const directory = temporaryDirectory();
  const connections: Database[] = [];
  const connect = (): Database => {
    const database = new SqliteDatabase(join(directory.path, 'state.sqlite'));
    database.pragma('journal_mode = WAL');
    database.pragma('secure_delete = ON');
    connections.push(database);
    return database;
  };
  const open = (sealer: Sealer): DisabilityCache =>
    createSqliteDisabilityCache({ database: { relaxed: connect() }, sealer, random });
  const database = connect();
  for (const { sqlite } of migrations) database.exec(sqlite);
  return {
    database,
    open,
    cache: open(sealerOf(7)),
    reopen: () => open(sealerOf(7)),
    holds: (text) =>
      readdirSync(directory.path).some((file) => readFileSync(join(directory.path, file)).includes(text)),
    close: () => {
      for (const connection of connections) connection.close();
      directory.remove();
    },
  };
}

testDisabilityCache({ name: 'SQLite', create: opened, runner: { describe, it } });

describe('the SQLite cache', () => {
  const answerFor = (cache: DisabilityCache, value: string) => ({
    ...{ key: cache.keyOf('dr_main', { type: 'UIN', value }), source: 'dr_main', fetchedAt: 1, expiresAt: 1_000 },
    evidence: { verified: true, senderId: 'dr.example.org', messageId: `message of ${value}` },
  });

  it('takes a row of another key, or of another host, for none', async () => {
    const { cache, database, open, close } = opened();
    const [one, other] = [answerFor(cache, '1'), answerFor(cache, '2')];
    await cache.store([one, other]);
    database.exec(`UPDATE dci_client_dr_cache SET content = (SELECT content FROM dci_client_dr_cache
      WHERE key = '${one.key}') WHERE key = '${other.key}'`);
    expect([...(await cache.find([one.key, other.key])).keys()]).toEqual([one.key]);
    const foreign = open(sealerOf(8));
    expect((await foreign.find([one.key])).size).toBe(0);
    await expect(foreign.check()).rejects.toMatchObject({ code: 'err.state.conflict' });
    await close?.();
  });

  it('keeps its secret when two processes make it at once', async () => {
    const { open, close } = opened();
    const caches = [open(sealerOf(7)), open(sealerOf(7))];
    const keys = caches.map((cache) => cache.keyOf('dr_main', { type: 'UIN', value: '1' }));
    expect(new Set(keys).size).toBe(1);
    await close?.();
  });
});
