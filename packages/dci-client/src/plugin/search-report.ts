import { writeJson } from 'dci-core';
import { type CliContext, type ExitCode, printable } from 'dci-host';
import type { SearchResult } from '../search.ts';
import { textOption } from './option.ts';
import { recordTable } from './record-table.ts';

/**
 * Prints what a search found.
 *
 * @param context - the running command
 * @param pages - at least one page, in order; the last tells how to go on
 * @param preferredType - identifier type to show where a record has it
 * @returns 0 when there is a record, 1 when there is none
 */
export function printResult(
  context: CliContext,
  pages: readonly [SearchResult, ...SearchResult[]],
  preferredType: string | undefined,
): ExitCode {
  const last = pages.at(-1) ?? pages[0];
  const records = pages.flatMap((page) => page.records);
  if (context.json) {
    context.print(writeJson(last.evidence.message));
    return records.length > 0 ? 0 : 1;
  }
  if (records.length > 0) {
    const { headings, rows } = recordTable(last.recordType, records, preferredType);
    context.table(headings, rows);
    context.print('');
  }
  const byCursor = textOption(context, 'cursor') !== undefined;
  context.print(countLine(pages[0], records.length, byCursor));
  const { verified, senderId, keyId, algorithm } = last.evidence;
  context.print(printable(verified ? `signature valid (${senderId}, key ${keyId}, ${algorithm})` : 'NOT SIGNED'));
  const next = nextOption(last, byCursor);
  if (next !== undefined) context.print(printable(`next page: the same with ${next}`));
  return records.length > 0 ? 0 : 1;
}

/** A page number is easier to type; once a cursor was used, only a cursor goes on from there. */
function nextOption({ next, pageNumber }: SearchResult, byCursor: boolean): string | undefined {
  const number =
    next?.number ?? (byCursor || next === undefined || pageNumber === undefined ? undefined : pageNumber + 1);
  if (number !== undefined) return `--page ${number}`;
  return next?.cursor === undefined ? undefined : `--cursor ${next.cursor}`;
}

function countLine(first: SearchResult, count: number, byCursor: boolean): string {
  const { totalCount, pageNumber, pageSize } = first;
  if (count === 0) return totalCount ? `no record on this page; ${totalCount} in all` : 'no record found';
  if (totalCount === undefined) return `${count} ${count === 1 ? 'record' : 'records'}`;
  const total = `${totalCount} ${totalCount === 1 ? 'record' : 'records'}`;
  if (count === totalCount) return total;
  const isPlaceKnown = !byCursor && pageNumber !== undefined && pageSize !== undefined;
  const before = isPlaceKnown ? (pageNumber - 1) * pageSize : undefined;
  return before === undefined ? `${count} of ${total}` : `${before + 1} to ${before + count} of ${total}`;
}
