import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crvs, type JsonObject, social } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { crypto } from '../../registry.fixtures.ts';
import { callbackSource } from '../callback-source.ts';
import { createWorld, dataSource, newTransaction, notifyEvent, TOKEN, type World } from '../callback-world.fixtures.ts';

const hold = async (world: World, source: string, eventType: string): Promise<void> => {
  const transactionId = `t-${source}`;
  const asked = { source, transactionId, messageId: `m-${source}`, handler: `handler of ${source}` };
  await world.transactions.open(newTransaction({ ...asked, action: 'subscribe' }));
  const { handler } = asked;
  const held = {
    code: `code-${source}`,
    source,
    transactionId,
    eventTypes: [eventType],
    state: 'active',
    handler,
  } as const;
  await world.transactions.receive(
    transactionId,
    source,
    'subscribe',
    { messageId: 'x', digest: source, receivedAt: world.clock.now(), status: 'succ', final: true, content: {} },
    { hold: [{ ...held, receipts: false, since: world.clock.now() }], end: [] },
  );
};

describe('a party behind two sources', () => {
  test.each<[string, JsonObject]>([
    ['by the transaction of its subscription alone, as the standard has it', { transaction_id: 't-civil' }],
    ['by its registry type alone', {}],
  ])('notifies the one that is meant: %s', async (_name, members) => {
    const world = createWorld({
      sources: (make) => [make(dataSource({ code: 'people', registry: social })), make(dataSource({ code: 'civil' }))],
    });
    await hold(world, 'people', 'UPDATE');
    await hold(world, 'civil', 'LiveBirth');
    expect((await world.deliver('notify', { message: { ...members, notify_event: [notifyEvent()] } })).status).toBe(
      202,
    );
    expect(await world.notifications.list('received', 9)).toMatchObject([
      {
        handler: 'handler of civil',
        event: { source: 'civil', subscriptionCode: 'code-civil', eventType: 'LiveBirth' },
      },
    ]);
  });
});

test.each([
  [undefined, 401],
  [TOKEN, 202],
])('a notification without signature needs the token of a source that signs nothing: %s', async (token, status) => {
  const source = dataSource({ requireSignedReplies: false });
  const world = createWorld({ sources: (make) => [token === undefined ? make(source) : make(source, token)] });
  await hold(world, 'crvs_main', 'Death');
  const header = { action: 'notify', message_id: 'm', sender_id: source.receiverId, receiver_id: source.senderId };
  const forged = { header: { ...header, total_count: 1, message_ts: '2026-04-22T10:30:00Z' } };
  const event = notifyEvent({}, { reg_type: crvs.code, reg_event_type: 'DEATH' });
  const body = new TextEncoder().encode(JSON.stringify({ ...forged, message: { notify_event: [event] } }));
  const reply = await world.receiver.receive({ path: 'notify', body, authorization: `Bearer ${TOKEN}` });
  expect(reply.status).toBe(status);
});

test('registries that do not answer are asked at the same time, and once for many callbacks', async () => {
  let asked = 0;
  let waiting = 0;
  const silent = createServer((_request, response) => {
    asked += 1;
    waiting += 1;
    // All must have come before any is answered.
    if (waiting === 3) setTimeout(() => silent.closeAllConnections(), 20);
    response.on('close', () => {
      waiting -= 1;
    });
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/dci_api/v1`;
  const { receiverId: _, peerKeys: __, ...unknown } = dataSource({ baseUrl });
  const ports = { fetch, clock: { now: () => Date.now() }, crypto };
  const world = createWorld({
    sources: (make) => [
      ...['a', 'b', 'c'].map((code) => callbackSource({ ...unknown, code }, ports)),
      make(dataSource(), TOKEN),
    ],
  });
  await world.open();
  await world.open({ transactionId: 't-other', messageId: 'm-other' });
  const replies = await Promise.all([world.deliver('on-search'), world.deliver('on-search')]);
  expect(replies[0]?.status).toBe(202);
  expect(asked).toBe(3);
  silent.close();
}, 4_000);
