import type { DciErrorCode } from '../errors.ts';
import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';

/**
 * The refusal of criteria that a family of peers cannot be asked by.
 *
 * @param message - what is wrong, for the developer of the caller
 * @param path - member of the criteria
 * @param code - where another one is more precise
 * @returns the error
 */
export function unusableCriteria(
  message: string,
  path: string,
  code: DciErrorCode = 'rjct.search_criteria.invalid',
): DciError {
  return new DciError(code, message, { path });
}

/**
 * Refuses a page that is named by the cursor of this project's servers: other families pass it over and give the first page
 * again, for ever.
 *
 * @param criteria - the criteria
 * @param family - for example `OpenSPP`
 * @throws DciError `rjct.pagination.invalid`
 */
export function refuseCursor({ pagination }: JsonObject, family: string): void {
  if (isJsonObject(pagination) && pagination.cursor !== undefined) {
    throw unusableCriteria(
      `${family} has no cursors; ask for pages by their number.`,
      'pagination',
      'rjct.pagination.invalid',
    );
  }
}

/**
 * Refuses to narrow a search by an event type, which a family would pass over.
 *
 * @param eventType - asked for; absent: nothing to refuse
 * @param family - for example `OpenSPP`
 * @throws DciError `rjct.search_criteria.invalid`
 */
export function refuseEventType(eventType: string | undefined, family: string): void {
  if (eventType !== undefined) {
    throw unusableCriteria(`${family} does not search by event type.`, 'reg_event_type');
  }
}
