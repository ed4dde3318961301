import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  parseSearchRequestItems,
  type RequestHeader,
  type SearchRequest,
  type SearchResponseItem,
  toRecordsForm,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import type { Outcome } from '../reply/respond.ts';
import { jsonBytes } from './json-bytes.ts';
import { faultOfMessage } from './message-fault.ts';
import { answerItem, fullReply, largePage, refusedDisclosure, rejection } from './search-answer.ts';
import type { SearchScope } from './search-item.ts';

/**
 * Answers a search message (protocol.md sections 4 from step 11 on, 7 and 8). Each item is answered for itself: a bad
 * one is `rjct` with its code and leaves the others alone. The header says `succ` when at least one item succeeded,
 * else `rjct`. What is wrong with the message as a whole is said in the header, with no items.
 *
 * @param header - the request header
 * @param message - the message
 * @param scope - registry, sender, limits and time
 * @param correlationId - of the reply
 * @returns status and message of the reply
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function search(
  header: RequestHeader,
  message: SearchRequest,
  scope: SearchScope,
  correlationId: string,
): Promise<Outcome> {
  const frame = { transaction_id: message.transaction_id, correlation_id: correlationId };
  const fault = faultOfMessage(header, {
    sender: scope.sender,
    limits: scope.limits,
    receivedAt: scope.now,
    isGranted: scope.access.actions.has('search'),
    count: message.search_request.length,
    maxItems: scope.limits.maxItems,
  });
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
    const disclosures: Disclosure[] = [];
    let answer = !parsed.valid
      ? rejection(parsed.referenceId, parsed.error, scope.now)
      : records >= scope.limits.maxRecords || bytes >= scope.limits.maxReplyBytes
        ? rejection(parsed.referenceId, fullReply(), scope.now)
        : await answerItem(parsed.item, {
            ...scope,
            disclose: (_referenceId, disclosure) => disclosures.push(disclosure),
          });
    const room = scope.limits.maxReplyBytes - bytes;
    const size = jsonBytes(answer.data?.reg_records, room + 1);
    if (size <= room) bytes += size;
    else answer = rejection(answer.reference_id, largePage(), scope.now);
    if (answer.status === 'succ') succeeded += 1;
    if (Array.isArray(answer.data?.reg_records)) records += answer.data.reg_records.length;
    for (const disclosure of answer.status === 'succ' ? disclosures : [refusedDisclosure(answer)]) {
      scope.disclose?.(answer.reference_id, disclosure);
    }
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
