import type * as v from 'valibot';
import { optionalRequestStatusSchema } from '../codes/status.ts';
import {
  objectOf,
  optionalBooleanSchema,
  optionalCountSchema,
  optionalObjectSchema,
  optionalTextSchema,
} from './fields.ts';

/**
 * Header of a callback or a synchronous reply (OpenAPI v1.0.0, `MsgCallbackHeader_V1.0.0`), read leniently:
 * peers leave any member out or send it as `null` or `""`. What this project writes is a `ReplyHeader`.
 */
export const callbackHeaderSchema = objectOf({
  version: optionalTextSchema,
  message_id: optionalTextSchema,
  message_ts: optionalTextSchema,
  action: optionalTextSchema,
  status: optionalRequestStatusSchema,
  /** As sent; peers use codes outside the standard's list. */
  status_reason_code: optionalTextSchema,
  status_reason_message: optionalTextSchema,
  /** Number of items that belong to the transaction. */
  total_count: optionalCountSchema,
  /** Number of those that are done. */
  completed_count: optionalCountSchema,
  sender_id: optionalTextSchema,
  receiver_id: optionalTextSchema,
  is_msg_encrypted: optionalBooleanSchema,
  meta: optionalObjectSchema,
});

/** Header of a callback or a synchronous reply as it was read. */
export type CallbackHeader = v.InferOutput<typeof callbackHeaderSchema>;
