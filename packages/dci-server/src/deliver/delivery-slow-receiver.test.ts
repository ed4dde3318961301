import { createRandom, generateKey, publicKeyOf, social } from 'dci-core';
import { expect, it } from 'vitest';
import { grantAll } from '../server.fixtures.ts';
import { type DeliveryTest, receiverId, startDeliveryTest } from './delivery.fixtures.ts';

const others = Array.from({ length: 20 }, (_, index) => `mis-${index}.example.org`);

async function register(test: DeliveryTest): Promise<void> {
  const random = createRandom(globalThis.crypto);
  const publicKey = publicKeyOf(await generateKey('ed25519', { random, subtle: globalThis.crypto.subtle }));
  for (const senderId of others) await test.senders.add({ senderId, keys: [{ publicKey }], policy: grantAll(social) });
}

it('a slow receiver with many messages holds up no other', async () => {
  await using test = await startDeliveryTest({ jobs: 'memory', delivery: { settings: { concurrency: 8 } } });
  await register(test);
  const gate = Promise.withResolvers<void>();
  test.receiver.answer(({ messageId }) => (messageId.includes('slow') ? { after: gate.promise } : {}));
  const slow = Array.from({ length: 100 }, (_, index) => ({ subject: `slow ${index}` }));
  await test.add(...slow);
  const fast = others.flatMap((other) =>
    Array.from({ length: 3 }, (_, index) => ({ subject: `${other} ${index}`, receiverId: other })),
  );
  await test.add(...fast);

  // Four calls to the slow one, and all the others: they would never arrive if the slow one held the workers.
  await test.receiver.arrived(4 + fast.length);
  const arrivedSlow = test.receiver.ledger.filter(({ messageId }) => messageId.includes('slow'));
  expect(arrivedSlow).toHaveLength(4);
  const pending = await test.outgoing.list({ receiverId, state: 'pending', limit: 1_000 });
  expect(pending).toHaveLength(100);
  expect(pending.every(({ attempts }) => attempts === 0)).toBe(true);
  gate.resolve();
});

it('a receiver gets what waits for it as fast as it takes it, whatever turns were planned', async () => {
  // The clock stands still: nothing that is due later comes by itself.
  await using test = await startDeliveryTest({ jobs: 'memory' });
  await test.add(...Array.from({ length: 100 }, (_, index) => ({ subject: `message ${index}` })));
  await test.receiver.arrived(100);
  expect(new Set(test.receiver.ledger.map(({ messageId }) => messageId)).size).toBe(100);
});
