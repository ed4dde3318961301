import * as nodeCrypto from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { createNodeCryptoProvider, createRandom } from 'dci-core';
import { createSealer, type StateDatabase } from 'dci-host';
import { manualClock, temporaryDirectory } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
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
  const directory = temporaryDirectory();
  const connections: Database[] = [];
  const sealer = createSealer(new Uint8Array(32).fill(7), random);
  const clock = manualClock(0);
  const connect = (): Database => {
    const database = new SqliteDatabase(join(directory.path, 'state.sqlite'));
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    connections.push(database);
    return database;
  };
  for (const { sqlite } of migrations) connect().exec(sqlite);
  const reopen = (): DuplicationCheckLog => {
    const durable = connect();
    const commit: StateDatabase['commit'] = async (work) => durable.transaction(work).immediate();
    const database: StateDatabase = { kind: 'sqlite', durable, relaxed: durable, commit };
    return createSqliteCheckLog({ database, sealer, random, crypto, clock });
  };
  return {
    log: reopen(),
    reopen,
    connect,
    setTime: (now) => clock.set(now),
    holds: (text) =>
      readdirSync(directory.path).some((file) => readFileSync(join(directory.path, file)).includes(text)),
    close: () => {
      for (const database of connections) database.close();
      directory.remove();
    },
  };
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
