import { DciError } from 'dci-core';
import type { UploadedItem, UploadLayout } from './item-reader.ts';

/** A row of a CSV file of identifiers: read, or refused for itself. */
export type IdentifierRow =
  | { readonly referenceId: string; readonly identifierType: string; readonly value: string }
  | { readonly referenceId: string; readonly error: DciError };

/** The standard's longest reference id. */
const longestReference = 99;

/**
 * @param number - of an item of a file, from 1
 * @returns the reference id of an item that has none
 */
export function rowReference(number: number): string {
  return `row-${number}`;
}

/**
 * Reads rows of identifiers. A reference id that an earlier one of these rows has is refused.
 *
 * @param items - rows of the file
 * @param layout - its columns
 * @param first - number of the first of these rows, from 1
 * @returns the rows
 */
export function readIdentifierRows(
  items: readonly UploadedItem[],
  layout: Extract<UploadLayout, { readonly format: 'csv' }>,
  first: number,
): readonly IdentifierRow[] {
  const seen = new Set<string>();
  return items.map((item, index): IdentifierRow => {
    const row = readRow(item, layout, first + index);
    if (seen.has(row.referenceId)) {
      return {
        referenceId: row.referenceId,
        error: refused('rjct.reference_id.duplicate', 'is that of an earlier row'),
      };
    }
    seen.add(row.referenceId);
    return row;
  });
}

function readRow(
  { fields, fault }: UploadedItem,
  layout: Extract<UploadLayout, { readonly format: 'csv' }>,
  number: number,
): IdentifierRow {
  const own = rowReference(number);
  if (fields === undefined) return { referenceId: own, error: badRow(fault ?? 'the row cannot be read') };
  const field = (index: number | undefined): string => (index === undefined ? '' : (fields[index] ?? '').trim());
  if (fields.length !== layout.width) {
    return {
      referenceId: own,
      error: badRow(`the row has ${fields.length} fields, and the first line ${layout.width}`),
    };
  }
  const given = field(layout.reference);
  if (given.length > longestReference) {
    const error = refused('rjct.reference_id.invalid', `must be a text of 1 to ${longestReference} characters`);
    return { referenceId: own, error };
  }
  const referenceId = given === '' ? own : given;
  const identifierType = field(layout.type);
  const value = field(layout.value);
  if (identifierType === '') return { referenceId, error: badRow('the row has no identifier_type') };
  if (value === '') return { referenceId, error: badRow('the row has no identifier_value') };
  return { referenceId, identifierType, value };
}

function badRow(message: string): DciError {
  return new DciError('rjct.search_criteria.invalid', message);
}

function refused(code: 'rjct.reference_id.duplicate' | 'rjct.reference_id.invalid', what: string): DciError {
  return new DciError(code, `reference_id ${what}`);
}
