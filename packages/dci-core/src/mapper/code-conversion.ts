import type { JsonValue } from '../json/value.ts';
import type { CodeList } from '../registry-type/define.ts';
import type { Conversion } from './conversion.ts';
import type { RowValue } from './row.ts';

/** How a column's codes become the standard's. At least one of `local` and `codeList` is given. */
export interface CodeConversionOptions {
  /** Pairs of column value and code of the record. Several column values may mean one code: the first is stored. */
  readonly local?: readonly (readonly [column: string | number | boolean, code: string])[];
  /** Reads every spelling of a code on both sides. Without `local`, codes are stored, and queries look for codes and labels. */
  readonly codeList?: CodeList;
  /** What happens to a value that neither knows: left out with a warning (default), or kept as it is. */
  readonly unknown?: 'omit' | 'keep';
}

/**
 * A column of codes, translated both ways by a table, a code list, or first the one and then the other.
 *
 * @param options - the tables
 * @returns the conversion
 */
export function asCode(options: CodeConversionOptions): Conversion {
  const { local = [], codeList, unknown = 'omit' } = options;
  const codes = new Map(local.map(([, code]) => [fold(code), code]));
  const byColumn = new Map(local.map(([column, code]) => [fold(column), code]));

  const entries: [RowValue, JsonValue][] = local.map(([column, code]) => [column, code]);
  for (const code of Object.keys(codeList?.entries ?? {})) {
    for (const spelling of [code, codeList?.toLabel(code)]) {
      if (spelling !== undefined && !byColumn.has(fold(spelling))) entries.push([spelling, code]);
    }
  }

  const toCode = (value: JsonValue): string | undefined => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    const known = codes.get(fold(value)) ?? codeList?.toCode(String(value));
    return known ?? (unknown === 'keep' ? String(value) : undefined);
  };

  return {
    type: 'code',
    ordered: false,
    entries,
    read: (value) => {
      if (value === null || value instanceof Date) return undefined;
      const code = byColumn.get(fold(value)) ?? codeList?.toCode(String(value));
      return code ?? (unknown === 'keep' ? String(value) : undefined);
    },
    write: (value) => {
      const code = toCode(value);
      if (code === undefined) return [];
      const stored = entries.filter(([, entryCode]) => entryCode === code).map(([column]) => column);
      return stored.length === 0 && unknown === 'keep' ? [code] : stored;
    },
  };
}

function fold(value: string | number | bigint | boolean): string {
  return String(value).toLowerCase();
}
