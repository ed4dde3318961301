import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { testHeldSubscriptionStore } from '../../../testing/held-subscription-store-contract.ts';
import { testNotificationStore } from '../../../testing/notification-store-contract.ts';
import { testTransactionStore } from '../../../testing/transaction-store-contract.ts';
import { callbackMigrations } from './migrations.ts';
import { openedSqlite } from './state-database.fixtures.ts';

const contract = { name: 'SQLite', create: openedSqlite, runner: { describe, it } };
testTransactionStore(contract);
testHeldSubscriptionStore(contract);
testNotificationStore(contract);

describe('the tables', () => {
  const database = new SqliteDatabase(':memory:');
  for (const { sqlite } of callbackMigrations) database.exec(sqlite);
  const plan = (sql: string): string =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as readonly { readonly detail: string }[])
      .map(({ detail }) => detail)
      .join('\n');

  it('are STRICT and named after the package', () => {
    const tables = database
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all() as readonly { readonly name: string; readonly sql: string }[];
    expect(tables.map(({ name }) => name).sort()).toEqual([
      'dci_client_callback',
      'dci_client_event',
      'dci_client_notification',
      'dci_client_subscription',
      'dci_client_transaction',
    ]);
    for (const { name, sql } of tables) expect(sql, name).toMatch(/\) STRICT$/);
  });

  it.each([
    ['a transaction', 'SELECT * FROM dci_client_transaction WHERE transaction_id = 1'],
    ['its correlation id', 'SELECT * FROM dci_client_transaction WHERE source = 1 AND correlation_id = 1'],
    ['open ones that expire', "SELECT * FROM dci_client_transaction WHERE state = 'open' AND expires_at <= 1"],
    ['old ones', "SELECT * FROM dci_client_transaction WHERE state <> 'open' AND opened_at < 1"],
    ['callbacks of one', 'SELECT * FROM dci_client_callback WHERE transaction_id = 1 ORDER BY number'],
    ['a message', 'SELECT * FROM dci_client_callback WHERE source = 1 AND message_id = 1'],
    ['a subscription', 'SELECT * FROM dci_client_subscription WHERE source = 1 AND code = 1'],
    ['those of a source', 'SELECT * FROM dci_client_subscription WHERE source = 1'],
    ['those of a transaction', 'SELECT * FROM dci_client_subscription WHERE transaction_id = 1'],
    ['a notification', 'SELECT * FROM dci_client_notification WHERE source = 1 AND message_id = 1'],
    ['old ones of these', 'SELECT * FROM dci_client_notification WHERE received_at < 1'],
    ['an event', 'SELECT * FROM dci_client_event WHERE event_id = 1'],
    ['events of one notification', 'SELECT * FROM dci_client_event WHERE notification = 1'],
    ['events of a state', 'SELECT * FROM dci_client_event WHERE state = 1 ORDER BY number LIMIT 1'],
    ['old events', "SELECT * FROM dci_client_event WHERE state = 'processed' AND received_at < 1"],
  ])('find %s without reading a whole table', (_what, sql) => {
    expect(plan(sql)).toMatch(/^SEARCH/);
    expect(plan(sql)).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
