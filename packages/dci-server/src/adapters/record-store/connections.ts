import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';

/**
 * Opens the writing connection of a store's file. The file is created for its owner only, since it holds
 * personal data.
 *
 * @param file - path of the SQLite file, or `:memory:`
 * @returns the connection
 */
export function openWriter(file: string): Database {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
  }
  const writer = new SqliteDatabase(file, { timeout: 5000 });
  writer.pragma('journal_mode = WAL');
  writer.pragma('synchronous = NORMAL');
  // 64 MiB: a checkpoint every thousand pages would write the same pages over and over during an import.
  writer.pragma('wal_autocheckpoint = 16384');
  tune(writer);
  return writer;
}

/**
 * Opens the reading connection beside a writing one.
 *
 * @param writer - the writing connection, with all tables in place
 * @returns a read-only connection, or the writing one when the database is in memory
 */
export function openReader(writer: Database): Database {
  if (writer.memory) return writer;
  const reader = new SqliteDatabase(writer.name, { readonly: true, timeout: 5000 });
  tune(reader);
  return reader;
}

function tune(database: Database): void {
  database.pragma('cache_size = -65536');
  database.pragma('temp_store = MEMORY');
}
