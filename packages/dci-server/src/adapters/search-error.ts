import { DciError } from 'dci-core';

/** @returns the error of a search for records of a type that the adapter does not hold */
export function unknownRecordType(): DciError {
  return new DciError('rjct.search_criteria.invalid', 'This registry holds no records of that type.');
}

/** @returns the error of a search that took too long or whose caller no longer waits */
export function searchTimeout(): DciError {
  return new DciError('err.request.timeout', 'The search took too long; narrow it down.');
}

/**
 * @param signal - the signal of a search
 * @throws DciError `err.request.timeout` when the caller no longer waits
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw searchTimeout();
}

/** @returns the error of a search sorted by an attribute that can have several values */
export function manyValuedSort(): DciError {
  return new DciError('rjct.sort.invalid', 'An attribute with several values cannot be sorted by.');
}

/** @returns the error of a page position that does not fit the sort keys */
export function cursorMismatch(): DciError {
  return new DciError('rjct.pagination.invalid', 'The cursor does not belong to this search.');
}
