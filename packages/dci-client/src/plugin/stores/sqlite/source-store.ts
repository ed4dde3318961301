import type { Clock } from 'dci-core';
import type { Migration, StateDatabase } from 'dci-host';
import type { DataSourceSettings } from '../../../data-source-settings.ts';
import type { SourceStore, StoredSource } from '../../sources/source-store.ts';

/** Table of data sources; follows those of the callback side. */
export const sourceMigrations: readonly Migration[] = [
  {
    id: 'dci-client/0004-sources',
    sqlite: `
      CREATE TABLE dci_client_source (
        code TEXT PRIMARY KEY,
        -- NULL: the settings are those of the configuration
        settings TEXT,
        is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
        changed_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

interface SourceRow {
  readonly code: string;
  readonly settings: string | null;
  readonly is_disabled: 0 | 1;
  readonly changed_at: number;
}

/** What {@link createSqliteSourceStore} works with. */
export interface SourceStoreOptions {
  readonly database: StateDatabase;
  readonly clock: Clock;
}

/**
 * The data sources in a SQLite state database.
 *
 * @param options - database and clock
 * @returns the store
 */
export function createSqliteSourceStore({ database, clock }: SourceStoreOptions): SourceStore {
  const { durable, commit } = database;
  const all = durable.prepare<[], SourceRow>('SELECT * FROM dci_client_source ORDER BY code');
  const one = durable.prepare<[string], SourceRow>('SELECT * FROM dci_client_source WHERE code = ?');
  const save = durable.prepare<[string, string, number]>(
    `INSERT INTO dci_client_source (code, settings, is_disabled, changed_at) VALUES (?, ?, 0, ?)
     ON CONFLICT (code) DO UPDATE SET settings = excluded.settings, changed_at = excluded.changed_at`,
  );
  const setDisabled = durable.prepare<[string, number, number]>(
    `INSERT INTO dci_client_source (code, is_disabled, changed_at) VALUES (?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET is_disabled = excluded.is_disabled, changed_at = excluded.changed_at`,
  );
  const remove = durable.prepare<[string]>('DELETE FROM dci_client_source WHERE code = ? AND settings IS NOT NULL');

  return {
    list: () => all.all().map(readRow),
    find: (code) => {
      const row = one.get(code);
      return row === undefined ? undefined : readRow(row);
    },
    save: async (settings) => {
      await commit(() => save.run(settings.code, JSON.stringify(settings), clock.now()));
    },
    setDisabled: async (code, disabled) => {
      await commit(() => setDisabled.run(code, disabled ? 1 : 0, clock.now()));
    },
    remove: async (code) => (await commit(() => remove.run(code))).changes > 0,
  };
}

function readRow({ code, settings, is_disabled, changed_at }: SourceRow): StoredSource {
  return {
    code,
    ...(settings !== null && { settings: JSON.parse(settings) as DataSourceSettings }),
    disabled: is_disabled === 1,
    changedAt: changed_at,
  };
}
