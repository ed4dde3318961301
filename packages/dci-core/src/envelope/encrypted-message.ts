import * as v from 'valibot';
import { objectOf, optionalTextSchema, textSchema } from './fields.ts';

/**
 * An encrypted message: a flattened JWE (OpenAPI v1.0.0, `EncryptedMessage`; protocol.md section 11). Both forms are
 * read: with the standard's unprotected `header`, and with a `protected` header that is covered by the tag.
 */
export const encryptedMessageSchema = objectOf({
  header: v.optional(objectOf({ alg: optionalTextSchema, enc: optionalTextSchema, kid: optionalTextSchema })),
  /** Protected header, base64url. */
  protected: optionalTextSchema,
  ciphertext: textSchema,
  encrypted_key: optionalTextSchema,
  tag: textSchema,
  iv: textSchema,
});

/** A flattened JWE as it was read. */
export type EncryptedMessage = v.InferOutput<typeof encryptedMessageSchema>;
