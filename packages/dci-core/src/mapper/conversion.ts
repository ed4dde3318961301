import type { JsonValue } from '../json/value.ts';
import type { AttributeType } from '../registry-type/define.ts';
import type { RowValue } from './row.ts';

/**
 * Translates the values of one column to values of a record and back. Presets and integrators use the
 * shipped ones (`asText`, `asDate`, `asCode`, …); a new one is an object with these five members.
 */
export interface Conversion {
  /** Type of the value in the record. */
  readonly type: AttributeType;
  /** True when column values sort as the record's values do, so that ranges can be asked of the column itself. */
  readonly ordered: boolean;
  /**
   * Set where only these column values exist, so that a database query can enumerate them: column value →
   * value in the record.
   */
  readonly entries?: readonly (readonly [column: RowValue, record: JsonValue])[];
  /**
   * @param value - a column value that is not null
   * @returns the record's value, or `undefined` when the column value cannot be read
   */
  read(value: RowValue): JsonValue | undefined;
  /**
   * @param value - a value of a record that is not null
   * @returns the column values that read as this value, the one to store first; empty when it cannot be stored
   */
  write(value: JsonValue): readonly RowValue[];
}

const text: Conversion = {
  type: 'string',
  ordered: true,
  read: (value) => {
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
  },
  write: (value) => {
    if (typeof value === 'string') return [value];
    return typeof value === 'number' || typeof value === 'bigint' ? [String(value)] : [];
  },
};

/**
 * A text column. Numbers are read as their decimal text, both in the column and in the record.
 *
 * @returns the conversion
 */
export function asText(): Conversion {
  return text;
}

const integerPattern = /^-?\d{1,40}$/;

function toInteger(value: RowValue | JsonValue): number | bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'bigint' && !(typeof value === 'string' && integerPattern.test(value))) return undefined;
  const exact = BigInt(value);
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}

const integer: Conversion = {
  type: 'integer',
  ordered: true,
  read: toInteger,
  write: (value) => one(toInteger(value)),
};

/**
 * An integer column; decimal text is read too. Values past 2^53 are bigints on both sides.
 *
 * @returns the conversion
 */
export function asInteger(): Conversion {
  return integer;
}

function toDecimal(value: RowValue | JsonValue): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number' && !(typeof value === 'string' && value.trim() !== '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const decimal: Conversion = {
  type: 'decimal',
  ordered: true,
  read: toDecimal,
  write: (value) => one(toDecimal(value)),
};

/**
 * A numeric column (float, numeric); decimal text, which PostgreSQL drivers give for `numeric`, is read too.
 *
 * @returns the conversion
 */
export function asDecimal(): Conversion {
  return decimal;
}

const truths: readonly RowValue[] = [true, 1, 'true', 't', '1', 'yes', 'y'];
const falsehoods: readonly RowValue[] = [false, 0, 'false', 'f', '0', 'no', 'n'];

function toBoolean(value: RowValue | JsonValue): boolean | undefined {
  const plain = typeof value === 'bigint' ? Number(value) : typeof value === 'string' ? value.toLowerCase() : value;
  if (truths.includes(plain as RowValue)) return true;
  return falsehoods.includes(plain as RowValue) ? false : undefined;
}

/**
 * A column that holds a truth value: true and false, 1 and 0, and their usual texts are read (records.md
 * section 1); records get JSON booleans.
 *
 * @param stored - what is stored for false and for true; booleans when absent
 * @returns the conversion
 */
export function asBoolean(
  stored: { readonly false: RowValue; readonly true: RowValue } = { false: false, true: true },
): Conversion {
  return {
    type: 'boolean',
    ordered: false,
    entries: [
      [stored.false, false],
      [stored.true, true],
    ],
    read: (value) => {
      if (value === stored.true) return true;
      return value === stored.false ? false : toBoolean(value);
    },
    write: (value) => {
      const truth = toBoolean(value);
      return truth === undefined ? [] : [truth ? stored.true : stored.false];
    },
  };
}

function one<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
