import { type AttributeValue, foldText, type SortKey } from 'dci-core';
import type { PagePosition } from '../adapter.ts';
import { cursorMismatch, manyValuedSort } from '../search-error.ts';
import { fromSqlValue, type SqlValue, toSqlValue } from './index-record.ts';
import { operandType, type StoredForm, type TableLayout } from './table-layout.ts';
import { attributeIndex } from './table-schema.ts';

/** One column of an ORDER BY. */
interface OrderColumn {
  readonly sql: string;
  readonly order: 'asc' | 'desc';
  /** False for text behind its folded form: both are there or neither is. */
  readonly mayBeNull: boolean;
}

/** A sort key: its column's form, or the value that all records share. */
type KeySource = { readonly form: StoredForm } | { readonly shared: AttributeValue | null };

/** A sort order, translated. */
export interface SqlOrder {
  /** Columns that the page statement selects behind the key, one per sort key. */
  readonly selected: readonly string[];
  /** Contents of ORDER BY, always with the key as the last term. */
  readonly orderBy: string;
  /** The index that gives the records in the order of the first sort key; absent when there is no sort key. */
  readonly index?: string;
  /**
   * The parts of the result behind a position, in order: each is a range that the index can serve.
   *
   * @param position - where the page before ended
   * @throws DciError `rjct.pagination.invalid` when the position belongs to another sort order
   */
  after(position: PagePosition): readonly SqlRange[];
  /**
   * @param row - a row of the page statement
   * @returns the position of its record
   */
  position(row: readonly SqlValue[]): PagePosition;
}

/** A part of the sorted result. */
export interface SqlRange {
  readonly condition: string;
  readonly parameters: readonly SqlValue[];
  /** ORDER BY within the range. */
  readonly orderBy: string;
}

/**
 * Translates sort keys.
 *
 * @param sort - bound sort keys
 * @param layout - the tables of the record type that they are bound to
 * @returns the order
 * @throws DciError `rjct.sort.invalid` when an attribute can have several values
 */
export function sortToSql(sort: readonly SortKey[], layout: TableLayout): SqlOrder {
  const columns: OrderColumn[] = [];
  const selected: string[] = [];
  const keys: KeySource[] = [];
  let index: string | undefined;
  for (const { attribute, order } of sort) {
    const stored = layout.attributes.get(attribute);
    if (stored?.kind === 'rows') {
      throw manyValuedSort();
    }
    if (stored?.kind !== 'column') {
      keys.push({ shared: stored?.value ?? null });
      continue;
    }
    const { column, folded, form } = stored;
    if (folded !== undefined) columns.push({ sql: `r."${folded}"`, order, mayBeNull: true });
    columns.push({ sql: `r."${column}"`, order, mayBeNull: folded === undefined });
    selected.push(`r."${column}"`);
    keys.push({ form });
    index ??= attributeIndex(layout, column);
  }
  return {
    selected,
    orderBy: orderTerms(columns),
    ...(index === undefined ? {} : { index }),
    after: (position) => rangesAfter(columns, columnValues(position, keys), Number(position.key)),
    position: (row) => {
      let next = 1;
      const values = keys.map((key) => ('shared' in key ? key.shared : fromSqlValue(row[next++] ?? null, key.form)));
      return { values, key: Number(row[0]) };
    },
  };
}

/** NULLS LAST is written only where it is needed: SQLite leaves an index aside when it cannot see why. */
function orderTerms(columns: readonly OrderColumn[]): string {
  const terms = columns.map(({ sql, order, mayBeNull }) => {
    const nulls = mayBeNull && order === 'asc' ? ' NULLS LAST' : '';
    return `${sql} ${order === 'asc' ? 'ASC' : 'DESC'}${nulls}`;
  });
  return [...terms, 'r.key ASC'].join(', ');
}

/** Spreads a position over the order columns. */
function columnValues(position: PagePosition, keys: readonly KeySource[]): readonly SqlValue[] {
  const { values, key } = position;
  if (values.length !== keys.length || !Number.isSafeInteger(key)) throw cursorMismatch();
  const spread: SqlValue[] = [];
  for (const [index, source] of keys.entries()) {
    if ('shared' in source) continue;
    const value = values[index] ?? null;
    if (value !== null && typeof value !== operandType[source.form]) throw cursorMismatch();
    if (source.form === 'text') spread.push(value === null ? null : foldText(String(value)));
    spread.push(value === null ? null : toSqlValue(value));
  }
  return spread;
}

/**
 * What comes behind (v1, v2, key) is: (v1, v2, a greater key), then (v1, a greater v2), then (a greater v1),
 * where nothing is greater than NULL, and NULL is greater than every value in either direction.
 */
function rangesAfter(columns: readonly OrderColumn[], values: readonly SqlValue[], key: number): readonly SqlRange[] {
  const equal = columns.map(({ sql }, index) => (values[index] === null ? `${sql} IS NULL` : `${sql} = ?`));
  const range = (fixed: number, last: string, lastValues: readonly SqlValue[], orderBy: string): SqlRange => ({
    condition: [...equal.slice(0, fixed), last].join(' AND '),
    parameters: [...values.slice(0, fixed).filter((value) => value !== null), ...lastValues],
    orderBy,
  });
  const ranges = [range(columns.length, 'r.key > ?', [key], 'r.key ASC')];
  for (let index = columns.length - 1; index >= 0; index -= 1) {
    const column = columns[index];
    const value = values[index] ?? null;
    if (column === undefined || value === null) continue;
    const greater = `${column.sql} ${column.order === 'asc' ? '>' : '<'} ?`;
    ranges.push(range(index, greater, [value], orderTerms(columns.slice(index))));
    if (column.mayBeNull) {
      ranges.push(range(index, `${column.sql} IS NULL`, [], orderTerms(columns.slice(index + 1))));
    }
  }
  return ranges;
}
