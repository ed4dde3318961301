import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { Migration, StateDatabase } from 'dci-host';
import { temporaryDirectory } from 'dci-host/testing';

/** A migrated state database in a directory of its own. */
export interface StateDirectory {
  /** Of the file. */
  readonly path: string;
  /** Opens a connection as `dci-host` does. */
  connect(): Database;
  /** The state on a new connection, as another process would open it. */
  open(): StateDatabase;
  /** @returns whether a text stands anywhere in what is stored */
  holds(text: string): boolean;
  close(): void;
}

/** @param migrations - of the tables that the tests need */
export function stateDirectory(migrations: readonly Migration[]): StateDirectory {
  const directory = temporaryDirectory();
  const path = join(directory.path, 'state.sqlite');
  const connections: Database[] = [];
  const connect = (): Database => {
    const database = connectAsHost(path);
    connections.push(database);
    return database;
  };
  const first = connect();
  for (const { sqlite } of migrations) first.exec(sqlite);
  return {
    path,
    connect,
    open: () => {
      const durable = connect();
      const commit: StateDatabase['commit'] = async (work) => durable.transaction(work).immediate();
      return { kind: 'sqlite', durable, relaxed: durable, commit };
    },
    holds: (text) =>
      readdirSync(directory.path).some((file) => readFileSync(join(directory.path, file)).includes(text)),
    close: () => {
      for (const database of connections) database.close();
      directory.remove();
    },
  };
}

/** The pragmas of `dci-host`. */
function connectAsHost(path: string): Database {
  const database = new SqliteDatabase(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}
