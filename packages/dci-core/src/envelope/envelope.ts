import type * as v from 'valibot';
import { jsonObjectSchema, objectOf, optionalObjectSchema, optionalTextSchema } from './fields.ts';

/**
 * The three parts of every message (OpenAPI v1.0.0; protocol.md section 1). The parts are read one by one after the
 * signature was verified. A callback may come without `message`; `""` and `null` count as no signature.
 */
export const envelopeSchema = objectOf({
  signature: optionalTextSchema,
  header: jsonObjectSchema,
  message: optionalObjectSchema,
});

/** An envelope whose header and message are still as received. */
export type Envelope = v.InferOutput<typeof envelopeSchema>;
