import { canonicalJson, type JsonObject } from 'dci-core';
import type { JobWriter, Sealer, StateDatabase } from 'dci-host';
import type { AddedSubscription, FilteredSubscription, NewSubscription, SubscriptionStore } from '../subscriptions.ts';
import {
  type FilteredRow,
  readFiltered,
  readSubscription,
  rowOf,
  type SubscriptionRow,
  subscriptionColumns,
} from './subscription-row.ts';

/** What the stores of subscriptions, events and receipts work with. */
export interface SubscriptionStoreOptions {
  readonly database: StateDatabase;
  /** Keeps filters and records sealed. */
  readonly sealer: Sealer;
  /** Writes jobs in the commits that they belong to. */
  readonly jobs: JobWriter;
}

/** Rows of one commit of `expire` and `purge`: some milliseconds of work, so that no request waits for it. */
const batch = 500;

const defaultListLimit = 100;
const mostListed = 1_000;

/**
 * The subscriptions in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteSubscriptionStore({ database, sealer, jobs }: SubscriptionStoreOptions): SubscriptionStore {
  const { durable } = database;
  const selectRevision = durable
    .prepare<[], number>('SELECT revision FROM dci_server_subscription_revision WHERE id = 1')
    .pluck();
  const names = `${subscriptionColumns}, filter`;
  const insert = durable.prepare<[ReturnType<typeof rowOf>]>(
    `INSERT INTO dci_server_subscription (${names}) VALUES (${names.replaceAll(/\w+/g, '@$&')})`,
  );
  const selectOne = durable.prepare<[string], SubscriptionRow>(
    `SELECT ${subscriptionColumns} FROM dci_server_subscription WHERE code = ?`,
  );
  const selectWithFilter = durable.prepare<[string], FilteredRow>(
    `SELECT ${names} FROM dci_server_subscription WHERE code = ?`,
  );
  const selectCorrelation = durable.prepare<[string], SubscriptionRow>(
    `SELECT ${subscriptionColumns} FROM dci_server_subscription WHERE correlation_id = ? ORDER BY rowid`,
  );
  const selectActive = durable.prepare<[string], FilteredRow>(
    `SELECT ${names} FROM dci_server_subscription WHERE registry = ? AND state = 'active' ORDER BY code`,
  );
  const selectOpen = durable.prepare<[string], FilteredRow>(
    `SELECT ${names} FROM dci_server_subscription WHERE sender_id = ? AND state IN ('pending', 'active')`,
  );
  const decide = durable.prepare<{ code: string; state: string; at: number; next: number | null }>(
    `UPDATE dci_server_subscription SET state = @state,
       active_at = CASE @state WHEN 'active' THEN @at END,
       ended_at = CASE @state WHEN 'rejected' THEN @at END,
       ended_by = CASE @state WHEN 'rejected' THEN 'operator' END,
       next_digest_at = @next
     WHERE code = @code AND state = 'pending'`,
  );
  const end = durable.prepare<{ code: string; endedBy: string; at: number; senderId: string | null }>(
    `UPDATE dci_server_subscription SET state = 'ended', ended_by = @endedBy, ended_at = @at
     WHERE code = @code AND state IN ('pending', 'active') AND (@senderId IS NULL OR sender_id = @senderId)`,
  );
  const expire = durable.prepare<{ now: number; batch: number }>(
    `UPDATE dci_server_subscription SET state = 'expired', ended_at = @now WHERE code IN
       (SELECT code FROM dci_server_subscription
        WHERE state IN ('pending', 'active') AND expires_at <= @now LIMIT @batch)`,
  );
  const purge = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_subscription WHERE code IN
       (SELECT code FROM dci_server_subscription
        WHERE state IN ('ended', 'expired', 'rejected') AND ended_at < ? LIMIT ?)`,
  );

  /** @returns what the pending and active subscriptions of a sender are, read once for all that a commit adds */
  const openSubscriptions = (): ((senderId: string) => Set<string>) => {
    const known = new Map<string, Set<string>>();
    return (senderId) => {
      const open =
        known.get(senderId) ?? new Set(selectOpen.all(senderId).map((row) => identityOf(readFiltered(row, sealer))));
      known.set(senderId, open);
      return open;
    };
  };
  const addAll = (list: readonly NewSubscription[], maxPerSender: number): readonly AddedSubscription[] => {
    const openOf = openSubscriptions();
    return list.map(({ subscription, jobs: enqueue }): AddedSubscription => {
      if (selectOne.get(subscription.code) !== undefined) return 'known';
      const open = openOf(subscription.senderId);
      const identity = identityOf(subscription);
      if (open.has(identity)) return 'duplicate';
      if (open.size >= maxPerSender) return 'limit';
      insert.run(rowOf(subscription, sealer));
      if (enqueue.length > 0) jobs.apply({ enqueue });
      open.add(identity);
      return 'added';
    });
  };

  return {
    revision: async () => selectRevision.get() as number,
    add: (subscriptions, maxPerSender) => database.commit(() => addAll(subscriptions, maxPerSender)),
    find: async (code) => {
      const row = selectOne.get(code);
      return row === undefined ? undefined : readSubscription(row);
    },
    findWithFilter: async (code) => {
      const row = selectWithFilter.get(code);
      return row === undefined ? undefined : readFiltered(row, sealer);
    },
    findByCorrelation: async (correlationId) => selectCorrelation.all(correlationId).map(readSubscription),
    list: async ({ senderId, registry, state, limit }) => {
      const wanted = Object.entries({ sender_id: senderId, registry, state }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([name]) => `${name} = ?`).join(' AND ')}`;
      return durable
        .prepare<unknown[], SubscriptionRow>(
          `SELECT ${subscriptionColumns} FROM dci_server_subscription ${where} ORDER BY rowid DESC LIMIT ?`,
        )
        .all(...wanted.map(([, value]) => value), Math.max(0, Math.min(limit ?? defaultListLimit, mostListed)))
        .map(readSubscription);
    },
    active: async (registry) => selectActive.all(registry).map((row) => readFiltered(row, sealer)),
    decide: ({ code, state, at, nextDigestAt, jobs: changes }) =>
      database.commit(() => {
        if (decide.run({ code, state, at, next: nextDigestAt ?? null }).changes === 0) return false;
        jobs.apply(changes);
        return true;
      }),
    end: (codes, { endedBy, at, senderId }) =>
      database.commit(() =>
        codes.filter((code) => end.run({ code, endedBy, at, senderId: senderId ?? null }).changes > 0),
      ),
    expire: (now) => database.commit(() => expire.run({ now, batch }).changes),
    purge: (endedBefore) => database.commit(() => purge.run(endedBefore, batch).changes),
  };
}

/** What makes two subscriptions of one sender the same, whenever they begin and end. */
function identityOf(subscription: FilteredSubscription): string {
  const { registry, eventTypes, recordType, filterType, fields, frequency, purpose, received } = subscription;
  const identity: JsonObject = {
    registry,
    eventTypes: [...eventTypes].sort(),
    recordType,
    filterType,
    filter: received?.filter,
    fields: fields === undefined ? undefined : [...fields].sort(),
    frequency,
    purpose,
  };
  return canonicalJson(identity);
}
