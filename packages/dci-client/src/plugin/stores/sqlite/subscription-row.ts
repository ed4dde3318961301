import { writeJson } from 'dci-core';
import type { StateDatabase } from 'dci-host';
import { joinHeld } from '../../../callbacks/held-subscriptions.ts';
import type { HeldSubscription, HeldSubscriptionState } from '../../../callbacks/subscriptions.ts';
import type { SubscriptionChanges } from '../../../callbacks/transactions.ts';
import { storedTexts } from './stored-json.ts';

/** A row of `dci_client_subscription`. */
export interface SubscriptionRow {
  readonly source: string;
  readonly code: string;
  readonly transaction_id: string;
  readonly event_types: string;
  readonly record_type: string | null;
  readonly state: HeldSubscriptionState;
  readonly handler: string | null;
  readonly receipts: number;
  readonly since: number;
  readonly expires_at: number | null;
}

/** Writes subscriptions inside commits of the caller. */
export interface SubscriptionWriter {
  /** Adds a subscription, or replaces it. */
  save(subscription: HeldSubscription): void;
  find(source: string, code: string): HeldSubscription | undefined;
  setState(source: string, code: string, state: HeldSubscriptionState): void;
  /** Makes the changes of a callback. */
  apply(source: string, changes: SubscriptionChanges): void;
}

/**
 * @param durable - the durable connection
 * @returns the writer
 */
export function subscriptionWriter(durable: StateDatabase['durable']): SubscriptionWriter {
  const upsert = durable.prepare<[SubscriptionRow]>(
    `INSERT INTO dci_client_subscription (source, code, transaction_id, event_types, record_type, state, handler,
       receipts, since, expires_at)
     VALUES (@source, @code, @transaction_id, @event_types, @record_type, @state, @handler,
       @receipts, @since, @expires_at)
     ON CONFLICT (source, code) DO UPDATE SET transaction_id = excluded.transaction_id,
       event_types = excluded.event_types, record_type = excluded.record_type, state = excluded.state,
       handler = excluded.handler, receipts = excluded.receipts, since = excluded.since,
       expires_at = excluded.expires_at`,
  );
  const select = durable.prepare<[string, string], SubscriptionRow>(
    'SELECT * FROM dci_client_subscription WHERE source = ? AND code = ?',
  );
  const update = durable.prepare<[HeldSubscriptionState, string, string]>(
    'UPDATE dci_client_subscription SET state = ? WHERE source = ? AND code = ?',
  );

  const save = (subscription: HeldSubscription): void => void upsert.run(rowOf(subscription));
  const find = (source: string, code: string): HeldSubscription | undefined => {
    const row = select.get(source, code);
    return row && readSubscription(row);
  };
  const setState = (source: string, code: string, state: HeldSubscriptionState): void =>
    void update.run(state, source, code);
  return {
    save,
    find,
    setState,
    apply: (source, { hold, end }) => {
      for (const told of hold) save(joinHeld(find(source, told.code), told));
      for (const code of end) setState(source, code, 'ended');
    },
  };
}

/**
 * @param row - a row
 * @returns the subscription
 */
export function readSubscription(row: SubscriptionRow): HeldSubscription {
  return {
    code: row.code,
    source: row.source,
    transactionId: row.transaction_id,
    eventTypes: storedTexts(row.event_types),
    ...(row.record_type !== null && { recordType: row.record_type }),
    state: row.state,
    ...(row.handler !== null && { handler: row.handler }),
    receipts: row.receipts === 1,
    since: row.since,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  };
}

function rowOf(subscription: HeldSubscription): SubscriptionRow {
  return {
    source: subscription.source,
    code: subscription.code,
    transaction_id: subscription.transactionId,
    event_types: writeJson(subscription.eventTypes),
    record_type: subscription.recordType ?? null,
    state: subscription.state,
    handler: subscription.handler ?? null,
    receipts: subscription.receipts ? 1 : 0,
    since: subscription.since,
    expires_at: subscription.expiresAt ?? null,
  };
}
