import { DciError, isJsonObject, type JsonObject, type SearchResponseItem } from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { CursorCodec } from '../operations/cursor.ts';
import { faultOfMessage } from '../operations/message-fault.ts';
import type { SearchScope } from '../operations/search-item.ts';
import { searchOutcome, searchRefusal } from '../operations/search-outcome.ts';
import { answerPart, type SearchPlace } from '../operations/search-part.ts';
import type { OperationPart, OperationScope, TransactionOperation } from '../operations/transaction-operation.ts';
import type { Outcome } from '../reply/respond.ts';
import type { Upload, UploadStore } from '../stores/uploads.ts';
import { answerRows } from './answer-rows.ts';
import { readIdentifierRows } from './identifier-row.ts';
import { readItems } from './read-items.ts';
import { readSearchElements } from './search-elements.ts';
import { readUploadMessage } from './upload-message.ts';

/** What a search for uploaded items works with. */
export interface UploadSearchOptions {
  readonly limits: ServerLimits;
  readonly cursors: CursorCodec;
  readonly uploads: Pick<UploadStore, 'find' | 'read'>;
}

/** Where in a file a callback begins or ends. */
interface UploadPlace {
  /** Byte of the file. */
  readonly offset: number;
  /** Items before it. */
  readonly item: number;
  /** Rejected items before it. */
  readonly rejected: number;
  /** Records before it, of a file of searches. */
  readonly records: number;
  /** In the middle of a search that gets all its pages. */
  readonly page?: { readonly page: number; readonly cursor?: string; readonly size?: number };
}

interface AnsweredItems {
  readonly answers: readonly SearchResponseItem[];
  readonly to: UploadPlace;
  /** As in `AnsweredPart`. */
  readonly points: number;
}

/**
 * Searches whose items come in a file (docs/uploads.md). Each callback answers some of them, and where it ends is stored
 * with it, so that a process which is killed goes on behind the last callback that is stored. Rows of identifiers are
 * looked up together, a thousand with one query; other searches one by one.
 *
 * The callbacks are those of any asynchronous search: `pdng` in the header of all but the last, `completed_count` the items
 * that are answered up to this one.
 *
 * @param options - limits, cursors and files
 * @param inMessage - answers requests whose items are in the message
 * @returns the operation
 */
export function createUploadSearch(
  options: UploadSearchOptions,
  inMessage: TransactionOperation,
): TransactionOperation {
  const { limits, uploads } = options;
  return {
    async *process(scope: OperationScope, done: number): AsyncIterable<OperationPart> {
      const { transaction } = scope;
      const upload = await uploads.find(transaction.correlationId);
      if (upload === undefined) {
        yield* inMessage.process(scope, done);
        return;
      }
      const fault = faultOf(scope, limits);
      if (fault !== undefined) {
        const outcome = searchRefusal(transaction, fault, transaction.completedCount);
        yield { outcome, source: {}, completedCount: 0, rejectedCount: 0, isLast: true };
        return;
      }
      let from = done === 0 ? beginningOf(upload) : readPlace(scope.resumeFrom?.to);
      while (from !== undefined) {
        const { answers, to, points } = await answerItems(scope, upload, options, { from, answeredAt: scope.now });
        const isLast = to.page === undefined && to.item >= transaction.totalCount;
        yield {
          outcome: outcomeOf(scope, answers, to, isLast),
          source: { from: { ...from }, to: { ...to }, is_last: isLast },
          completedCount: to.item - from.item,
          rejectedCount: to.rejected - from.rejected,
          points,
          isLast,
        };
        from = isLast ? undefined : to;
      }
    },
    compose: async (scope, message): Promise<Outcome | undefined> => {
      const upload = await uploads.find(scope.transaction.correlationId);
      if (upload === undefined) {
        return scope.content.message.search_request === undefined ? undefined : inMessage.compose(scope, message);
      }
      const fault = faultOf(scope, limits);
      if (fault !== undefined) return searchRefusal(scope.transaction, fault);
      const from = readPlace(message.source.from);
      const until = readPlace(message.source.to);
      // A message that was refused as a whole stays refused, whatever has been granted since.
      if (from === undefined || until === undefined) {
        return searchRefusal(scope.transaction, {
          reasonCode: 'rjct.action.not_supported',
          reasonMessage: 'the message was refused',
        });
      }
      const { answers } = await answerItems(scope, upload, options, { from, until, answeredAt: message.createdAt });
      return outcomeOf(scope, answers, until, message.source.is_last === true);
    },
  };
}

interface Stretch {
  readonly from: UploadPlace;
  /** Given when a callback is made again. */
  readonly until?: UploadPlace;
  readonly answeredAt: number;
}

function answerItems(
  scope: OperationScope,
  upload: Upload,
  options: UploadSearchOptions,
  stretch: Stretch,
): Promise<AnsweredItems> {
  return upload.layout.format === 'csv'
    ? answerIdentifiers(scope, { ...upload, layout: upload.layout }, options, stretch)
    : answerSearches(scope, upload, options, stretch);
}

async function answerIdentifiers(
  scope: OperationScope,
  upload: Upload & { readonly layout: Parameters<typeof readIdentifierRows>[1] },
  options: UploadSearchOptions,
  { from, until, answeredAt }: Stretch,
): Promise<AnsweredItems> {
  const { limits, uploads } = options;
  const count = until === undefined ? limits.maxUploadBatch : until.item - from.item;
  const items = await readItems(uploads, upload, from.offset, count);
  const { criteria } = readUploadMessage(scope.content.message);
  const answered = await answerRows(
    readIdentifierRows(items, upload.layout, from.item + 1),
    {
      search: searchOf(scope, options),
      criteria,
      answeredAt,
      signal: scope.signal,
      disclose: scope.disclose ?? (() => {}),
    },
    until !== undefined,
  );
  const last = items[answered.count - 1];
  if (last === undefined) throw missingItems();
  const { answers, rejected } = answered;
  return {
    answers,
    points: 0,
    to: { offset: last.end, item: from.item + answered.count, rejected: from.rejected + rejected, records: 0 },
  };
}

async function answerSearches(
  scope: OperationScope,
  upload: Upload,
  options: UploadSearchOptions,
  { from, until, answeredAt }: Stretch,
): Promise<AnsweredItems> {
  const { limits, uploads } = options;
  // An end in the middle of an item is an end within the one that begins there.
  const count = until === undefined ? limits.maxItems : until.item - from.item + (until.page === undefined ? 0 : 1);
  const items = await readItems(uploads, upload, from.offset, count);
  const { criteria } = readUploadMessage(scope.content.message);
  const elements = readSearchElements(items, criteria, from.item + 1);
  const total = scope.transaction.totalCount;
  const part = await answerPart(
    {
      items: {
        count: total,
        at: (index) => {
          const element = elements[index - from.item];
          if (element === undefined) throw missingItems();
          return element;
        },
      },
      search: searchOf(scope, options),
      answeredAt,
      signal: scope.signal,
      disclose: scope.disclose ?? (() => {}),
    },
    searchPlace(from),
    until === undefined ? undefined : searchPlace(until),
  );
  const { item = total, page = 1, records = 0, cursor, size } = part.to ?? {};
  const within = { page, ...(cursor !== undefined && { cursor }), ...(size !== undefined && { size }) };
  return {
    answers: part.answers,
    points: part.points,
    to: {
      offset: item === from.item ? from.offset : (items[item - from.item - 1]?.end ?? upload.bytes),
      item,
      rejected: part.rejected,
      records,
      ...(page > 1 && { page: within }),
    },
  };
}

function searchPlace({ item, records, rejected, page }: UploadPlace): SearchPlace {
  return { page: 1, ...page, item, records, rejected };
}

function searchOf({ sender, registry, now }: OperationScope, { limits, cursors }: UploadSearchOptions): SearchScope {
  return {
    registry,
    sender: sender.sender,
    access: sender.access(registry.type),
    // A file has more items than a message, and each may find a record.
    limits: { ...limits, maxAsyncRecords: Math.max(limits.maxAsyncRecords, limits.maxUploadItems) },
    cursors,
    now,
  };
}

function faultOf({ transaction, content, sender, registry }: OperationScope, limits: ServerLimits) {
  return faultOfMessage(content.header, {
    sender: sender.sender,
    limits,
    receivedAt: transaction.acceptedAt,
    isGranted: sender.access(registry.type).actions.has('search'),
    count: transaction.totalCount,
    maxItems: limits.maxUploadItems,
  });
}

function outcomeOf(
  { transaction }: OperationScope,
  answers: readonly SearchResponseItem[],
  { item, rejected }: UploadPlace,
  isLast: boolean,
): Outcome {
  return searchOutcome(transaction, { answers, completed: item, rejected, isLast, container: 'file' });
}

function beginningOf({ layout }: Upload): UploadPlace {
  return { offset: layout.start, item: 0, rejected: 0, records: 0 };
}

function readPlace(value: JsonObject[string]): UploadPlace | undefined {
  if (!isJsonObject(value)) return undefined;
  const { offset, item, rejected, records, page } = value;
  if (typeof offset !== 'number' || typeof item !== 'number') return undefined;
  return {
    offset,
    item,
    rejected: Number(rejected),
    records: Number(records),
    ...(isJsonObject(page) && {
      page: {
        page: Number(page.page),
        ...(typeof page.cursor === 'string' && { cursor: page.cursor }),
        ...(typeof page.size === 'number' && { size: page.size }),
      },
    }),
  };
}

function missingItems(): DciError {
  return new DciError('err.internal', 'an uploaded file ends before its last item');
}
