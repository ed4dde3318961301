import * as v from 'valibot';
import type { RequestStatus } from '../codes/status.ts';
import { idSchema, jsonValueSchema, objectOf } from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';

/**
 * The message of IBR `sync/enrollment/updates` (OpenAPI v1.0.0, `EnrollmentUpdatesRequest`): a programme tells the
 * registry of beneficiaries, whole. They are read one by one, so that each gets an answer of its own.
 */
export const enrollmentUpdatesRequestSchema = objectOf({
  transaction_id: idSchema,
  enrolled_updates: objectOf({
    beneficiaries: v.pipe(v.array(jsonValueSchema), v.nonEmpty('must hold at least one beneficiary')),
  }),
});

/** The message of IBR `sync/enrollment/updates` as it was read, the beneficiaries as received. */
export type EnrollmentUpdatesRequest = v.InferOutput<typeof enrollmentUpdatesRequestSchema>;

/** What became of one beneficiary. */
export interface EnrollmentUpdatesResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_message?: string;
}

/** The message of the reply (OpenAPI v1.0.0, `EnrollmentUpdatesResponse`): an item for each beneficiary, in their order. */
export interface EnrollmentUpdatesResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly enrolled_response: readonly EnrollmentUpdatesResponseItem[];
}
