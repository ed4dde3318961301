import * as v from 'valibot';
import { idSchema, jsonValueSchema, objectOf, optionalTextSchema } from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';
import { readRecordsForm } from './records-form.ts';

/** One event as this project writes it: one record each, because the standard allows no list here. */
export interface NotifyEvent extends JsonObject {
  /** A receipt names the event by it. */
  readonly reference_id: string;
  readonly timestamp: string;
  readonly data: {
    readonly version: string;
    readonly reg_type: string;
    readonly reg_event_type: string;
    readonly reg_record_type: string;
    readonly reg_records: JsonObject;
  };
  readonly locale?: string;
}

/** The message of a notification as this project writes it (OpenAPI v1.0.0, `NotifyEventRequest`). */
export interface NotifyRequest extends JsonObject {
  readonly transaction_id: string;
  readonly notify_event: readonly NotifyEvent[];
}

const dataSchema = objectOf({
  version: optionalTextSchema,
  reg_type: optionalTextSchema,
  reg_event_type: optionalTextSchema,
  reg_record_type: optionalTextSchema,
  reg_records: v.optional(jsonValueSchema),
});

const eventSchema = v.pipe(
  objectOf({
    reference_id: optionalTextSchema,
    timestamp: optionalTextSchema,
    data: v.nullish(dataSchema),
    locale: optionalTextSchema,
    // OpenSPP's form
    event_id: optionalTextSchema,
    event_ts: optionalTextSchema,
    event_date: optionalTextSchema,
    event_type: optionalTextSchema,
    reg_type: optionalTextSchema,
    event_data: v.optional(jsonValueSchema),
    person: v.optional(jsonValueSchema),
  }),
  v.check(
    ({ data, event_data, person }) => readRecordsForm(data?.reg_records ?? event_data ?? person) !== undefined,
    'must hold records as a list or as an object',
  ),
  v.transform(({ reference_id, timestamp, data, locale, ...openspp }) => ({
    reference_id: reference_id ?? openspp.event_id,
    timestamp: timestamp ?? openspp.event_ts ?? openspp.event_date,
    locale,
    data: {
      version: data?.version,
      reg_type: data?.reg_type ?? openspp.reg_type,
      reg_event_type: data?.reg_event_type ?? openspp.event_type,
      reg_record_type: data?.reg_record_type,
      reg_records: readRecordsForm(data?.reg_records ?? openspp.event_data ?? openspp.person) ?? [],
    },
  })),
);

/**
 * A notification as peers send it: the standard's, with records as object or list, and OpenSPP's
 * (`event_id`, `event_ts`, `event_type`, `event_data`, with `subscription_code` on the message).
 */
export const notifyRequestSchema = objectOf({
  transaction_id: v.optional(idSchema),
  subscription_code: optionalTextSchema,
  notification_id: optionalTextSchema,
  notify_event: v.pipe(
    v.union([v.array(eventSchema), eventSchema], 'must be a list of events'),
    v.transform((events) => (Array.isArray(events) ? events : [events])),
  ),
});

/** A notification as it was read. */
export type ReceivedNotifyRequest = v.InferOutput<typeof notifyRequestSchema>;

/** One event of a notification as it was read. */
export type ReceivedNotifyEvent = ReceivedNotifyRequest['notify_event'][number];
