import { isJsonObject, type JsonObject, social } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { socialPersons } from '../records.fixtures.ts';
import { headerOf, isSignedByHost, searchMessage, type TestPeer } from '../server.fixtures.ts';
import {
  grantEvents,
  listIn,
  type SubscriptionServer,
  sendTo,
  startSubscriptionServer,
} from './subscriptions.fixtures.ts';

const [amina = {}] = socialPersons;
const timestamp = '2026-04-22T10:30:00Z';

/** A server that has sent one event. */
async function notified(): Promise<{ host: SubscriptionServer; code: string; reference: string; messageId: string }> {
  const host = await startSubscriptionServer();
  const { code } = await host.subscribe();
  await host.publish(amina);
  const [sent] = await host.notifications(code);
  const [event] = listIn(sent?.content.message ?? {}, 'notify_event');
  return { host, code, reference: String(event?.reference_id), messageId: sent?.messageId ?? '' };
}

const receipt = (reference_id: string, more: JsonObject = {}): JsonObject => ({
  reference_id,
  timestamp,
  status: 'succ',
  ...more,
});

async function confirm(host: SubscriptionServer, message: JsonObject, peer?: TestPeer) {
  const reply = await sendTo(host.server, 'receipt', { transaction_id: 'r-1', ...message }, peer, 'sync/receipt');
  expect(reply.status).toBe(200);
  expect(await isSignedByHost(reply, host.server)).toBe(true);
  const { message: answer } = reply.body;
  return { header: headerOf(reply), items: listIn(isJsonObject(answer) ? answer : {}, 'receipt_response') };
}

describe('a receipt', () => {
  test('of an event is kept and answered', async () => {
    const { host, code, reference, messageId } = await notified();
    await using _ = host;
    const { header, items } = await confirm(host, { subscription_code: code, receipt_request: [receipt(reference)] });
    expect(header).toMatchObject({ action: 'on-receipt', status: 'succ', total_count: 1, completed_count: 1 });
    expect(items).toEqual([{ reference_id: reference, timestamp, status: 'succ' }]);
    await confirm(host, { receipt_request: [receipt(reference, { status: 'rjct', status_reason_code: 'not.mine' })] });
    expect(await host.stores.receipts.of(messageId)).toEqual([
      {
        senderId: 'mis.example.org',
        referenceId: reference,
        kind: 'event',
        subject: messageId,
        status: 'rjct',
        reasonCode: 'not.mine',
        receivedAt: Date.parse(timestamp),
      },
    ]);
  });

  test('of a request is kept, by its items and as a whole', async () => {
    const { host } = await notified();
    await using _ = host;
    const { items } = await confirm(host, { receipt_request: [receipt('item-1'), receipt('txn-1')] });
    expect(items.map(({ status }) => status)).toEqual(['succ', 'succ']);
    const [subscription] = await host.stores.subscriptions.list({});
    const kept = await host.stores.receipts.of(subscription?.correlationId ?? '');
    expect(kept.map(({ kind, referenceId }) => [kind, referenceId])).toEqual([
      ['transaction', 'item-1'],
      ['transaction', 'txn-1'],
    ]);
  });

  test("in the standard's form confirms the transaction, and keeps nothing of the beneficiaries", async () => {
    const { host } = await notified();
    await using _ = host;
    const { items } = await confirm(host, {
      transaction_id: 'txn-1',
      receipt_information: { beneficiaries: [{ name: 'Amina' }] },
    });
    expect(items).toMatchObject([{ reference_id: 'txn-1', status: 'succ' }]);
  });

  test('of what was sent to another sender is refused as that of nothing', async () => {
    const { host, reference } = await notified();
    await using _ = host;
    const other = await host.server.addPeer({ senderId: 'other.example.org', policy: grantEvents(social) });
    const { header, items } = await confirm(host, { receipt_request: [receipt(reference), receipt('none')] }, other);
    expect(header.status).toBe('rjct');
    expect(items.map(({ reference_id: _id, ...item }) => item)).toEqual(
      Array.from({ length: 2 }, () => ({
        timestamp,
        status: 'rjct',
        status_reason_message: 'nothing that was sent to this sender has this reference',
      })),
    );
  });

  test('of an event under the code of another subscription is refused', async () => {
    const { host, reference } = await notified();
    await using _ = host;
    const { items } = await confirm(host, { subscription_code: 'SUB-x', receipt_request: [receipt(reference)] });
    expect(items).toMatchObject([{ status: 'rjct' }]);
  });
});

describe('a receipt that is only acknowledged', () => {
  const ackOf = ({ body }: { readonly body: JsonObject }): JsonObject =>
    isJsonObject(body.message) ? body.message : {};

  test('is kept with the ACK; an identical one gets the same ACK, another of its id is refused', async () => {
    const { host, reference, messageId } = await notified();
    await using _ = host;
    const { server } = host;
    const header = { action: 'receipt', message_id: 'receipt-1' };
    const message = { transaction_id: 'r-1', receipt_request: [receipt(reference)] };
    const body = await server.envelope({ header, message });
    const path = '/dci_api/v1/social/registry/receipt';
    const first = await server.send(body, { path });
    expect([first.status, ackOf(first).ack_status]).toEqual([202, 'ACK']);
    expect(await host.stores.receipts.of(messageId)).toHaveLength(1);
    server.clock.advance(5_000);
    expect((await server.send(body, { path })).text).toBe(first.text);
    const resigned = await server.envelope({ header: { ...header, message_ts: timestamp }, message });
    expect(resigned).not.toBe(body);
    expect((await server.send(resigned, { path })).text).toBe(first.text);
    const another = await server.envelope({ header, message: { ...message, transaction_id: 'r-2' } });
    expect((await server.send(another, { path })).status).toBe(409);
    expect((await server.send(another, { path: '/dci_api/v1/social/registry/sync/receipt' })).status).toBe(409);
  });

  test('is refused for its message id before anything of its message is looked at', async () => {
    const { host, reference, messageId } = await notified();
    await using _ = host;
    const { server } = host;
    const sentTo = async (path: string, message: JsonObject, more: JsonObject = {}) => {
      const action = path.endsWith('receipt') ? 'receipt' : 'search';
      const header = { action, message_id: 'used', ...more };
      return server.send(await server.envelope({ header, message }), { path: `/dci_api/v1/social/registry/${path}` });
    };
    expect((await sentTo('sync/search', searchMessage())).status).toBe(200);
    const right = { transaction_id: 'r-1', receipt_request: [receipt(reference)] };
    const wrong = { transaction_id: 'r-1' };
    for (const reply of [
      await sentTo('receipt', right),
      await sentTo('receipt', wrong),
      await sentTo('receipt', wrong, { is_msg_encrypted: true }),
    ]) {
      expect([reply.status, reply.body.errors]).toMatchObject([409, [{ code: 'rjct.message_id.duplicate' }]]);
    }
    expect(await host.stores.receipts.of(messageId)).toEqual([]);
  });

  test('of nothing is acknowledged too', async () => {
    const { host } = await notified();
    await using _ = host;
    const reply = await sendTo(host.server, 'receipt', { transaction_id: 'r', receipt_request: [receipt('none')] });
    expect(reply.status).toBe(202);
  });

  test('without its parts is refused', async () => {
    const { host } = await notified();
    await using _ = host;
    expect((await sendTo(host.server, 'receipt', { transaction_id: 'r' })).status).toBe(400);
  });
});
