import { protocolFault } from '../failure.ts';
import type { SearchPage } from '../search.ts';

/**
 * Refuses an answer that the registry has not finished: that it has no record is not known yet, and must not be taken for
 * "there is none".
 *
 * @param page - what was answered at once
 * @throws DciError with the cause `protocol` and the fault `not_finished`
 */
export function requireAnswer({ status, records }: Pick<SearchPage, 'status' | 'records'>): void {
  if (status !== 'succ' && records.length === 0) throw protocolFault('not_finished', 'message.search_response');
}
