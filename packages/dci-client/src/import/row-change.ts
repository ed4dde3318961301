import type { Row } from 'dci-core';
import type { ColumnChange, ImportRows, RowKey } from './import-target.ts';

/** One change of one row. It holds personal data: show it, and log none of it. */
export interface RowChange {
  readonly table: string;
  readonly kind: 'insert' | 'update' | 'delete';
  /** Primary key of the row; of an inserted one, as the database made it. */
  readonly key: RowKey;
  /** Of an inserted row all that are not null; of an updated one those that change; of a deleted one none. */
  readonly columns: Readonly<Record<string, ColumnChange>>;
}

/**
 * Writes through to tables and keeps what it changes.
 *
 * @param rows - the tables
 * @returns the same tables with fewer ways to write, and the changes so far
 */
export function recordingRows(rows: ImportRows): {
  readonly changes: RowChange[];
  insert(table: string, keyColumn: string, values: Row): Promise<RowKey>;
  bring(table: string, keyColumn: string, key: RowKey, values: Row): Promise<void>;
  delete(table: string, keyColumn: string, key: RowKey): Promise<void>;
} {
  const changes: RowChange[] = [];
  return {
    changes,
    async insert(table, keyColumn, values) {
      const key = await rows.insert(table, keyColumn, values);
      const columns = Object.fromEntries(
        Object.entries(values).flatMap(([column, after]) =>
          after === null || after === undefined ? [] : [[column, { before: undefined, after }]],
        ),
      );
      changes.push({ table, kind: 'insert', key, columns });
      return key;
    },
    async bring(table, keyColumn, key, values) {
      if (Object.keys(values).length === 0) return;
      const columns = await rows.compare(table, keyColumn, key, values);
      const differing = Object.fromEntries(Object.entries(columns).map(([column, { after }]) => [column, after]));
      if (Object.keys(differing).length === 0) return;
      await rows.update(table, keyColumn, key, differing);
      changes.push({ table, kind: 'update', key, columns });
    },
    async delete(table, keyColumn, key) {
      await rows.delete(table, keyColumn, key);
      changes.push({ table, kind: 'delete', key, columns: {} });
    },
  };
}
