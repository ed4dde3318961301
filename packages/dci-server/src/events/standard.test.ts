import { crvs, dr, fr, ibr, type JsonObject, type RegistryType, social } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { beneficiaries, crvsPersons, disabledPersons, farmers, socialPersons } from '../records.fixtures.ts';
import { hasStandardFiles, standardFile } from '../standard/standard-file.fixtures.ts';
import { type SentMessage, startSubscriptionServer, subscribeItem } from './subscriptions.fixtures.ts';

const first = ([record = {}]: readonly JsonObject[]): JsonObject => record;

/** Every event type of each registry, those included that the standard's own list lacks. */
const registries: readonly (readonly [RegistryType, JsonObject])[] = [
  [social, first(socialPersons)],
  [crvs, first(crvsPersons)],
  [ibr, first(beneficiaries)],
  [dr, first(disabledPersons)],
  [fr, first(farmers)],
];

const envelope = ({ content: { header, message } }: SentMessage): JsonObject => ({
  signature: 'x',
  header,
  message,
});

describe.runIf(hasStandardFiles)('messages as the standard has them', () => {
  test.each(registries.map((entry) => [entry[0].name, ...entry] as const))('%s', async (name, type, record) => {
    const file = standardFile(name);
    await using host = await startSubscriptionServer({ registryType: type });
    const [recordType] = type.recordTypes;
    const criteria = { notify_record_type: recordType?.name ?? '' };
    const eventTypes = type.eventTypes.map(({ code }) => code);
    const subscribed = await host.ask('subscribe', {
      transaction_id: 'txn',
      subscribe_request: [
        ...eventTypes.map((code) => subscribeItem({ ...criteria, reg_event_type: code }, code)),
        subscribeItem({ ...criteria, reg_event_type: eventTypes, frequency: '0 6 * * *' }, 'digest'),
        subscribeItem({ ...criteria, reg_event_type: 'none' }, 'refused'),
      ],
    });
    expect(file.requestFaults('/registry/on-subscribe', envelope(subscribed))).toEqual([]);
    for (const code of eventTypes) await host.publish(record, code);
    host.server.clock.set('2026-04-23T06:00:00Z');
    await host.server.host.runJobs();
    const subscriptions = await host.stores.subscriptions.list({});
    const sent = (await Promise.all(subscriptions.map(({ code }) => host.notifications(code)))).flat();
    expect(sent).toHaveLength(eventTypes.length + 1);
    for (const message of sent) expect(file.requestFaults('/registry/notify', envelope(message))).toEqual([]);
    for (const codes of [subscriptions.map(({ code }) => code), ['SUB-nothing']]) {
      const ended = await host.unsubscribe(codes);
      expect(file.requestFaults('/registry/on-unsubscribe', envelope(ended))).toEqual([]);
    }
  });
});
