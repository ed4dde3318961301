import type { CodeList, JsonValue } from 'dci-core';

/** A value of a code list of the standard, or what a registry says in words of its own. */
export interface CodedValue {
  /** The standard's code; absent when the registry's word is none of the list (records.md section 1). */
  readonly code?: string;
  /** The standard's label of the code, else the registry's own words. */
  readonly label: string;
}

const longestLabel = 200;

/**
 * @param value - a member of a record after it was read
 * @param list - its code list
 * @returns the value; `undefined` when the member holds nothing that has a name
 */
export function readCodedValue(value: JsonValue | undefined, list: CodeList): CodedValue | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  if (text === '') return undefined;
  const code = list.toCode(text);
  if (code === undefined) return { label: text.slice(0, longestLabel) };
  return { code, label: list.toLabel(code) ?? code };
}

/**
 * @param values - values, some of them the same
 * @returns each once, in order
 */
export function distinctValues(values: readonly CodedValue[]): readonly CodedValue[] {
  const byName = new Map(values.map((value) => [value.code ?? `"${value.label}`, value]));
  return [...byName.values()];
}
