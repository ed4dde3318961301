import { isJsonObject, type JsonObject, social } from 'dci-core';
import { runCommand } from 'dci-host/testing';
import { describe, expect, test } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { dciServer } from '../plugin.ts';
import { socialPersons } from '../records.fixtures.ts';
import { headerOf, receiverId } from '../server.fixtures.ts';
import {
  listIn,
  recordsIn,
  type SubscriptionServer,
  startSubscriptionServer,
  subscribeItem,
  where,
} from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}] = socialPersons;

/** Runs `dci subscriptions` beside the server. */
async function dci({ server }: SubscriptionServer, ...argv: string[]) {
  return runCommand(['subscriptions', ...argv], {
    clock: server.clock,
    config: {
      senderId: receiverId,
      dataDirectory: server.host.dataDirectory,
      plugins: [
        dciServer({ registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records: {} }) }] }),
      ],
    },
  });
}

async function callbacks(host: SubscriptionServer, subject: string) {
  const messages = await host.stores.outgoing.list({ kind: 'callback', subject });
  const contents = await Promise.all(messages.map(({ messageId }) => host.stores.outgoing.content(messageId)));
  return contents.reverse();
}

/** Asks `sync/txn/status` by one attribute. */
async function statusOf({ server }: SubscriptionServer, by: JsonObject) {
  const [[attribute_type, value] = ['', '']] = Object.entries(by);
  const attribute_value = Array.isArray(value) ? value : [value];
  const reply = await server.send(
    await server.envelope({
      header: { action: 'txn-status' },
      message: { transaction_id: 'question', txnstatus_request: { attribute_type, attribute_value } },
    }),
    { path: '/dci_api/v1/registry/sync/txn/status' },
  );
  const { message } = reply.body;
  const response = isJsonObject(message) ? message.txnstatus_response : undefined;
  const status = isJsonObject(response) && isJsonObject(response.txn_status) ? response.txn_status : {};
  return { header: headerOf(reply), items: listIn(status, 'subscribe_response') };
}

describe('a subscription that needs approval', () => {
  test('waits, is approved, tells so and begins', async () => {
    await using host = await startSubscriptionServer({ approval: 'manual' });
    const { item, code, callback } = await host.subscribe();
    expect(item).toMatchObject({ status: 'pdng', subscriptions: [{ code, status: 'subscribe' }] });
    expect(callback.content.header).toMatchObject({ status: 'pdng' });
    await host.publish(amina);
    expect((await dci(host, 'list', '--state', 'pending')).stdout).toContain(code);
    const approved = await dci(host, 'approve', code, '--json');
    expect([approved.code, JSON.parse(approved.stdout)]).toEqual([0, { code, state: 'active' }]);
    await host.server.host.runJobs();
    await host.server.host.runJobs();
    const [, decided, ...more] = await callbacks(host, callback.subject);
    expect(more).toEqual([]);
    expect(decided).toMatchObject({
      header: { action: 'on-subscribe', status: 'succ', total_count: 1, sender_id: receiverId },
      message: { transaction_id: 'txn-1', correlation_id: callback.subject },
    });
    expect(listIn(decided?.message ?? {}, 'subscribe_response')).toMatchObject([
      { reference_id: 'item-1', status: 'succ', subscriptions: [{ code, status: 'subscribe' }] },
    ]);
    await host.publish(jose);
    expect((await host.notifications(code)).flatMap(recordsIn)).toEqual([jose]);
    const again = await dci(host, 'approve', code);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('it is active')]);
  });

  test('is told of by txn/status as it is by then, with one answer for each item', async () => {
    await using host = await startSubscriptionServer({ approval: 'manual' });
    const items = [
      subscribeItem(where('sex', '=', '1'), 'first'),
      subscribeItem(where('sex', '=', '2'), 'second'),
      subscribeItem({ reg_event_type: 'nothing' }, 'wrong'),
    ];
    await host.ask('subscribe', { transaction_id: 'txn-1', subscribe_request: items });
    const codes = new Map(
      (await host.stores.subscriptions.list({})).map(({ code, referenceId }) => [referenceId, code]),
    );
    const decide = async (verb: string, referenceId: string) => {
      expect((await dci(host, verb, codes.get(referenceId) ?? '')).code).toBe(0);
      await host.server.host.runJobs();
    };
    const answers = (...statuses: string[]) =>
      ['first', 'second', 'wrong'].map((reference_id, index) => ({ reference_id, status: statuses[index] }));

    expect(await statusOf(host, { transaction_id: 'txn-1' })).toMatchObject({
      header: { status: 'pdng', total_count: 3, completed_count: 3 },
      items: answers('pdng', 'pdng', 'rjct'),
    });
    await decide('reject', 'first');
    expect(await statusOf(host, { transaction_id: 'txn-1' })).toMatchObject({
      header: { status: 'pdng' },
      items: answers('rjct', 'pdng', 'rjct'),
    });
    expect(await host.stores.transactions.search('mis.example.org', { transactionId: 'txn-1' })).toMatchObject([
      { state: 'pdng', rejectedCount: 2 },
    ]);
    await decide('approve', 'second');
    const last = await statusOf(host, { transaction_id: 'txn-1' });
    expect(last).toMatchObject({ header: { status: 'succ', total_count: 3 }, items: answers('rjct', 'succ', 'rjct') });
    expect(last.items).toHaveLength(3);
    const one = await statusOf(host, { reference_id_list: ['second'] });
    expect(one.items).toMatchObject([{ reference_id: 'second', status: 'succ' }]);
    expect(one.items).toHaveLength(1);
  });

  test('that is the only one and is rejected ends its request as rejected', async () => {
    await using host = await startSubscriptionServer({ approval: 'manual' });
    const { code } = await host.subscribe();
    await dci(host, 'reject', code);
    await host.server.host.runJobs();
    const { header, items } = await statusOf(host, { transaction_id: 'txn-1' });
    expect([header.status, items.map(({ status }) => status)]).toEqual(['rjct', ['rjct']]);
  });

  test('with a frequency has its first digest after the approval', async () => {
    await using host = await startSubscriptionServer({ approval: 'manual' });
    const { code } = await host.subscribe({ frequency: '0 6 * * *' });
    host.server.clock.set('2026-04-24T10:00:00Z');
    expect((await dci(host, 'approve', code)).code).toBe(0);
    await host.publish(amina);
    host.server.clock.set('2026-04-25T06:00:00Z');
    await host.server.host.runJobs();
    expect((await host.notifications(code)).map(recordsIn)).toEqual([[amina]]);
  });

  test('is rejected and tells so', async () => {
    await using host = await startSubscriptionServer({ approval: 'manual' });
    const { code, callback } = await host.subscribe();
    expect((await dci(host, 'reject', code)).code).toBe(0);
    await host.server.host.runJobs();
    const [, decided] = await callbacks(host, callback.subject);
    expect(decided?.header).toMatchObject({ status: 'rjct' });
    expect(listIn(decided?.message ?? {}, 'subscribe_response')).toMatchObject([
      { status: 'rjct', subscriptions: [{ code, status: 'unsubscribe' }] },
    ]);
    await host.publish(amina);
    expect(await host.notifications(code)).toEqual([]);
  });

  test('counts for the limit, and ends by unsubscribe', async () => {
    await using host = await startSubscriptionServer({
      approval: 'manual',
      settings: { maxSubscriptionsPerSender: 1 },
    });
    const { code } = await host.subscribe(where('sex', '=', '1'));
    expect((await host.subscribe(where('sex', '=', '2'))).item.status).toBe('rjct');
    await host.unsubscribe([code]);
    expect((await dci(host, 'approve', code)).code).toBe(1);
    expect((await host.subscribe(where('sex', '=', '2'))).item.status).toBe('pdng');
  });
});

describe('dci subscriptions', () => {
  test('shows what is known of one, without what it filters by', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe(where('name.surname', '=', 'Yusuf'));
    await host.publish(amina);
    const { stdout } = await dci(host, 'show', code, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      code,
      state: 'active',
      frequency: 'immediate',
      waiting_events: 0,
      notifications: [{ events: 1, receipts: [] }],
    });
    const shown = await dci(host, 'show', code);
    for (const text of [stdout, shown.stdout, (await dci(host, 'list')).stdout])
      expect(text).not.toMatch(/Yusuf|Amina/);
    expect(shown.stdout).toContain('delivered');
  });

  test('lists by sender, registry and state', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    const listed = async (...argv: string[]) => JSON.parse((await dci(host, 'list', '--json', ...argv)).stdout);
    expect(await listed('--sender', 'mis.example.org', '--registry', 'social', '--state', 'active')).toMatchObject([
      { code, sender_id: 'mis.example.org', event_types: ['REGISTER'], expires_at: '2027-04-22T10:30:00Z' },
    ]);
    expect(await listed('--sender', 'other.example.org')).toEqual([]);
    expect((await dci(host, 'list', '--limit', '0')).code).toBe(2);
  });

  test('ends one at once', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    expect((await dci(host, 'end', code)).stdout).toContain('is ended');
    await host.publish(amina);
    expect(await host.notifications(code)).toEqual([]);
    expect((await dci(host, 'end', code)).code).toBe(1);
    expect((await dci(host, 'show', 'SUB-nothing')).code).toBe(1);
  });
});
