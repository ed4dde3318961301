import * as v from 'valibot';
import {
  idSchema,
  objectOf,
  optionalBooleanSchema,
  optionalCountSchema,
  optionalObjectSchema,
  optionalTextSchema,
  textSchema,
} from './fields.ts';
import { parseTimestamp } from './timestamp.ts';

/**
 * Header of a request (OpenAPI v1.0.0, `MsgHeader_V1.0.0`), read leniently: `null` and `""` count as absent,
 * counts may be texts, members that the standard does not know are left out (protocol.md section 1).
 */
export const requestHeaderSchema = objectOf({
  /** Version of the protocol; absent means `1.0.0`. */
  version: optionalTextSchema,
  /** Unique per sender; the replay check stands on it. */
  message_id: idSchema,
  /** RFC 3339 with zone. */
  message_ts: v.pipe(
    textSchema,
    v.check((text) => parseTimestamp(text) !== undefined, 'must be an RFC 3339 timestamp with a zone'),
  ),
  /** What is asked for, in the sender's spelling; see `readAction`. */
  action: textSchema,
  sender_id: textSchema,
  /** Where callbacks go. */
  sender_uri: optionalTextSchema,
  receiver_id: optionalTextSchema,
  /** Number of items in the message. */
  total_count: optionalCountSchema,
  is_msg_encrypted: optionalBooleanSchema,
  meta: optionalObjectSchema,
});

/** Header of a request as it was read. */
export type RequestHeader = v.InferOutput<typeof requestHeaderSchema>;
