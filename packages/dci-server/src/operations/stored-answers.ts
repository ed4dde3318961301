import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CryptoProvider,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RegistryType,
  type SearchResponseItem,
  toRecordsForm,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { accessFingerprint } from '../deliver/access-fingerprint.ts';
import type { ContentSource } from '../deliver/content-source.ts';
import type { ServerLimits } from '../limits.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingContent, OutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';
import type { Transaction, TransactionStore } from '../stores/transactions.ts';
import { jsonBytes } from './json-bytes.ts';
import { partMessageId } from './part-id.ts';

/** Where the answers to transactions are. */
export interface StoredAnswers {
  readonly transactions: Pick<TransactionStore, 'countCallbacks'>;
  readonly outgoing: Pick<OutgoingStore, 'find' | 'content'>;
  /** Makes a callback again whose access has changed. */
  readonly source: ContentSource;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
}

/** What the callbacks of some transactions hold. */
export interface MergedAnswers {
  /** The elements of `search_response` or `subscribe_response`. */
  readonly items: readonly JsonObject[];
  /** The message of the first callback. */
  readonly message?: JsonObject;
  /** Whether all of it fits. */
  readonly isWhole: boolean;
  /** Whether all callbacks are there still: what was asked and answered is purged before the transaction is. */
  readonly isKept: boolean;
}

/** What {@link mergeCallbacks} needs to know. */
export interface MergeScope {
  readonly answers: StoredAnswers;
  readonly sender: KnownSender;
  readonly registry: { readonly type: RegistryType };
  readonly limits: Pick<ServerLimits, 'maxRecords' | 'maxReplyBytes'>;
  readonly disclose: (disclosure: Disclosure) => void;
}

/**
 * Puts together what the callbacks of transactions hold, as much as one reply can (protocol.md section 6). Where access
 * has changed since a callback was made, or a registrant's consent is needed, it is made again. What an operator decided on
 * a subscription replaces the answer that it waits.
 *
 * @param transactions - of one sender and one kind
 * @param scope - stores and sender
 * @param referenceIds - only the answers to these items; absent: all
 * @returns the answers
 */
export async function mergeCallbacks(
  transactions: readonly Transaction[],
  scope: MergeScope,
  referenceIds?: ReadonlySet<string>,
): Promise<MergedAnswers> {
  const items: JsonObject[] = [];
  const { maxRecords, maxReplyBytes } = scope.limits;
  let first: JsonObject | undefined;
  let isKept = true;
  let bytes = 0;
  let records = 0;
  for (const { correlationId, registry, state } of transactions) {
    const count = await scope.answers.transactions.countCallbacks(correlationId);
    if (count === 0 && state === 'succ') isKept = false;
    for (let sequence = 0; sequence < count; sequence += 1) {
      // Each is opened and read at once; other requests get their turn between two.
      if (first !== undefined) await nextTurn();
      const messageId = partMessageId(correlationId, sequence, scope.answers.crypto);
      const message = await scope.answers.outgoing.find(messageId);
      const content = message && (await contentOf(message, registry, scope));
      if (content === undefined) {
        isKept = false;
        continue;
      }
      first ??= content.message;
      let isShown = false;
      let isFull = false;
      for (const item of itemsOf(content.message)) {
        if (referenceIds !== undefined && !referenceIds.has(String(item.reference_id))) continue;
        const size = jsonBytes(item, maxReplyBytes + 1);
        const decided = message?.source.decided;
        const earlier = decided === undefined ? -1 : items.findIndex((other) => tellsOf(other, decided));
        for (const replaced of earlier < 0 ? [] : items.splice(earlier, 1)) {
          bytes -= jsonBytes(replaced, maxReplyBytes + 1);
        }
        const found = recordsIn(item);
        isFull = bytes + size > maxReplyBytes || records + found > Math.max(maxRecords, found);
        if (isFull) break;
        bytes += size;
        records += found;
        items.splice(earlier < 0 ? items.length : earlier, 0, ...inStatusForm(item, scope.registry.type));
        isShown = true;
      }
      // Also of a callback that is shown in part: what the audit leaves out nobody finds.
      if (isShown) for (const disclosure of content.disclosures ?? []) scope.disclose(disclosure);
      if (isFull) return { ...merged(items, first), isWhole: false, isKept };
    }
  }
  return { ...merged(items, first), isWhole: true, isKept };
}

function recordsIn({ data }: JsonObject): number {
  if (!isJsonObject(data)) return 0;
  return Array.isArray(data.reg_records) ? data.reg_records.length : 1;
}

function merged(
  items: readonly JsonObject[],
  message: JsonObject | undefined,
): Pick<MergedAnswers, 'items' | 'message'> {
  return { items, ...(message === undefined ? {} : { message }) };
}

async function contentOf(
  message: OutgoingMessage,
  registry: string,
  { answers, sender }: MergeScope,
): Promise<OutgoingContent | undefined> {
  const fingerprint = accessFingerprint(sender, registry);
  if (fingerprint !== undefined && fingerprint === message.accessFingerprint) {
    return answers.outgoing.content(message.messageId);
  }
  return answers.source.compose(message, sender);
}

function itemsOf(message: JsonObject): readonly JsonObject[] {
  const list = message.search_response ?? message.subscribe_response;
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** @returns whether an answer is that of the subscription of a code */
function tellsOf({ subscriptions }: JsonObject, code: JsonValue): boolean {
  return (
    Array.isArray(subscriptions) &&
    (subscriptions as readonly JsonValue[]).some((one) => isJsonObject(one) && one.code === code)
  );
}

/** The civil and the farmer registry's files want one record for each item in a status, a list in a search. */
function inStatusForm(item: JsonObject, type: RegistryType): readonly JsonObject[] {
  const { data } = item;
  if (!isJsonObject(data) || !Array.isArray(data.reg_records)) return [item];
  return toRecordsForm(item as SearchResponseItem, type.statusRecordsForm ?? type.recordsForm);
}
