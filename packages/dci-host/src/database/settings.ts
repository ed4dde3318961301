import type { Database } from 'better-sqlite3';

/**
 * Reads a value that the host keeps about itself.
 *
 * @param database - a connection of the migrated state database
 * @param name - name of the value
 * @returns its bytes, or `undefined`
 */
export function readSetting(database: Database, name: string): Uint8Array | undefined {
  return database
    .prepare<[string], { value: Uint8Array }>('SELECT value FROM dci_host_setting WHERE name = ?')
    .get(name)?.value;
}

/**
 * Keeps a value unless there is one already, in one statement, so that two processes agree on the first.
 *
 * @param database - the durable connection
 * @param name - name of the value
 * @param value - its bytes
 * @returns the bytes that are kept now
 */
export function keepSetting(database: Database, name: string, value: Uint8Array): Uint8Array {
  database.prepare('INSERT INTO dci_host_setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(name, value);
  return readSetting(database, name) ?? value;
}
