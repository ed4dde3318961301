import * as v from 'valibot';
import {
  objectOf,
  optionalIdSchema,
  optionalJsonSchema,
  optionalObjectSchema,
  optionalTextSchema,
} from '../envelope/fields.ts';
import { paginationRequestSchema } from './pagination.ts';

/**
 * What the special calls of IBR and DR ask for (OpenAPI v1.0.0, `enrolled_criteria` and `disabled_criteria`). Beside the
 * members of the standard, those of a search are read, and a `reference_id` for the answer.
 */
export const specialCriteriaSchema = objectOf({
  reference_id: optionalIdSchema,
  version: optionalTextSchema,
  reg_type: optionalTextSchema,
  reg_record_type: optionalTextSchema,
  response_entity: optionalTextSchema,
  query_type: optionalTextSchema,
  /** Compiled by the query compiler, in any form; absent: nothing is asked for, which is refused there. */
  query: optionalJsonSchema,
  consent: optionalObjectSchema,
  authorize: optionalObjectSchema,
  pagination: v.optional(
    v.pipe(
      v.nullable(paginationRequestSchema),
      v.transform((pagination) => pagination ?? undefined),
    ),
  ),
});

/** What a special call asks for, as it was read. */
export type SpecialCriteria = v.InferOutput<typeof specialCriteriaSchema>;
