import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus } from '../codes/status.ts';
import { idSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';
import { specialCriteriaSchema } from './special-criteria.ts';
import { type YesNo, yesNoSchema } from './yes-no.ts';

/** The message of IBR `sync/enrolled` (OpenAPI v1.0.0, `EnrolledRequest`): is somebody enrolled? */
export const enrolledRequestSchema = objectOf({
  transaction_id: idSchema,
  enrolled_criteria: specialCriteriaSchema,
});

/** The message of IBR `sync/enrolled` as it was read. */
export type EnrolledRequest = v.InferOutput<typeof enrolledRequestSchema>;

/** The answer whether somebody is enrolled, as this project writes it. */
export interface EnrolledResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_message?: string;
  readonly enrolled_status: YesNo;
}

/** The message of the reply (OpenAPI v1.0.0, `EnrolledResponse`). An item always says yes or no; where neither can be said there is none. */
export interface EnrolledResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly enrolled_response: readonly EnrolledResponseItem[];
}

/** The reply as peers send it. */
export const enrolledResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  enrolled_response: v.array(
    objectOf({
      reference_id: optionalTextSchema,
      timestamp: optionalTextSchema,
      status: optionalRequestStatusSchema,
      status_reason_message: optionalTextSchema,
      enrolled_status: yesNoSchema,
    }),
  ),
});

/** The reply as it was read; without `enrolled_status` an item says neither yes nor no. */
export type ReceivedEnrolledResponse = v.InferOutput<typeof enrolledResponseSchema>;
