import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from 'dci-host';

/**
 * Everything that the client side has stored, row by row.
 *
 * @param database - of the host
 * @returns the rows as text; equal texts mean that nothing was accepted
 */
export function storedRows({ relaxed }: HostContext['database']): string {
  const tables = relaxed
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE 'dci_client%' OR name = 'dci_host_outbox')",
    )
    .pluck()
    .all() as readonly string[];
  if (tables.length < 7) throw new Error('tables are missing');
  const rows = tables.toSorted().map((table) => [table, relaxed.prepare(`SELECT * FROM ${table}`).all()]);
  return JSON.stringify(rows, (_name, value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64') : value));
}

/**
 * Looks for texts in every file of a data directory, as they stand there.
 *
 * @param directory - the data directory
 * @param texts - what must not be found
 * @returns `file: text` for each that was
 */
export function foundInFiles(directory: string, texts: readonly string[]): readonly string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  if (!files.some(({ name }) => name.startsWith('state.sqlite'))) throw new Error('there is no state');
  return files.flatMap((file) => {
    const bytes = readFileSync(join(file.parentPath, file.name));
    return texts.filter((text) => bytes.includes(text)).map((text) => `${file.name}: ${text}`);
  });
}
