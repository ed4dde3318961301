import type * as v from 'valibot';
import { functionalLimitationType, functionalSeverity } from '../code-lists/core.ts';
import { code, numberedCode } from './field.ts';
import { defineShape } from './shape.ts';

/**
 * A functional limitation, Washington Group short set (records.md section 2). The severity is written as a number
 * 1 to 4, as the seeds have it.
 */
export const disabilityInfoShape = defineShape('DisabilityInfo', {
  disability_limitation_type: code(functionalLimitationType, 'disability_type', 'functional_limitation_type'),
  functional_severity: numberedCode(functionalSeverity, 'severity'),
});

/** Schema of a {@link DisabilityInfo} as this project writes it. */
export const disabilityInfoSchema = disabilityInfoShape.schema;

/** A functional limitation and how severe it is. */
export type DisabilityInfo = v.InferOutput<typeof disabilityInfoSchema>;
