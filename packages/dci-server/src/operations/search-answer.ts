import {
  DciError,
  formatTimestamp,
  type SearchReasonCode,
  type SearchRequestItem,
  type SearchResponseItem,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { type SearchScope, searchOne } from './search-item.ts';

/**
 * Answers one item of a search message: what the item itself is to blame for is an answer of its own.
 *
 * @param item - the search
 * @param scope - registry, sender and limits
 * @returns the answer, its records as a list
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function answerItem(item: SearchRequestItem, scope: SearchScope): Promise<SearchResponseItem> {
  try {
    return foundAnswer(item, scope.now, await searchOne(item, scope));
  } catch (error) {
    if (error instanceof DciError && isSearchReason(error.code)) return rejection(item.reference_id, error, scope.now);
    throw error;
  }
}

/**
 * @param item - the search
 * @param now - Unix milliseconds
 * @param found - what it found
 * @returns the answer
 */
export function foundAnswer(
  item: Pick<SearchRequestItem, 'reference_id' | 'locale'>,
  now: number,
  found: Pick<SearchResponseItem, 'data' | 'pagination'>,
): SearchResponseItem {
  return {
    reference_id: item.reference_id,
    timestamp: formatTimestamp(now),
    status: 'succ',
    ...found,
    locale: replyLocale(item.locale),
  };
}

/**
 * @param referenceId - of the item
 * @param error - why it is rejected; its code is said where the standard's list of search codes has it
 * @param now - Unix milliseconds
 * @returns the answer
 */
export function rejection(referenceId: string, error: DciError, now: number): SearchResponseItem {
  return {
    reference_id: referenceId,
    timestamp: formatTimestamp(now),
    status: 'rjct',
    ...(isSearchReason(error.code) && { status_reason_code: error.code }),
    status_reason_message: error.message,
  };
}

/**
 * @param answer - a rejected item
 * @returns what the audit says of it
 */
export function refusedDisclosure(answer: SearchResponseItem): Disclosure {
  return { recordKeys: [], count: 0, reason: answer.status_reason_code ?? 'rjct' };
}

/** @returns the error of an item that came after the reply was full */
export function fullReply(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the other items of this message found too many records; send this one by itself',
  );
}

/** @returns the error of an item whose records take too many bytes */
export function largePage(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the records of this page are too large for the reply; ask for a smaller page_size, or send this item by itself',
  );
}

/**
 * @param code - of an error
 * @returns whether the error is that of an item, not of the whole message
 */
export function isSearchReason(code: string): code is SearchReasonCode {
  return code.startsWith('rjct.');
}

/** The standard's locale has three letters; peers send two. Nothing in a reply is translated, so others mean English. */
function replyLocale(locale: string | undefined): string {
  return locale !== undefined && /^[a-z]{3}$/.test(locale) ? locale : 'eng';
}
