import type { DciError } from '../errors.ts';
import { invalidFilter } from '../query/query-error.ts';

/**
 * The refusal of a query that a family of peers has no form for. Sent all the same, such a query would be ignored in part
 * and find more than was asked for.
 *
 * @param family - for example `OpenCRVS`
 * @param what - what it has no form for; names attributes, never values
 * @returns `rjct.filter.invalid`
 */
export function noFormFor(family: string, what: string): DciError {
  return invalidFilter(`${family} has no form for ${what}; the query is not sent.`);
}
