import type { Row, RowValue } from 'dci-core';

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly RowValue[];
}

/** What the SQL of two databases differs in. */
export interface SqlDialect {
  /** @returns the placeholder of the value at a position, from 1 */
  placeholder(position: number): string;
  /** Compares two values so that two nulls are equal. */
  readonly same: string;
  /** The opposite of `same`. */
  readonly different: string;
}

export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

const entriesOf = (row: Row): [string, RowValue][] =>
  Object.entries(row).map(([column, value]) => [column, value ?? null]);

/** @returns a statement for the distinct values of a column where others have given values */
export function findStatement(
  sql: SqlDialect,
  table: string,
  column: string,
  conditions: Row,
  limit: number,
): Statement {
  const entries = entriesOf(conditions);
  const where = entries
    .map(([name], index) => `${quoted(name)} ${sql.same} ${sql.placeholder(index + 1)}`)
    .concat(`${quoted(column)} IS NOT NULL`)
    .join(' AND ');
  const most = Number.isSafeInteger(limit) && limit < 1_000_000 ? ` LIMIT ${limit}` : '';
  return {
    text: `SELECT DISTINCT ${quoted(column)} AS found FROM ${quoted(table)} WHERE ${where} ORDER BY found${most}`,
    values: entries.map(([, value]) => value),
  };
}

/** @returns a statement for one column of one row */
export function valueStatement(
  sql: SqlDialect,
  table: string,
  keyColumn: string,
  key: RowValue,
  column: string,
): Statement {
  return {
    text: `SELECT ${quoted(column)} AS found FROM ${quoted(table)} WHERE ${quoted(keyColumn)} = ${sql.placeholder(1)}`,
    values: [key],
  };
}

/** @returns a statement that gives, for each column at position n, its value `b<n>` and whether it differs `d<n>` */
export function compareStatement(
  sql: SqlDialect,
  table: string,
  keyColumn: string,
  key: RowValue,
  wanted: Row,
): Statement {
  const entries = entriesOf(wanted);
  const columns = entries.map(
    ([name], index) =>
      `${quoted(name)} AS b${index}, (${quoted(name)} ${sql.different} ${sql.placeholder(index + 1)}) AS d${index}`,
  );
  return {
    text: `SELECT ${columns.join(', ')} FROM ${quoted(table)} WHERE ${quoted(keyColumn)} = ${sql.placeholder(entries.length + 1)}`,
    values: [...entries.map(([, value]) => value), key],
  };
}

/** @returns a statement that inserts a row and gives its key as `key` */
export function insertStatement(sql: SqlDialect, table: string, keyColumn: string, row: Row): Statement {
  const entries = entriesOf(row);
  const names = entries.map(([name]) => quoted(name)).join(', ');
  const places = entries.map((_entry, index) => sql.placeholder(index + 1)).join(', ');
  const values = entries.length === 0 ? 'DEFAULT VALUES' : `(${names}) VALUES (${places})`;
  return {
    text: `INSERT INTO ${quoted(table)} ${values} RETURNING ${quoted(keyColumn)} AS key`,
    values: entries.map(([, value]) => value),
  };
}

/** @returns a statement that changes columns of one row */
export function updateStatement(sql: SqlDialect, table: string, keyColumn: string, key: RowValue, row: Row): Statement {
  const entries = entriesOf(row);
  const assignments = entries.map(([name], index) => `${quoted(name)} = ${sql.placeholder(index + 1)}`).join(', ');
  return {
    text: `UPDATE ${quoted(table)} SET ${assignments} WHERE ${quoted(keyColumn)} = ${sql.placeholder(entries.length + 1)}`,
    values: [...entries.map(([, value]) => value), key],
  };
}

/** @returns a statement that deletes one row */
export function deleteStatement(sql: SqlDialect, table: string, keyColumn: string, key: RowValue): Statement {
  return { text: `DELETE FROM ${quoted(table)} WHERE ${quoted(keyColumn)} = ${sql.placeholder(1)}`, values: [key] };
}
