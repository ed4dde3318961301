import type * as v from 'valibot';
import { readIdentifierType } from '../codes/identifier-type.ts';
import { normalizedText, text } from './field.ts';
import { defineShape } from './shape.ts';

/** An identifier (records.md section 2). OpenCRVS 2024 calls the members `name` and `identifier`; some send only the value. */
export const identifierShape = defineShape(
  'Identifier',
  {
    identifier_type: normalizedText(readIdentifierType, 'id_type', 'type', 'name'),
    identifier_value: text('id_value', 'value', 'identifier'),
  },
  {
    fromText: { read: (value) => ({ identifier_value: value }), warning: 'an identifier came without its type' },
  },
);

/** Schema of an {@link Identifier} as this project writes it. */
export const identifierSchema = identifierShape.schema;

/** A number or text that identifies a person, a group or a vital event. */
export type Identifier = v.InferOutput<typeof identifierSchema>;
