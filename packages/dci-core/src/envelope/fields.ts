import * as v from 'valibot';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';

/** Longest identifier of a message, transaction, item or subscription (OpenAPI v1.0.0, `maxLength` of the ids). */
export const maxIdLength = 99;

/** Any JSON value; the input of every schema here was read by `readJson` already. */
export const jsonValueSchema = v.custom<JsonValue>((input) => input !== undefined, 'must be present');

/** Any JSON object. */
export const jsonObjectSchema = v.custom<JsonObject>(
  (input) => isJsonObject(input as JsonValue | undefined),
  'must be an object',
);

/**
 * An object with these members; others are left out. Unlike `v.object`, it refuses lists.
 *
 * @param entries - member name → schema
 * @returns the schema
 */
export function objectOf<const E extends v.ObjectEntries>(entries: E) {
  return v.pipe(
    v.unknown(),
    v.check((input) => isJsonObject(input as JsonValue | undefined), 'must be an object'),
    v.object(entries),
  );
}

/** A non-empty text. */
export const textSchema = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** An id: a non-empty text of at most {@link maxIdLength} characters. */
export const idSchema = v.pipe(textSchema, v.maxLength(maxIdLength, `must not exceed ${maxIdLength} characters`));

/** A text that peers send as `null` or `""` when there is none (protocol.md section 1). */
export const optionalTextSchema = v.optional(
  v.pipe(
    v.nullable(v.string()),
    v.transform((text) => (text === null || text === '' ? undefined : text)),
  ),
);

/** An id that may be absent, `null` or `""`. */
export const optionalIdSchema = v.optional(
  v.pipe(
    v.nullable(v.pipe(v.string(), v.maxLength(maxIdLength, `must not exceed ${maxIdLength} characters`))),
    v.transform((text) => (text === null || text === '' ? undefined : text)),
  ),
);

/** A whole number >= 0, also as decimal digits in a text; `null` and `""` mean absent. */
export const optionalCountSchema = v.optional(
  v.pipe(
    v.custom<JsonValue>(isCountOrAbsent, 'must be a whole number, at least 0'),
    v.transform((value) => (value === null || value === '' ? undefined : Number(value))),
  ),
);

/** A boolean; `null` means absent. */
export const optionalBooleanSchema = v.optional(
  v.pipe(
    v.nullable(v.boolean()),
    v.transform((value) => value ?? undefined),
  ),
);

/** An object; `null` and `""` mean absent. */
export const optionalObjectSchema = v.optional(
  v.pipe(
    v.custom<JsonObject | null | ''>(
      (input) => input === null || input === '' || isJsonObject(input as JsonValue | undefined),
      'must be an object',
    ),
    v.transform((value) => (value === null || value === '' ? undefined : value)),
  ),
);

/** Any JSON value; `null` means absent. */
export const optionalJsonSchema = v.optional(
  v.pipe(
    jsonValueSchema,
    v.transform((value) => value ?? undefined),
  ),
);

function isCountOrAbsent(input: unknown): boolean {
  if (input === null || input === '') return true;
  if (typeof input === 'string') return /^\d{1,15}$/.test(input);
  return typeof input === 'number' && Number.isSafeInteger(input) && input >= 0;
}
