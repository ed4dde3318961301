import * as v from 'valibot';
import { optionalTextSchema } from '../envelope/fields.ts';

/** The answer to a question of status (OpenAPI v1.0.0, `enrolled_status` and `disabled_status`). */
export type YesNo = 'yes' | 'no';

/** Yes or no in any case; anything else is neither, and is read as absent. */
export const yesNoSchema = v.pipe(
  optionalTextSchema,
  v.transform((text): YesNo | undefined => {
    const folded = text?.trim().toLowerCase();
    return folded === 'yes' || folded === 'no' ? folded : undefined;
  }),
);
