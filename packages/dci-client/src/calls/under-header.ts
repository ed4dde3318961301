import type { ReceivedSearchResponseItem } from 'dci-core';
import type { Reply } from '../exchange/read-reply.ts';

/**
 * Lets the header of a reply speak for items that say less: an item without status has that of the header; and where the
 * header rejects the request while no item is rejected, an item without records is no "nobody found". Items that a dialect
 * wrote, because its family says so in the header, stay.
 *
 * @param items - as read
 * @param reply - whose items they are
 * @param all - those of all parts, where the answer came in several
 * @returns the items with the status that they have
 */
export function underHeader(
  items: readonly ReceivedSearchResponseItem[],
  { header, evidence }: Pick<Reply, 'header' | 'evidence'>,
  all = items,
): readonly ReceivedSearchResponseItem[] {
  const { status, status_reason_code: code } = header;
  const received = evidence.message.search_response;
  if (status === undefined || status === 'succ' || !Array.isArray(received) || received.length === 0) return items;
  const isUnexplained = status === 'rjct' && all.every((item) => item.status !== 'rjct');
  return items.map((item) => {
    const isSilent = item.status === undefined || (isUnexplained && item.status === 'succ');
    if (!isSilent || (item.data?.reg_records.length ?? 0) > 0) return item;
    return { ...item, status, ...(status === 'rjct' && code !== undefined && { status_reason_code: code }) };
  });
}
