import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DciError,
  formatTimestamp,
  type HeaderReasonCode,
  parseSearchRequestItems,
  parseTimestamp,
  type Random,
  type RequestHeader,
  type SearchReasonCode,
  type SearchRequest,
  type SearchRequestItem,
  type SearchResponseItem,
  toRecordsForm,
} from 'dci-core';
import type { Outcome } from '../reply/respond.ts';
import { jsonBytes } from './json-bytes.ts';
import { type SearchScope, searchOne } from './search-item.ts';

/**
 * Answers a search message (protocol.md sections 4 from step 11 on, 7 and 8). Each item is answered for itself: a bad
 * one is `rjct` with its code and leaves the others alone. The header says `succ` when at least one item succeeded,
 * else `rjct`. What is wrong with the message as a whole is said in the header, with no items.
 *
 * @param header - the request header
 * @param message - the message
 * @param scope - registry, sender, limits and time
 * @param random - for the correlation id
 * @returns status and message of the reply
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function search(
  header: RequestHeader,
  message: SearchRequest,
  scope: SearchScope,
  random: Random,
): Promise<Outcome> {
  const frame = { transaction_id: message.transaction_id, correlation_id: random.uuid() };
  const fault = faultOfMessage(header, message, scope);
  if (fault !== undefined) {
    return {
      status: 'rjct',
      ...fault,
      totalCount: message.search_request.length,
      completedCount: 0,
      message: { ...frame, search_response: [] },
    };
  }
  const answers: SearchResponseItem[] = [];
  const items = parseSearchRequestItems(message);
  let succeeded = 0;
  let records = 0;
  let bytes = 0;
  for (const [index, parsed] of items.entries()) {
    // An adapter that blocks the event loop gives other senders their turn between two items.
    if (index > 0) await nextTurn();
    let answer = !parsed.valid
      ? rejection(parsed.referenceId, parsed.error, scope)
      : records >= scope.limits.maxRecords || bytes >= scope.limits.maxReplyBytes
        ? rejection(parsed.referenceId, fullReply(), scope)
        : await answerItem(parsed.item, scope);
    const room = scope.limits.maxReplyBytes - bytes;
    const size = jsonBytes(answer.data?.reg_records, room + 1);
    if (size <= room) bytes += size;
    else answer = rejection(answer.reference_id, largePage(), scope);
    if (answer.status === 'succ') succeeded += 1;
    if (Array.isArray(answer.data?.reg_records)) records += answer.data.reg_records.length;
    answers.push(...toRecordsForm(answer, scope.registry.type.recordsForm));
  }
  return {
    status: succeeded > 0 ? 'succ' : 'rjct',
    ...(succeeded > 0 ? {} : { reasonMessage: 'no item of the message could be processed' }),
    totalCount: items.length,
    completedCount: items.length,
    message: { ...frame, search_response: answers },
  };
}

function fullReply(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the other items of this message found too many records; send this one by itself',
  );
}

function largePage(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the records of this page are too large for the reply; ask for a smaller page_size, or send this item by itself',
  );
}

interface MessageFault {
  readonly reasonCode: HeaderReasonCode;
  readonly reasonMessage: string;
}

function faultOfMessage(header: RequestHeader, message: SearchRequest, scope: SearchScope): MessageFault | undefined {
  const { limits, access, now } = scope;
  const sentAt = parseTimestamp(header.message_ts) ?? Number.NaN;
  const age = now - sentAt;
  if (!(age <= limits.maxMessageAgeSeconds * 1000 && age >= -limits.maxMessageAheadSeconds * 1000)) {
    return {
      reasonCode: 'rjct.message_ts.invalid',
      reasonMessage: 'message_ts is too far from the time of this server',
    };
  }
  if (!access.actions.has('search')) {
    return { reasonCode: 'rjct.action.not_supported', reasonMessage: 'this sender cannot search here' };
  }
  const count = message.search_request.length;
  if (count > limits.maxItems) {
    return {
      reasonCode: 'rjct.total_count.limit_exceeded',
      reasonMessage: `a message may hold at most ${limits.maxItems} items`,
    };
  }
  if (!isCountOf(header, count, scope)) {
    return { reasonCode: 'rjct.total_count.invalid', reasonMessage: 'total_count is not the number of items' };
  }
  return undefined;
}

/** OpenSPP's header model writes 0 where its user gave no count (dialects.md section 2). */
function isCountOf(header: RequestHeader, count: number, { sender }: SearchScope): boolean {
  const said = header.total_count;
  return said === undefined || said === count || (said === 0 && sender.dialect === 'openspp');
}

async function answerItem(item: SearchRequestItem, scope: SearchScope): Promise<SearchResponseItem> {
  try {
    const answer = await searchOne(item, scope);
    return {
      reference_id: item.reference_id,
      timestamp: formatTimestamp(scope.now),
      status: 'succ',
      ...answer,
      locale: replyLocale(item.locale),
    };
  } catch (error) {
    if (error instanceof DciError && isSearchReason(error.code)) return rejection(item.reference_id, error, scope);
    throw error;
  }
}

function rejection(referenceId: string, error: DciError, scope: SearchScope): SearchResponseItem {
  return {
    reference_id: referenceId,
    timestamp: formatTimestamp(scope.now),
    status: 'rjct',
    ...(isSearchReason(error.code) && { status_reason_code: error.code }),
    status_reason_message: error.message,
  };
}

function isSearchReason(code: string): code is SearchReasonCode {
  return code.startsWith('rjct.');
}

/** The standard's locale has three letters; peers send two. Nothing in a reply is translated, so others mean English. */
function replyLocale(locale: string | undefined): string {
  return locale !== undefined && /^[a-z]{3}$/.test(locale) ? locale : 'eng';
}
