import { social } from 'dci-core';
import { describe, expect, test } from 'vitest';
import type { RegistryPolicy } from '../access/policy.ts';
import { socialPersons } from '../records.fixtures.ts';
import type { OutgoingContent } from '../stores/outgoing.ts';
import { createNotificationContent } from './notification-content.ts';
import {
  grantEvents,
  listIn,
  recordsIn,
  type SubscriptionServer,
  startSubscriptionServer,
  where,
} from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}] = socialPersons;
const senderId = 'mis.example.org';
const uin = { identifierType: 'UIN', value: 'UIN-1' };
const consent = { recipient: senderId, purpose: 'eligibility' };

/** What would be sent now. */
async function composeAgain(host: SubscriptionServer, code: string): Promise<OutgoingContent | undefined> {
  const [message] = await host.notifications(code);
  const receiver = await host.work.directory.find(senderId);
  if (message === undefined || receiver === undefined) throw new Error('nothing to send');
  return createNotificationContent(host.work).compose(message, receiver);
}

const regrant = (host: SubscriptionServer, grant: Partial<RegistryPolicy>) =>
  host.server.senders.setPolicy(senderId, grantEvents(social, grant));

describe('a notification that is composed again', () => {
  test('is the same while access is the same', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe({ fields: ['name', 'birth_date'] });
    await host.publish(amina);
    const [message] = await host.notifications(code);
    host.server.clock.advance(3_600_000);
    expect(await composeAgain(host, code)).toEqual(message?.content);
  });

  test('is cut to what may be read by then', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    await host.publish(amina);
    await regrant(host, { recordTypes: { Person: { fields: ['sex'] } } });
    const content = await composeAgain(host, code);
    const events = listIn(content?.message ?? {}, 'notify_event');
    const cut = { '@context': amina['@context'], '@type': 'Person', sex: '2' };
    expect(events.map(({ data }) => data)).toMatchObject([{ reg_records: cut }]);
    expect(JSON.stringify(events)).not.toContain('Yusuf');
  });

  test.each<[string, Partial<RegistryPolicy>]>([
    ['the record type', { recordTypes: {} }],
    ['the visibility of the record', { recordTypes: { Person: { fields: ['**'], visible: 'person.sex == "1"' } } }],
    ['an attribute of the filter', { recordTypes: { Person: { fields: ['name'] } } }],
    ['the event', { events: ['UPDATE'] }],
    ['subscriptions', { actions: ['search'] }],
    ['the purpose', { purposes: ['audit'] }],
  ])('is not sent when access to %s is gone', async (_name, grant) => {
    await using host = await startSubscriptionServer({ grant: { purposes: ['eligibility'] } });
    const { code } = await host.subscribe(where('sex', '=', '2'));
    await host.publish(amina);
    expect(await composeAgain(host, code)).toBeDefined();
    await regrant(host, { purposes: ['eligibility'], ...grant });
    expect(await composeAgain(host, code)).toBeUndefined();
  });

  test('is not sent once the subscription has ended, and is when it only expired', async () => {
    await using host = await startSubscriptionServer();
    const ended = await host.subscribe(where('sex', '=', '2'));
    const expired = await host.subscribe({ expires: '2026-04-22T10:31:00Z' });
    await host.publish(amina);
    const content = createNotificationContent(host.work);
    const isWanted = async (code: string) => {
      const [message] = await host.notifications(code);
      return message !== undefined && content.isWanted(message);
    };
    expect([await isWanted(ended.code), await isWanted(expired.code)]).toEqual([true, true]);
    host.server.clock.set('2026-04-22T10:32:00Z');
    await host.stores.subscriptions.expire(host.server.clock.now());
    await host.unsubscribe([ended.code]);
    expect([await isWanted(ended.code), await isWanted(expired.code)]).toEqual([false, true]);
    expect(await composeAgain(host, ended.code)).toBeUndefined();
    expect(await composeAgain(host, expired.code)).toBeDefined();
  });
});

describe('where consent is required', () => {
  const start = () =>
    startSubscriptionServer({
      records: { Person: [amina, jose] },
      grant: { consent: 'required', purposes: ['eligibility'] },
    });

  test('only events of those who consent are sent', async () => {
    await using host = await start();
    const { code } = await host.subscribe();
    await host.adapter.grantConsent('Person', uin, consent);
    await host.publish(amina);
    await host.publish(jose);
    const sent = await host.notifications(code);
    expect(sent.flatMap(recordsIn)).toEqual([amina]);
    expect(sent[0]).not.toHaveProperty('accessFingerprint');
  });

  test('a consent that ends before the delivery takes the notification back', async () => {
    await using host = await start();
    const { code } = await host.subscribe();
    await host.adapter.grantConsent('Person', uin, consent);
    await host.publish(amina);
    expect(await composeAgain(host, code)).toBeDefined();
    await host.adapter.revokeConsent('Person', uin, consent);
    expect(await composeAgain(host, code)).toBeUndefined();
  });

  test('a consent that expires does so too', async () => {
    await using host = await start();
    const { code } = await host.subscribe({ frequency: '0 6 * * *' });
    await host.adapter.grantConsent('Person', uin, { ...consent, expiresAt: Date.parse('2026-04-23T00:00:00Z') });
    await host.publish(amina);
    expect(await host.stores.events.waiting(code, 10)).toHaveLength(1);
    host.server.clock.set('2026-04-23T06:00:00Z');
    await host.server.host.runJobs();
    expect(await host.notifications(code)).toEqual([]);
  });

  test('a deletion and a record without identifier are not told', async () => {
    await using host = await start();
    const { code } = await host.subscribe({ reg_event_type: ['DELETE', 'REGISTER'] });
    await host.adapter.grantConsent('Person', uin, consent);
    await host.adapter.delete('Person', uin);
    await host.readFeed();
    await host.publish({ name: { surname: 'Nobody' } });
    expect(await host.notifications(code)).toEqual([]);
  });
});
