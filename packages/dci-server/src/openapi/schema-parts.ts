import type { JsonValue } from 'dci-core';
import type { JsonSchema, OpenApiContent, OpenApiReference } from 'dci-host';

/** What the `v.custom` schemas of messages and records accept, by their messages. */
export const customMeanings: Readonly<Record<string, JsonSchema>> = {
  'must be an object': { type: ['object', 'null'] },
  'must be a whole number, at least 0': { type: ['integer', 'string', 'null'], minimum: 0, pattern: '^\\d{1,15}$' },
  'must be a whole number, at least 1': { type: ['integer', 'string', 'null'], minimum: 1, pattern: '^\\d{1,15}$' },
  'must be text': { type: ['string', 'object', 'null'] },
};

/** A text. */
export const text: JsonSchema = { type: 'string' };

/** An id of a message, transaction or item. */
export const id: JsonSchema = { type: 'string', minLength: 1, maxLength: 99 };

/** RFC 3339. */
export const timestamp: JsonSchema = { type: 'string', format: 'date-time' };

/** Status of a message or item. */
export const status: JsonSchema = {
  enum: ['rcvd', 'pdng', 'succ', 'rjct'],
  description: 'Received, pending, succeeded, rejected.',
};

/**
 * Describes an object.
 *
 * @param properties - member name → schema
 * @param required - the members that are always there
 * @returns the schema
 */
export function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', ...(required.length === 0 ? {} : { required }), properties };
}

/**
 * Describes a list.
 *
 * @param items - schema of its elements
 * @returns the schema
 */
export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/**
 * Names a schema under `components.schemas`.
 *
 * @param name - its name there
 * @returns the reference, also as a schema
 */
export function referenceTo(name: string): JsonSchema & OpenApiReference {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * Describes a JSON body.
 *
 * @param schema - its schema
 * @returns content by media type
 */
export function jsonContent(schema: JsonSchema): OpenApiContent {
  return { 'application/json': { schema } };
}

/**
 * Adds members to the description of an object.
 *
 * @param schema - of an object
 * @param properties - further members, or other descriptions of those that it has
 * @param required - further members that must be there
 * @returns the schema
 */
export function extended(
  schema: JsonSchema,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  const known = schema.properties;
  const names: readonly JsonValue[] = Array.isArray(schema.required) ? schema.required : [];
  const all = [...names, ...required];
  return {
    ...schema,
    properties: { ...(typeof known === 'object' && known !== null ? known : {}), ...properties },
    ...(all.length === 0 ? {} : { required: all }),
  };
}
