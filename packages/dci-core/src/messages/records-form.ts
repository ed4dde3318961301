import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';

/**
 * Reads `reg_records` in every form that the standard's files and peers use: a list, one object (an empty one means
 * none), a list of lists, `null` (dialects.md section 1, table of contradictions).
 *
 * @param value - `reg_records` as received
 * @returns the records, or `undefined` when something in it is no record
 */
export function readRecordsForm(value: JsonValue | undefined): readonly JsonObject[] | undefined {
  if (value === undefined || value === null || value === '') return [];
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? [] : [value];
  if (!Array.isArray(value)) return undefined;
  const records: JsonObject[] = [];
  for (const element of value as readonly JsonValue[]) {
    const inner = readRecordsForm(element);
    if (inner === undefined) return undefined;
    records.push(...inner);
  }
  return records;
}
