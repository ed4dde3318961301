import type { JsonValue } from '../json/value.ts';
import type { AttributeDefinition } from '../registry-type/registry-type.ts';
import { readDate } from './date-value.ts';
import type { AttributeValue } from './filter.ts';

const numberText = /^[+-]?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * Brings a value into the form in which an attribute's values are compared. Records and queries go
 * through this one function, so the leniency is the same on both sides:
 *
 * - `string`: text in NFC; whole numbers as their digits. Empty text is no value.
 * - `code`: as `string`, then through the code list; a code that the list does not know stays as it is.
 * - `date`: the calendar day as written, also of a date-time (its zone does not move a birth date).
 * - `datetime`: the instant in UTC; a date alone is its midnight, a missing zone is UTC.
 * - `integer`: whole numbers up to 2^53 and their text; `decimal`: any number and its text.
 * - `boolean`: JSON booleans, `"true"` and `"false"` in any case, 1 and 0 as number or text.
 *
 * @param value - the JSON value, from a record or a query
 * @param attribute - the attribute that it belongs to
 * @returns the normalised value, or `undefined` when it is none of this type
 */
export function toAttributeValue(
  value: JsonValue | undefined,
  attribute: Pick<AttributeDefinition, 'type' | 'codeList'>,
): AttributeValue | undefined {
  switch (attribute.type) {
    case 'string':
      return toText(value);
    case 'code': {
      const text = toText(value);
      return text === undefined ? undefined : (attribute.codeList?.toCode(text) ?? text);
    }
    case 'date':
      return typeof value === 'string' ? readDate(value)?.day : undefined;
    case 'datetime':
      return typeof value === 'string' ? readDate(value)?.instant : undefined;
    case 'integer': {
      const number = toNumber(value);
      return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
    }
    case 'decimal':
      return toNumber(value);
    case 'boolean':
      return toBoolean(value);
  }
}

/**
 * Reads text, or a whole number as its digits.
 *
 * @param value - any JSON value
 * @returns the text in NFC, or `undefined` when it is empty or of another type
 */
export function toText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)))
    return BigInt(value).toString();
  return typeof value === 'string' && value !== '' ? value.normalize('NFC') : undefined;
}

/**
 * Reads a number, or the text of one.
 *
 * @param value - any JSON value
 * @returns the nearest double, never `-0`, or `undefined` when the value is no finite number
 */
export function toNumber(value: JsonValue | undefined): number | undefined {
  let number: number;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'bigint') number = Number(value);
  else if (typeof value === 'string' && numberText.test(value)) number = Number(value);
  else return undefined;
  return Number.isFinite(number) ? number + 0 : undefined;
}

function toBoolean(value: JsonValue | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 1n || value === '1') return true;
  if (value === 0 || value === 0n || value === '0') return false;
  if (typeof value !== 'string' || value.length > 5) return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
