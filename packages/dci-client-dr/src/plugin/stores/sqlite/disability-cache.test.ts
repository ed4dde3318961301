import nodeCrypto from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { createRandom } from 'dci-core';
import { createSealer, type Sealer } from 'dci-host';
import { describe, expect, it } from 'vitest';
import { stateDirectory } from '../../../../../dci-client/src/plugin/stores/sqlite/state-directory.fixtures.ts';
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
  const { connect, open: openState, holds, close } = stateDirectory(migrations);
  const open = (sealer: Sealer): DisabilityCache =>
    createSqliteDisabilityCache({ database: openState(), sealer, random });
  return { database: connect(), open, cache: open(sealerOf(7)), reopen: () => open(sealerOf(7)), holds, close };
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
