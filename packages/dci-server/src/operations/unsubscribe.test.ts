import { social } from 'dci-core';
import { expect, test } from 'vitest';
import { grantEvents, sendTo, startSubscriptionServer, where } from '../events/subscriptions.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';

const [amina = {}] = socialPersons;

test('ends what is named, tells of each, and does it once', async () => {
  await using host = await startSubscriptionServer();
  const first = await host.subscribe(where('sex', '=', '1'));
  const second = await host.subscribe(where('sex', '=', '2'));
  const { content } = await host.unsubscribe([first.code, first.code]);
  expect(content).toMatchObject({
    header: { action: 'on-unsubscribe', status: 'succ' },
    message: { status: 'succ', subscription_status: [{ code: first.code, status: 'unsubscribe' }] },
  });
  expect(content.message).not.toHaveProperty('status_reason_code');
  const again = await host.unsubscribe([first.code]);
  expect(again.content.message).toMatchObject({
    status: 'rjct',
    status_reason_code: 'rjct.event.already_unsubscribed',
    subscription_status: [{ code: first.code, status: 'unsubscribe' }],
  });
  const mixed = await host.unsubscribe([first.code, second.code, 'SUB-nothing']);
  expect(mixed.content.message).toMatchObject({
    status: 'succ',
    status_reason_code: 'rjct.subscription_code.invalid',
    status_reason_message: '1 of the codes are no subscriptions of this sender',
    subscription_status: [
      { code: second.code, status: 'unsubscribe' },
      { code: first.code, status: 'unsubscribe' },
    ],
  });
});

test('a subscription of another sender is the same as none', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe();
  const other = await host.server.addPeer({ senderId: 'other.example.org', policy: grantEvents(social) });
  const told = async (named: string) => {
    const { content } = await host.unsubscribe([named], other);
    const { transaction_id, correlation_id, ...message } = content.message;
    expect([typeof transaction_id, typeof correlation_id]).toEqual(['string', 'string']);
    return message;
  };
  const foreign = await told(code);
  expect(foreign).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.subscription_code.invalid' });
  expect(foreign).toEqual(await told('SUB-nothing'));
  expect(await host.stores.subscriptions.find(code)).toMatchObject({ state: 'active' });
});

test('an event that was not matched before the ACK is not sent', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe();
  await host.plugin.publish({ registry: 'social', eventType: 'REGISTER', recordType: 'Person', record: amina });
  const timestamp = '2026-04-22T10:30:00Z';
  const message = { transaction_id: 't', timestamp, subscription_codes: [code] };
  expect((await sendTo(host.server, 'unsubscribe', message)).status).toBe(202);
  expect(await host.stores.subscriptions.find(code)).toMatchObject({ state: 'ended' });
  await host.server.host.runJobs();
  expect(await host.notifications(code)).toEqual([]);
});

test('a sender whose grants are gone can still end its subscriptions', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe();
  await host.server.senders.setPolicy('mis.example.org', { registries: {} });
  const { content } = await host.unsubscribe([code]);
  expect(content.message).toMatchObject({ status: 'succ', subscription_status: [{ code, status: 'unsubscribe' }] });
});
