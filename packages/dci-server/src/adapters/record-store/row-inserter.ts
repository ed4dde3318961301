import type { Database, Statement } from 'better-sqlite3';
import type { SqlValue } from './index-record.ts';

const rowsPerStatement = 8;

/** Inserts many small rows, several with each statement, which takes half the time of one by one. */
export class RowInserter {
  private readonly several: Statement<SqlValue[]>;
  private readonly one: Statement<SqlValue[]>;

  /**
   * @param database - a connection that may write
   * @param table - name of the table, safe in SQL text
   * @param columns - names of its columns, safe in SQL text
   */
  constructor(database: Database, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    const insert = `INSERT OR IGNORE INTO "${table}" (${columns.join(', ')}) VALUES `;
    this.several = database.prepare(insert + Array.from({ length: rowsPerStatement }, () => row).join(', '));
    this.one = database.prepare(insert + row);
  }

  /**
   * @param rows - values in the order of the columns; rows that are there already are passed over
   * @returns how many were inserted
   */
  insert(rows: readonly (readonly SqlValue[])[]): number {
    let inserted = 0;
    let start = 0;
    for (; start + rowsPerStatement <= rows.length; start += rowsPerStatement) {
      inserted += this.several.run(...rows.slice(start, start + rowsPerStatement).flat()).changes;
    }
    for (const row of rows.slice(start)) inserted += this.one.run(...row).changes;
    return inserted;
  }
}
