import type { JsonValue } from '../json/value.ts';
import type { Conversion } from './conversion.ts';

/** A table that other tables point into with a foreign key, given as data: Odoo's vocabularies, countries, identifier types. */
export interface LookupTable {
  /** Name of the table, its key column and its value column, for tools that load the entries. */
  readonly table: string;
  readonly key: string;
  readonly value: string;
  /** Pairs of key and value. Several keys may have one value: the first is stored. */
  readonly entries: readonly (readonly [key: string | number, value: string])[];
}

/**
 * A foreign key column: the value of the row that it points to is what the record's value is made of.
 *
 * @param lookup - the table that the column points into
 * @param conversion - translates the lookup table's values
 * @returns the conversion of keys
 */
export function throughLookup(lookup: LookupTable, conversion: Conversion): Conversion {
  const values = new Map<string, JsonValue>();
  const keys = new Map<JsonValue, (string | number)[]>();
  for (const [key, text] of lookup.entries) {
    const value = conversion.read(text);
    if (value === undefined) continue;
    values.set(String(key), value);
    keys.set(value, [...(keys.get(value) ?? []), key]);
  }
  return {
    type: conversion.type,
    ordered: false,
    entries: [...keys].flatMap(([value, sameKeys]) => sameKeys.map((key) => [key, value] as const)),
    read: (key) => values.get(String(key)),
    write: (value) => {
      const [stored] = conversion.write(value);
      const known = stored === undefined ? undefined : conversion.read(stored);
      return (known === undefined ? undefined : keys.get(known)) ?? [];
    },
  };
}
