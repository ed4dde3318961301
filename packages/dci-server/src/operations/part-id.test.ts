import { expect, it } from 'vitest';
import { testCrypto } from '../server.fixtures.ts';
import { eventReference, notificationId, subscriptionCode } from '../subscriptions/ids.ts';
import { partMessageId } from './part-id.ts';

it('names what a host of any release has named before', () => {
  expect(partMessageId('c', 3, testCrypto)).toBe('30a5644b-dfb4-8375-bb2a-d44eae069e57');
  expect(notificationId('S', 4, testCrypto)).toBe('964c6dab-26ce-86fb-87bd-af62cd01fd7c');
  expect(eventReference('S', 4, testCrypto)).toBe('16181fdc-c0a9-8e44-b88c-9584263c12dc');
  expect(subscriptionCode('c', 'r', testCrypto)).toBe('SUB-4565df4954832e70c10c4b13ded0373c');
});
