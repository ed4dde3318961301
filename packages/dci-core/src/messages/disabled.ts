import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus } from '../codes/status.ts';
import { idSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';
import type { SearchResponseItem } from './search-response.ts';
import { specialCriteriaSchema } from './special-criteria.ts';
import { type YesNo, yesNoSchema } from './yes-no.ts';

/**
 * The message of DR `sync/disabled`, `sync/get-disability-support` and `sync/get-disability-details` (OpenAPI v1.0.0,
 * `DisabledRequest` and `GetDisabilitySupportRequest`).
 */
export const disabledRequestSchema = objectOf({
  transaction_id: idSchema,
  disabled_criteria: specialCriteriaSchema,
});

/** The message of the DR calls as it was read. */
export type DisabledRequest = v.InferOutput<typeof disabledRequestSchema>;

/** The answer whether somebody is disabled, as this project writes it. */
export interface DisabledResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_message?: string;
  readonly disabled_status: YesNo;
}

/**
 * The message of the reply (OpenAPI v1.0.0, `DisabledResponse`). An item always says yes or no; where neither can be
 * said, because there is no record or nothing has been decided, there is none: no record does not mean not disabled.
 */
export interface DisabledResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly disabled_response: readonly DisabledResponseItem[];
}

/** The reply as peers send it. */
export const disabledResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  disabled_response: v.array(
    objectOf({
      reference_id: optionalTextSchema,
      timestamp: optionalTextSchema,
      status: optionalRequestStatusSchema,
      status_reason_message: optionalTextSchema,
      disabled_status: yesNoSchema,
    }),
  ),
});

/** The reply as it was read; without `disabled_status` an item says neither yes nor no. */
export type ReceivedDisabledResponse = v.InferOutput<typeof disabledResponseSchema>;

/**
 * The answer to one question for support or details (OpenAPI v1.0.0, `GetDisabilitySupportResponse` and
 * `GetDisabilityInfoResponse`), as this project writes it.
 */
export interface DisabilityInfoItem extends Omit<SearchResponseItem, 'data'> {
  readonly data?: {
    readonly version: string;
    /** Support: for every person found the list of its `disability_support`. Details: one object for every person. */
    readonly reg_records: readonly (readonly JsonObject[])[] | readonly JsonObject[];
  };
}
