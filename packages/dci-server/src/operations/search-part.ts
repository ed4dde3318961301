import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DciError,
  formatTimestamp,
  type ParsedItem,
  type SearchRequestItem,
  type SearchResponseItem,
  toRecordsForm,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { weighSearch } from '../quota/weigh-message.ts';
import { jsonBytes } from './json-bytes.ts';
import { answerItem, largePage, refusedDisclosure, rejection } from './search-answer.ts';
import type { SearchScope } from './search-item.ts';

/** Where in the answers to a message a callback begins or ends. */
export interface SearchPlace {
  /** Index of the item. */
  readonly item: number;
  /** From 1; more than 1 in the middle of an item that gets all its pages. */
  readonly page: number;
  /** Continues there; sealed. */
  readonly cursor?: string;
  /** Page size, where a page had to be made smaller. */
  readonly size?: number;
  /** Records before this place, of all items. */
  readonly records: number;
  /** Rejected items before this place. */
  readonly rejected: number;
}

/** The items of a message, wherever they are kept. */
export interface SearchItems {
  readonly count: number;
  /** @returns the item of an index below `count` */
  at(index: number): ParsedItem<SearchRequestItem> | Promise<ParsedItem<SearchRequestItem>>;
}

/** What {@link answerPart} works on. */
export interface PartScope {
  readonly items: SearchItems;
  readonly search: SearchScope;
  /** Unix milliseconds of the callback: made again, its items keep their time. */
  readonly answeredAt: number;
  readonly signal: AbortSignal;
  readonly disclose: (disclosure: Disclosure) => void;
}

/** The answers of one callback. */
export interface AnsweredPart {
  readonly answers: readonly SearchResponseItem[];
  /** Rejected items up to the end of this part, those of earlier ones included. */
  readonly rejected: number;
  /** Points of the quota for a page after the first of an item that gets all its pages. */
  readonly points: number;
  /** Where the next one begins; absent: this is the last. */
  readonly to?: SearchPlace;
}

/**
 * Answers as many items as one callback holds: `maxItems` items, `maxRecords` records, `maxReplyBytes` bytes, and at its
 * end one page of an item that has more of them.
 *
 * @param scope - items and search
 * @param from - where to begin
 * @param until - where to end at the latest; given when a callback is made again
 * @returns the answers
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function answerPart(scope: PartScope, from: SearchPlace, until?: SearchPlace): Promise<AnsweredPart> {
  const { items } = scope;
  const { limits, registry } = scope.search;
  const answers: SearchResponseItem[] = [];
  let at = from;
  let bytes = 0;
  let count = 0;
  let points = 0;
  while (at.item < items.count && (until === undefined || isBefore(at, until))) {
    const inPart = at.records - from.records;
    if (until === undefined && (count >= limits.maxItems || inPart >= limits.maxRecords)) break;
    // An adapter that blocks the event loop gives other work its turn between two items.
    if (count > 0) await nextTurn();
    scope.signal.throwIfAborted();
    const step = await answerPlace(scope, at);
    const found = recordsIn(step.answer);
    const size = jsonBytes(step.answer.data?.reg_records, limits.maxReplyBytes + 1);
    const fits = bytes + size <= limits.maxReplyBytes && (count === 0 || inPart + found <= limits.maxRecords);
    if (!fits && until === undefined && count > 0) break;
    if (!fits && step.pageSize !== undefined && step.pageSize > 1) {
      at = { ...at, size: Math.ceil(step.pageSize / 2) };
      continue;
    }
    if (at.page > 1) points += step.points;
    const kept = fits ? step.answer : rejection(step.answer.reference_id, largePage(), scope.search.now);
    const answer = { ...kept, timestamp: formatTimestamp(scope.answeredAt) };
    if (fits) bytes += size;
    const disclosures = answer.status === 'succ' ? step.disclosures : [refusedDisclosure(answer)];
    for (const disclosure of disclosures) scope.disclose(disclosure);
    answers.push(...toRecordsForm(answer, registry.type.recordsForm));
    count += 1;
    const records = at.records + (fits ? found : 0);
    if (fits && step.nextCursor !== undefined) {
      const { item, page, size: pageSize, rejected } = at;
      at = { item, page: page + 1, cursor: step.nextCursor, records, rejected, ...(pageSize && { size: pageSize }) };
      // Every further page is at the end of a callback of its own.
      break;
    }
    at = { item: at.item + 1, page: 1, records, rejected: at.rejected + (answer.status === 'rjct' ? 1 : 0) };
  }
  return { answers, rejected: at.rejected, points, ...(at.item < items.count ? { to: at } : {}) };
}

function isBefore(at: SearchPlace, until: SearchPlace): boolean {
  return at.item < until.item || (at.item === until.item && at.page < until.page);
}

interface Step {
  readonly answer: SearchResponseItem;
  readonly disclosures: readonly Disclosure[];
  /** What one page of the item costs. */
  readonly points: number;
  /** Of an item that gets all its pages. */
  readonly pageSize?: number;
  /** Leads to its next page. */
  readonly nextCursor?: string;
}

async function answerPlace({ items, search }: PartScope, at: SearchPlace): Promise<Step> {
  const { limits, access, now } = search;
  const parsed = await items.at(at.item);
  if (!parsed.valid) return { answer: rejection(parsed.referenceId, parsed.error, now), disclosures: [], points: 0 };
  const disclosures: Disclosure[] = [];
  const scope: SearchScope = { ...search, disclose: (_referenceId, disclosure) => disclosures.push(disclosure) };
  const { item, referenceId } = parsed;
  const { pagination } = item.search_criteria;
  const points = weighSearch(item.search_criteria);
  if (pagination !== undefined) {
    const answer = await answerItem(item, scope);
    if (at.records + recordsIn(answer) <= limits.maxAsyncRecords) return { answer, disclosures, points };
    return { answer: rejection(referenceId, tooManyRecords(), now), disclosures: [], points };
  }
  const pageSize = at.size ?? Math.min(limits.maxPageSize, limits.maxRecords, access.maxPageSize ?? limits.maxPageSize);
  const place = at.cursor === undefined ? { page_number: at.page } : { cursor: at.cursor };
  const criteria = { ...item.search_criteria, pagination: { page_size: pageSize, ...place } };
  const answer = await answerItem({ ...item, search_criteria: criteria }, scope);
  const found = answer.pagination;
  if (found === undefined) return { answer, disclosures, points, pageSize };
  const isTooLarge =
    at.page === 1
      ? at.records + found.total_count > limits.maxAsyncRecords
      : at.records + recordsIn(answer) > limits.maxAsyncRecords;
  if (isTooLarge) return { answer: rejection(referenceId, tooManyRecords(), now), disclosures: [], points };
  // The next page follows by itself, so its cursor is not for the receiver.
  const { next_cursor: nextCursor, ...shown } = found;
  const shownAnswer = { ...answer, pagination: shown };
  return { answer: shownAnswer, disclosures, points, pageSize, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

function recordsIn(answer: SearchResponseItem): number {
  return Array.isArray(answer.data?.reg_records) ? answer.data.reg_records.length : 0;
}

function tooManyRecords(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the search finds more records than one message may; narrow it, or send its items in several messages',
  );
}
