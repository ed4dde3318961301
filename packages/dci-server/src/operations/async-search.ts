import {
  DciError,
  isJsonObject,
  type JsonObject,
  parseMessage,
  parseSearchRequestItems,
  searchRequestSchema,
} from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { Outcome } from '../reply/respond.ts';
import type { CursorCodec } from './cursor.ts';
import { faultOfMessage } from './message-fault.ts';
import { searchOutcome, searchRefusal } from './search-outcome.ts';
import { type AnsweredPart, answerPart, type PartScope, type SearchItems, type SearchPlace } from './search-part.ts';
import type { OperationPart, OperationScope, TransactionOperation } from './transaction-operation.ts';

/** What an asynchronous search works with. */
export interface AsyncSearchOptions {
  readonly limits: ServerLimits;
  readonly cursors: CursorCodec;
  /**
   * Finds the items of a request that does not carry them itself, such as an upload. Absent, or nothing returned: those of
   * its message.
   */
  readonly itemsOf?: (scope: OperationScope) => Promise<SearchItems | undefined>;
}

const begin: SearchPlace = { item: 0, page: 1, records: 0, rejected: 0 };

/**
 * Searches that are answered by callback (protocol.md sections 6 and 7). An item that says which page it wants gets that
 * page, as a synchronous one does. An item that says nothing gets all its pages, each at the end of a callback; what is
 * small shares a callback.
 *
 * The header of every callback but the last says `pdng`, as the standard's word for a request that is under way: more
 * follows. The last one says `succ` when any item of the message succeeded, else `rjct`. `completed_count` is the number
 * of items that are answered in full up to this callback.
 *
 * @param options - limits and cursors
 * @returns the operation
 */
export function createAsyncSearch(options: AsyncSearchOptions): TransactionOperation {
  return {
    async *process(scope: OperationScope, done: number): AsyncIterable<OperationPart> {
      const fault = faultOf(scope, options.limits);
      if (fault !== undefined) {
        const outcome = searchRefusal(scope.transaction, fault, scope.transaction.completedCount);
        yield { outcome, source: {}, completedCount: 0, rejectedCount: 0, isLast: true };
        return;
      }
      const work = await workOf(scope, options);
      let from: SearchPlace | undefined = done === 0 ? begin : readPlace(scope.resumeFrom?.to);
      while (from !== undefined) {
        const part: AnsweredPart = await answerPart(work, from);
        const end = part.to?.item ?? work.items.count;
        yield {
          outcome: outcomeOf(scope, part, part.to === undefined, end),
          source: { from: placeJson(from), end, ...(part.to === undefined ? {} : { to: placeJson(part.to) }) },
          completedCount: end - from.item,
          rejectedCount: part.rejected - from.rejected,
          points: part.points,
          isLast: part.to === undefined,
        };
        from = part.to;
      }
    },
    compose: async (scope, { source, createdAt }): Promise<Outcome> => {
      const fault = faultOf(scope, options.limits);
      if (fault !== undefined) return searchRefusal(scope.transaction, fault);
      const from = readPlace(source.from);
      const to = readPlace(source.to);
      // A message that was refused as a whole stays refused, whatever has been granted since.
      if (from === undefined) {
        return searchRefusal(scope.transaction, {
          reasonCode: 'rjct.action.not_supported',
          reasonMessage: 'the message was refused',
        });
      }
      const work = { ...(await workOf(scope, options)), answeredAt: createdAt };
      const part = await answerPart(work, from, to ?? { ...begin, item: work.items.count });
      return outcomeOf(scope, part, to === undefined, to?.item ?? work.items.count);
    },
  };
}

function faultOf({ transaction, content, sender, registry }: OperationScope, limits: ServerLimits) {
  return faultOfMessage(content.header, {
    sender: sender.sender,
    limits,
    receivedAt: transaction.acceptedAt,
    isGranted: sender.access(registry.type).actions.has('search'),
    count: transaction.totalCount,
    maxItems: limits.maxAsyncItems,
  });
}

async function workOf(scope: OperationScope, options: AsyncSearchOptions): Promise<PartScope> {
  const { limits, cursors } = options;
  const { sender, registry, now, signal, disclose } = scope;
  return {
    items: (await options.itemsOf?.(scope)) ?? itemsInMessage(scope),
    search: { registry, sender: sender.sender, access: sender.access(registry.type), limits, cursors, now },
    answeredAt: now,
    signal,
    disclose: disclose ?? (() => {}),
  };
}

function itemsInMessage({ content }: OperationScope): SearchItems {
  const items = parseSearchRequestItems(parseMessage(searchRequestSchema, content.message, 'message'));
  return {
    count: items.length,
    at: (index) => {
      const item = items[index];
      if (item === undefined) throw new DciError('err.internal', 'a search goes on after its last item');
      return item;
    },
  };
}

function outcomeOf({ transaction }: OperationScope, part: AnsweredPart, isLast: boolean, completed: number): Outcome {
  return searchOutcome(transaction, { ...part, completed, isLast, container: 'message' });
}

function placeJson(place: SearchPlace): JsonObject {
  return { ...place };
}

function readPlace(value: JsonObject[string]): SearchPlace | undefined {
  if (!isJsonObject(value)) return undefined;
  const { item, page, records, rejected, size, cursor } = value;
  if (typeof item !== 'number' || typeof page !== 'number') return undefined;
  return {
    item,
    page,
    records: Number(records),
    rejected: Number(rejected),
    ...(typeof size === 'number' ? { size } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  };
}
