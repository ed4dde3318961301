/** A value of a column, as database drivers and Odoo's RPC give it. */
export type RowValue = string | number | bigint | boolean | null | Date;

/** One row: column name → value. A column that is missing counts as null. */
export type Row = Readonly<Record<string, RowValue | undefined>>;

/**
 * The rows that make up one record: one row of the root table and, by relation name, the rows of the
 * related tables, in the order in which they appear in the record.
 */
export interface RowSet {
  readonly root: Row;
  /** Relation name of the mapping → its rows. A relation that was not fetched is left out. */
  readonly children: Readonly<Record<string, readonly Row[]>>;
}
