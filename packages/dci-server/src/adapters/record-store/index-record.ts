import { type AttributeValue, attributeValues, foldText, identifiersOf, type JsonObject } from 'dci-core';
import type { StoredForm, TableLayout } from './table-layout.ts';

/**
 * Version of the extraction: what `attributeValues`, `identifiersOf` and `foldText` of dci-core make of a
 * record. Raise it when one of them changes its results; every store is then indexed again when it is opened.
 */
export const extractionVersion = 1;

/** A value that SQLite stores. */
export type SqlValue = string | number | null;

/** A row of the value table, without the record's key. */
export interface ValueRow {
  readonly attribute: number;
  /** Empty for what is not text. */
  readonly folded: string;
  readonly value: string | number;
}

/** A row of the identifier table, without the record's key. */
export interface IdentifierRow {
  readonly type: string;
  readonly value: string;
  readonly path: number;
}

/** What the derived tables hold of one record. */
export interface RecordIndex {
  /** Values of the attribute columns of the record table, in their order. */
  readonly columns: readonly SqlValue[];
  readonly values: readonly ValueRow[];
  readonly identifiers: readonly IdentifierRow[];
}

/**
 * Reads what a record is searched by.
 *
 * @param record - a record in the registry's spelling
 * @param layout - the tables of its record type
 * @returns the contents of its rows
 */
export function indexRecord(record: JsonObject, layout: TableLayout): RecordIndex {
  const columns: SqlValue[] = [];
  const values: ValueRow[] = [];
  for (const stored of layout.attributes.values()) {
    if (stored.kind === 'constant') continue;
    const found = attributeValues(record, stored.definition);
    if (stored.kind === 'rows') {
      for (const value of found) {
        const folded = stored.form === 'text' ? foldText(String(value)) : '';
        values.push({ attribute: stored.number, folded, value: toSqlValue(value) });
      }
      continue;
    }
    const [first] = found;
    columns.push(first === undefined ? null : toSqlValue(first));
    if (stored.folded !== undefined) columns.push(first === undefined ? null : foldText(String(first)));
  }
  const identifiers = Array.from(layout.identifierPaths).flatMap(([path, number]) =>
    identifiersOf(record, path, layout.registryType).map(
      ({ identifierType, value }): IdentifierRow => ({ type: identifierType, value, path: number }),
    ),
  );
  return { columns, values, identifiers };
}

/**
 * @param value - a normalised value of an attribute
 * @returns what stands for it in SQL
 */
export function toSqlValue(value: AttributeValue): string | number {
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * @param value - what a column holds
 * @param form - the form of its attribute
 * @returns the attribute value that it stands for
 */
export function fromSqlValue(value: SqlValue, form: StoredForm): AttributeValue | null {
  return form === 'boolean' && value !== null ? value !== 0 : value;
}
