import { type AttributeValue, attributeValues, foldText, identifiersOf, type JsonObject } from 'dci-core';
import type { StoredForm, TableLayout } from './table-layout.ts';

/**
 * Version of the extraction: what `attributeValues`, `identifiersOf` and `foldText` of dci-core make of a
 * record. Raise it when one of them changes its results; every store is then indexed again when it is opened.
 */
export const extractionVersion = 1;

/** A value that SQLite stores. */
export type SqlValue = string | number | null;

/** What the derived tables hold of one record. */
export interface RecordIndex {
  /** Values of the record table's columns, in their order, without the key. */
  readonly columns: readonly SqlValue[];
  readonly values: readonly { readonly attribute: number; readonly folded: SqlValue; readonly value: SqlValue }[];
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly path: number }[];
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
  const values: { attribute: number; folded: SqlValue; value: SqlValue }[] = [];
  for (const stored of layout.attributes.values()) {
    if (stored.kind === 'constant') continue;
    const found = attributeValues(record, stored.definition);
    if (stored.kind === 'rows') {
      for (const value of found) {
        values.push({
          attribute: stored.number,
          folded: toFoldedValue(value, stored.form),
          value: toSqlValue(value),
        });
      }
      continue;
    }
    const [first] = found;
    columns.push(first === undefined ? null : toSqlValue(first));
    if (stored.folded !== undefined) columns.push(first === undefined ? null : toFoldedValue(first, stored.form));
  }
  return { columns, values, identifiers: identifierRows(record, layout) };
}

function identifierRows(record: JsonObject, layout: TableLayout): RecordIndex['identifiers'] {
  const rows: { type: string; value: string; path: number }[] = [];
  for (const [path, number] of layout.identifierPaths) {
    for (const { identifierType, value } of identifiersOf(record, path, layout.registryType)) {
      rows.push({ type: identifierType, value, path: number });
    }
  }
  return rows;
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

function toFoldedValue(value: AttributeValue, form: StoredForm): SqlValue {
  return form === 'text' ? foldText(String(value)) : null;
}
