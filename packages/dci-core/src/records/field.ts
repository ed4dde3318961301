import * as v from 'valibot';
import { daysInMonth, parseTimestamp } from '../envelope/timestamp.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { CodeList } from '../registry-type/registry-type.ts';
import type { Field, Shape } from './shape.ts';

const dateSchema = v.pipe(v.string(), v.check(isDate, 'must be a date as YYYY-MM-DD'));
const dateTimeSchema = v.pipe(
  v.string(),
  v.check((text) => parseTimestamp(text) !== undefined, 'must be an RFC 3339 timestamp with a zone'),
);

/**
 * A text.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function text(...aliases: string[]): Field<string> {
  return { kind: 'text', list: false, aliases, schema: v.string() };
}

/**
 * A text whose spellings `normalize` brings together.
 *
 * @param normalize - brings a spelling into ours
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function normalizedText(normalize: (text: string) => string, ...aliases: string[]): Field<string> {
  return { ...text(...aliases), normalize };
}

/**
 * A calendar day, `YYYY-MM-DD`.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function date(...aliases: string[]): Field<string> {
  return { kind: 'date', list: false, aliases, schema: dateSchema };
}

/**
 * A point in time, RFC 3339 with zone.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function dateTime(...aliases: string[]): Field<string> {
  return { kind: 'datetime', list: false, aliases, schema: dateTimeSchema };
}

/**
 * A number.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function decimal(...aliases: string[]): Field<number> {
  return { kind: 'decimal', list: false, aliases, schema: v.pipe(v.number(), v.finite('must be a finite number')) };
}

/**
 * A whole number.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function integer(...aliases: string[]): Field<number> {
  return { kind: 'integer', list: false, aliases, schema: v.pipe(v.number(), v.safeInteger('must be a whole number')) };
}

/**
 * A JSON boolean.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function boolean(...aliases: string[]): Field<boolean> {
  return { kind: 'boolean', list: false, aliases, schema: v.boolean() };
}

/**
 * A code of a list.
 *
 * @param codeList - the codes; labels and aliases of it are read
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function code(codeList: CodeList, ...aliases: string[]): Field<string> {
  const isCode = (text: string): boolean => Object.hasOwn(codeList.entries, text);
  return {
    kind: 'code',
    list: false,
    aliases,
    codeList,
    schema: v.pipe(v.string(), v.check(isCode, `must be a code of ${codeList.name}`)),
  };
}

/**
 * A numbered code of a list, written as a number.
 *
 * @param codeList - codes that are numbers; labels and aliases of it are read
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function numberedCode(codeList: CodeList, ...aliases: string[]): Field<number> {
  const isCode = (value: number): boolean => Object.hasOwn(codeList.entries, String(value));
  return {
    kind: 'integer',
    list: false,
    aliases,
    codeList,
    schema: v.pipe(v.number(), v.check(isCode, `must be a code of ${codeList.name}`)),
  };
}

/**
 * An object of a shape; a function, because shapes may contain themselves.
 *
 * @param shape - gives the shape
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function object<T extends JsonObject>(shape: () => Shape<T>, ...aliases: string[]): Field<T> {
  return { kind: 'object', list: false, aliases, shape, schema: v.lazy(() => shape().schema) };
}

/**
 * An object of a shape that `merge` makes of many, where peers send a list.
 *
 * @param shape - gives the shape
 * @param merge - makes one object of many
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function mergedObject<T extends JsonObject>(
  shape: () => Shape<T>,
  merge: (objects: readonly JsonObject[]) => JsonObject,
  ...aliases: string[]
): Field<T> {
  return { ...object(shape, ...aliases), merge };
}

/**
 * Any JSON value, kept as it is.
 *
 * @param aliases - names that peers use instead, in order of choice
 * @returns the field
 */
export function json(...aliases: string[]): Field<JsonValue> {
  return {
    kind: 'json',
    list: false,
    aliases,
    schema: v.custom<JsonValue>((input) => input !== undefined, 'must be present'),
  };
}

/**
 * A list of what `element` describes; a single value counts as a list of one.
 *
 * @param element - one value; its aliases are the list's
 * @returns the field
 */
export function list<T extends JsonValue>(element: Field<T>): Field<readonly T[]> {
  return { ...element, list: true, schema: v.array(element.schema) };
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return day !== undefined && Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month));
}
