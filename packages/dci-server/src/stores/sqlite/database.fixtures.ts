import nodeCrypto from 'node:crypto';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { createRandom } from 'dci-core';
import { createSealer, type Sealer } from 'dci-host';
import { temporaryDirectory } from 'dci-host/testing';
import type { OpenedStore } from '../../testing/sender-store-contract.ts';
import { migrations } from './migrations.ts';

/**
 * Makes a store on a database file of its own, with the plug-in's tables.
 *
 * @param create - makes the store on a connection
 * @returns the store; `reopen` makes another on a second connection
 */
export function openedStore<T>(create: (database: Database, sealer: Sealer) => T): OpenedStore<T> {
  const sealer = createSealer(new Uint8Array(32).fill(7), createRandom(nodeCrypto.webcrypto));
  const directory = temporaryDirectory();
  const connections: Database[] = [];
  const connect = (): Database => {
    const database = new SqliteDatabase(join(directory.path, 'state.sqlite'));
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    connections.push(database);
    return database;
  };
  const first = connect();
  for (const { sqlite } of migrations) first.exec(sqlite);
  return {
    store: create(first, sealer),
    reopen: () => create(connect(), sealer),
    close: () => {
      for (const database of connections) database.close();
      directory.remove();
    },
  };
}
