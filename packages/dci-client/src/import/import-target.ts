import type { Row, RowValue } from 'dci-core';

/** A key of a row as the database gives it. */
export type RowKey = string | number | bigint;

/** A column that differs from what an import wants to have there. */
export interface ColumnChange {
  readonly before: RowValue | undefined;
  readonly after: RowValue;
}

/** Tables as an import reads and writes them, inside of one transaction. Names are quoted, values are bound. */
export interface ImportRows {
  /**
   * @param table - where to look
   * @param column - whose value is wanted
   * @param values - what the row must have, null included
   * @param limit - rows at most
   * @returns the column's values, without repetitions and nulls
   */
  find(table: string, column: string, values: Row, limit: number): Promise<readonly RowKey[]>;
  /**
   * @param table - the table
   * @param keyColumn - its primary key
   * @param key - of a row
   * @param column - whose value is wanted
   * @returns the value; `undefined` when there is no such row
   */
  value(table: string, keyColumn: string, key: RowKey, column: string): Promise<RowValue | undefined>;
  /**
   * Compares in the database, so that its own rules say what is equal.
   *
   * @param table - the table
   * @param keyColumn - its primary key
   * @param key - of a row
   * @param values - what it should have
   * @returns the columns that differ
   */
  compare(table: string, keyColumn: string, key: RowKey, values: Row): Promise<Readonly<Record<string, ColumnChange>>>;
  /** @returns the key of the new row, as the database made it */
  insert(table: string, keyColumn: string, values: Row): Promise<RowKey>;
  update(table: string, keyColumn: string, key: RowKey, values: Row): Promise<void>;
  delete(table: string, keyColumn: string, key: RowKey): Promise<void>;
  /**
   * Makes two imports of the same registrant, at the same time, come one after the other. Held until the transaction ends.
   *
   * @param name - of what is imported
   */
  lock(name: string): Promise<void>;
  /**
   * Runs work that is undone alone when it fails.
   *
   * @throws what the work threw
   */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * A database into which records are imported. Shipped: `sqliteImportTarget`, `postgresImportTarget`.
 */
export interface ImportTarget {
  /**
   * Runs work in a transaction.
   *
   * @param work - reads and writes
   * @param options - `rollback`: undoes everything at the end, also when the work succeeds
   * @returns what the work returned
   * @throws what the work threw; nothing is changed then
   */
  transaction<T>(work: (rows: ImportRows) => Promise<T>, options?: { readonly rollback?: boolean }): Promise<T>;
}
