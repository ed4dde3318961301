import { DciError } from '../errors.ts';

const unusableText = 'The query is empty, or names an attribute that cannot be used in a query here.';

/**
 * The one refusal for an empty query, an unknown attribute and one that this sender may not read. All
 * three look the same, so that a refusal never tells what a record holds (protocol.md sections 7 and 8).
 *
 * @returns `rjct.filter.invalid`
 */
export function unusableFilter(): DciError {
  return invalidFilter(unusableText);
}

/**
 * @param error - a refusal of a query
 * @returns whether it is {@link unusableFilter}
 */
export function isUnusableFilter(error: DciError): boolean {
  return error.message === unusableText;
}

/**
 * A query that cannot be used for another reason.
 *
 * @param message - what is wrong; names attributes and positions, never values
 * @returns `rjct.filter.invalid`
 */
export function invalidFilter(message: string): DciError {
  return new DciError('rjct.filter.invalid', message, { path: 'query' });
}

/**
 * A query whose type is unknown, or whose shape is not that of its type.
 *
 * @param message - what is wrong
 * @returns `rjct.search_criteria.invalid`
 */
export function invalidCriteria(message: string): DciError {
  return new DciError('rjct.search_criteria.invalid', message, { path: 'query' });
}
