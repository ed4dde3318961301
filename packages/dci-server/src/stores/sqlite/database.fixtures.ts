import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { temporaryDirectory } from 'dci-host/testing';
import type { OpenedStore } from '../../testing/sender-store-contract.ts';
import { migrations } from './migrations.ts';

/**
 * Makes a store on a database file of its own, with the plug-in's tables.
 *
 * @param create - makes the store on a connection
 * @returns the store; `reopen` makes another on a second connection
 */
export function openedStore<T>(create: (database: Database) => T): OpenedStore<T> {
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
    store: create(first),
    reopen: () => create(connect()),
    close: () => {
      for (const database of connections) database.close();
      directory.remove();
    },
  };
}
