import type { CodedValue } from './coded-value.ts';
import type { FunctionalScores } from './functional-scores.ts';

/**
 * What is known of a person.
 * - `disabled`: the registry certifies it, says so, or gives scores that reach the threshold and no status.
 * - `not_disabled`: a record says so. Never for want of a record.
 * - `expired`: the certification has run out; nothing is said beyond that.
 * - `pending`: nothing has been decided yet.
 * - `conflicting`: one record says that the person is disabled, another that it is not.
 * - `unknown`: no record, or one that says neither.
 */
export type DisabilityStatusName = 'disabled' | 'not_disabled' | 'expired' | 'pending' | 'conflicting' | 'unknown';

/** State of a certification (records.md section 9, `DisabilityStatusEnum`). */
export type Certification = 'approved' | 'pending' | 'expired';

/** What a status follows from: the certification, the statement `is_disabled`, or scores where there is neither. */
export type StatusBasis = 'certification' | 'statement' | 'scores';

/** What the records of one person say, without who it is. */
export interface DisabilityFinding {
  readonly status: DisabilityStatusName;
  /** Absent: no record says anything. */
  readonly basis?: StatusBasis;
  readonly certification?: Certification;
  readonly functional_scores?: FunctionalScores;
  /** Types of impairment. */
  readonly types: readonly CodedValue[];
  /** Level of the certified disability; of several the most severe. */
  readonly level?: CodedValue;
  /** RFC 3339; when the person was registered first. */
  readonly since?: string;
  /** RFC 3339; when the registry last changed the record. */
  readonly updatedAt?: string;
  /** Members on which statements differ: `status`, `is_disabled`, `level`, `functional_scores.VISION` … */
  readonly conflicts: readonly string[];
}
