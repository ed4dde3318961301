import * as nodeCrypto from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { createNodeCryptoProvider, createRandom } from 'dci-core';
import { createSealer } from 'dci-host';
import { manualClock } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { stateDirectory } from '../../../../../dci-client/src/plugin/stores/sqlite/state-directory.fixtures.ts';
import type { DuplicationCheckLog } from '../../../check-log.ts';
import { type OpenedCheckLog, testDuplicationCheckLog } from '../../../testing/check-log-contract.ts';
import { createSqliteCheckLog } from './check-log.ts';
import { migrations } from './migrations.ts';

const random = createRandom(nodeCrypto.webcrypto);
const crypto = createNodeCryptoProvider(nodeCrypto);

function openedLog(): OpenedCheckLog & {
  readonly reopen: () => DuplicationCheckLog;
  readonly connect: () => Database;
} {
  const state = stateDirectory(migrations);
  const sealer = createSealer(new Uint8Array(32).fill(7), random);
  const clock = manualClock(0);
  const reopen = (): DuplicationCheckLog =>
    createSqliteCheckLog({ database: state.open(), sealer, random, crypto, clock });
  const { connect, holds, close } = state;
  return { log: reopen(), reopen, connect, setTime: (now) => clock.set(now), holds, close };
}

testDuplicationCheckLog({ name: 'SQLite', create: openedLog, runner: { describe, it } });

describe('the log of checks in SQLite', () => {
  const check = {
    at: 1,
    identifiers: [{ type: 'UIN', value: '1' }],
    status: 'no_match',
    complete: true,
    sources: [],
    matches: [],
  } as const;

  it('takes no content that was moved to another row', async () => {
    const { log, connect, close } = openedLog();
    const [one, other] = [await log.record(check), await log.record({ ...check, askedBy: 'desk' })];
    connect()
      .prepare(
        'UPDATE dci_client_ibr_check SET content = (SELECT content FROM dci_client_ibr_check WHERE check_id = ?) WHERE check_id = ?',
      )
      .run(other, one);
    await expect(log.find(one)).rejects.toMatchObject({ code: 'err.state.conflict' });
    expect(await log.find(other)).toMatchObject({ askedBy: 'desk' });
    await close?.();
  });

  it('leaves nothing behind of what it forgot', async () => {
    const { log, connect, close } = openedLog();
    for (let index = 0; index < 3; index += 1) await log.resolve(await log.record(check), 'duplicate', 'Ada');
    expect(await log.forget(2)).toBe(3);
    const count = (table: string) => connect().prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(['check', 'check_identifier', 'check_decision'].map((table) => count(`dci_client_ibr_${table}`))).toEqual([
      0, 0, 0,
    ]);
    await close?.();
  });
});
