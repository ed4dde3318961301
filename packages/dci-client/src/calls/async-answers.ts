import {
  type CallbackHeader,
  callbackHeaderSchema,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ReceivedSearchResponseItem,
  type RegistryType,
  searchResponseSchema,
  subscribeResponseSchema,
  unsubscribeResponseSchema,
  writeJson,
} from 'dci-core';
import { type CallbackContent, readCallbackContent } from '../callbacks/callback-content.ts';
import type { StoredTransaction } from '../callbacks/transactions.ts';
import type { StatusReply, SubscribeReply, SubscriptionOutcome, UnsubscribeReply } from '../dci-client.ts';
import { rejectedByHeader } from '../exchange/read-reply.ts';
import { readPart } from '../exchange/verify-message.ts';
import { protocolFault } from '../failure.ts';
import { type AskedSearch, readOutcome } from '../outcome.ts';
import type { PageOptions, ReplyEvidence, SearchOutcome, SearchPage, SearchReply } from '../search.ts';
import { readStatusReply } from './status.ts';
import { joinParts } from './subscription-items.ts';
import { underHeader } from './under-header.ts';

/** A callback of a transaction, read. */
interface Part extends CallbackContent {
  readonly header: CallbackHeader;
}

function partsOf(transaction: StoredTransaction): readonly [Part, ...Part[]] {
  const [first, ...more] = transaction.callbacks.map((callback): Part => {
    const content = readCallbackContent(callback);
    return { ...content, header: readPart(callbackHeaderSchema, content.evidence.header, 'header') };
  });
  if (first === undefined) throw protocolFault('other_items');
  return [first, ...more];
}

/**
 * Puts together what the callbacks of a search said: items of one reference id are pages of one answer, in the order of
 * their numbers.
 *
 * @param transaction - an answered search
 * @param registry - type of the registry asked
 * @returns one outcome for each search, in the order asked
 * @throws DciError with the cause `refused` when the header rejects what no callback answers, or `protocol`
 */
export function readSearchAnswer(transaction: StoredTransaction, registry: RegistryType): SearchReply {
  const parts = partsOf(transaction);
  const last = parts.at(-1) ?? parts[0];
  const told = parts.map(({ message }) => readPart(searchResponseSchema, message, 'message').search_response);
  const items = parts.flatMap((part, index) => underHeader(told[index] ?? [], part, told.flat()));
  const answers = new Map<string, ReceivedSearchResponseItem[]>(transaction.referenceIds.map((id) => [id, []]));
  for (const item of items) {
    const answer = answers.get(item.reference_id ?? '');
    if (answer === undefined) throw protocolFault('other_items', 'message.search_response');
    answer.push(item);
  }
  const outcomes = askedSearches(transaction).map((search) => {
    const answered = answers.get(search.referenceId) ?? [];
    if (answered.length > 0) return joinPages(answered, search, registry);
    if (last.header.status === 'rjct') throw rejectedByHeader({ header: last.header, status: 200 });
    throw protocolFault('other_items', 'message.search_response');
  });
  const earlier = parts.slice(0, -1).map(({ evidence }) => evidence);
  return { outcomes, evidence: last.evidence, ...(earlier.length > 0 && { earlierEvidence: earlier }) };
}

function joinPages(
  items: readonly ReceivedSearchResponseItem[],
  search: AskedSearch,
  registry: RegistryType,
): SearchOutcome {
  // What was under way is over once something more definite came.
  const settled = items.filter(({ status, data }) => data !== undefined || (status !== 'pdng' && status !== 'rcvd'));
  const told = settled.length > 0 ? settled : items.slice(-1);
  const outcomes = told.map((item) => readOutcome(item, search, registry));
  const [first, ...more] = outcomes;
  if (first === undefined) throw protocolFault('other_items', 'message.search_response');
  if (more.length === 0) return first;
  // Without all its pages an answer is none.
  const rejection = outcomes.find(({ status }) => status === 'rjct');
  if (rejection !== undefined) return rejection;
  const pages = outcomes
    .filter((outcome): outcome is SearchPage => outcome.status !== 'rjct')
    .sort((one, other) => (one.pageNumber ?? 0) - (other.pageNumber ?? 0))
    .filter(isNew());
  const [page = first] = pages;
  if (page.status === 'rjct') return page;
  if (!areAll(pages, search)) throw protocolFault('missing_part', 'message.search_response');
  const { referenceId, recordType, totalCount } = page;
  return {
    status: pages.every(({ status }) => status === 'succ') ? 'succ' : (pages.at(-1)?.status ?? 'succ'),
    ...{ referenceId, recordType },
    records: pages.flatMap(({ records }) => records),
    warnings: pages.flatMap(({ warnings }) => warnings),
    ...(totalCount !== undefined && { totalCount }),
  };
}

/** Passes over a page that came twice, under two message ids. */
function isNew(): (page: SearchPage) => boolean {
  const seen = new Set<string>();
  return ({ pageNumber, records }) => {
    if (pageNumber === undefined) return true;
    const text = writeJson([pageNumber, records]);
    const isFirst = !seen.has(text);
    seen.add(text);
    return isFirst;
  };
}

/** A callback that overtakes the one before it is the last that is taken, so that a page can be missing. */
function areAll(pages: readonly SearchPage[], { page: asked }: AskedSearch): boolean {
  const hasGap = pages.some(({ pageNumber }, index) => {
    const before = pages[index - 1]?.pageNumber;
    return pageNumber !== undefined && before !== undefined && pageNumber > before + 1;
  });
  const [first] = pages;
  const startsLate = asked === undefined && (first?.pageNumber ?? 1) > 1;
  const count = pages.reduce((sum, { records }) => sum + records.length, 0);
  const isShort = asked === undefined && count < (first?.totalCount ?? 0);
  return !hasGap && !startsLate && !isShort;
}

/** What the reading of an answer needs of the stored request. */
function askedSearches({ referenceIds, request }: StoredTransaction): readonly AskedSearch[] {
  const criteria: readonly JsonValue[] = Array.isArray(request.criteria) ? request.criteria : [];
  return referenceIds.map((referenceId, index) => {
    const one = criteria[index];
    const { recordType, page } = isJsonObject(one) ? one : {};
    return {
      referenceId,
      recordType: typeof recordType === 'string' ? recordType : undefined,
      page: isJsonObject(page) ? readPage(page) : undefined,
    };
  });
}

function readPage({ size, number, cursor }: JsonObject): PageOptions {
  return {
    ...(typeof size === 'number' && { size }),
    ...(typeof number === 'number' && { number }),
    ...(typeof cursor === 'string' && { cursor }),
  };
}

/**
 * Reads what a registry answered to subscriptions. A later callback replaces what an earlier one said of the same item, as
 * the decision of an operator does. Items that are one subscription to several event types are answered together.
 *
 * @param transaction - the `subscribe`
 * @returns one outcome for each subscription, in the order asked; `undefined` while not all are answered
 * @throws DciError with the cause `refused` or `protocol`
 */
export function readSubscribeAnswer(transaction: StoredTransaction): SubscribeReply | undefined {
  const { referenceIds, request, state, callbacks } = transaction;
  if (callbacks.length === 0) return undefined;
  const parts = partsOf(transaction);
  const last = parts.at(-1) ?? parts[0];
  const messages = parts.map(({ message, evidence, header }) => ({ message, evidence, status: header.status }));
  const reply = subscribeReply(referenceIds, request, messages);
  if (reply !== undefined || state === 'open') return reply;
  if (last.header.status === 'rjct') throw rejectedByHeader({ header: last.header, status: 200 });
  throw protocolFault('other_items', 'message.subscribe_response');
}

/**
 * @param referenceIds - of the items, in their order
 * @param request - what was stored of them
 * @param messages - what was said of them, the latest last
 * @returns the reply; `undefined` when not all are answered
 * @throws DciError with the cause `protocol`
 */
export function subscribeReply(
  referenceIds: readonly string[],
  request: JsonObject,
  messages: readonly {
    readonly message: JsonObject;
    readonly evidence: ReplyEvidence;
    readonly status?: CallbackHeader['status'];
  }[],
): SubscribeReply | undefined {
  const outcomes = new Map<string, SubscriptionOutcome>();
  for (const { message, status } of messages) {
    for (const item of readPart(subscribeResponseSchema, message, 'message').subscribe_response) {
      // The early form names no item; it can only mean the one subscription that was asked for.
      const [only] = referenceIds.length === 1 ? referenceIds : [];
      const referenceId = item.reference_id ?? only;
      if (referenceId === undefined || !referenceIds.includes(referenceId)) {
        throw protocolFault('other_items', 'message.subscribe_response');
      }
      const { status_reason_code: code, status_reason_message: text, expires } = item;
      outcomes.set(referenceId, {
        status: item.status ?? status ?? 'succ',
        referenceId,
        codes: item.subscriptions.flatMap((info) => info.code ?? []),
        ...(expires !== undefined && { expires }),
        ...(code !== undefined && { code }),
        ...(text !== undefined && { text }),
      });
    }
  }
  const evidence = messages.at(-1)?.evidence;
  const ordered = referenceIds.flatMap((id) => outcomes.get(id) ?? []);
  if (evidence === undefined || ordered.length < referenceIds.length) return undefined;
  return joinParts({ outcomes: ordered, evidence }, request);
}

/**
 * Reads what a registry answered to `unsubscribe`.
 *
 * @param transaction - the answered request
 * @returns the reply
 * @throws DciError with the cause `protocol`
 */
export function readUnsubscribeAnswer(transaction: StoredTransaction): UnsubscribeReply {
  const parts = partsOf(transaction);
  const { message, evidence, header } = parts.at(-1) ?? parts[0];
  const response = readPart(unsubscribeResponseSchema, message, 'message');
  const { status = header.status ?? 'succ' } = response;
  const code = response.status_reason_code ?? header.status_reason_code;
  const text = response.status_reason_message ?? header.status_reason_message;
  return {
    status,
    subscriptions: response.subscription_status.flatMap((each) =>
      each.code === undefined ? [] : [{ code: each.code, ...(each.status !== undefined && { status: each.status }) }],
    ),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    evidence,
  };
}

/**
 * Reads the answer to a status question.
 *
 * @param transaction - the answered question
 * @returns the reply
 * @throws DciError with the cause `refused` or `protocol`
 */
export function readStatusAnswer(transaction: StoredTransaction): StatusReply {
  const parts = partsOf(transaction);
  const { message, evidence, header } = parts.at(-1) ?? parts[0];
  if (header.status === 'rjct' && message.txnstatus_response === undefined) {
    throw rejectedByHeader({ header, status: 200 });
  }
  return readStatusReply(message, header, evidence);
}
