import { createRandom, decryptMessage, encryptionKeyOf, generateEncryptionKey, type JsonObject } from 'dci-core';
import { expect, it } from 'vitest';
import { receiverId, startDeliveryTest } from './delivery.fixtures.ts';

const minute = 60_000;

it('sends the same encrypted body on every attempt', async () => {
  let encrypted = 0;
  await using test = await startDeliveryTest({
    delivery: {
      encrypt: async (_message: JsonObject) => {
        encrypted += 1;
        return { ciphertext: `random ${encrypted}` };
      },
    },
  });
  test.receiver.answer({ status: 500 });
  await test.add({ isEncrypted: true });
  await test.runFor(10 * minute, minute);
  expect(encrypted).toBe(1);
  expect(test.receiver.ledger.length).toBeGreaterThan(1);
  expect(new Set(test.receiver.ledger.map(({ contentDigest }) => contentDigest)).size).toBe(1);
  expect(test.receiver.ledger[0]).toMatchObject({
    isVerified: true,
    header: { is_msg_encrypted: true },
    message: { ciphertext: 'random 1' },
  });
  // The audit names what is in the message, encrypted or not.
  expect(test.audit[0]).toMatchObject({ recordKeys: ['UIN 1'] });

  await test.senders.setPolicy(receiverId, { registries: {} });
  await test.runFor(60 * minute, minute);
  expect(test.receiver.ledger.at(-1)).toMatchObject({ message: { ciphertext: 'random 2' } });
});

it('encrypts for the registered key of the receiver, and signs what is encrypted', async () => {
  const privateKey = await generateEncryptionKey('ECDH-ES+A256KW', { random: createRandom(globalThis.crypto) });
  const kid = 'mis.example.org|enc1|ECDH-ES+A256KW';
  const encryptionKey = { ...encryptionKeyOf(privateKey).jwk, kid };
  await using test = await startDeliveryTest({ sender: { encryptionKey } });
  await test.add({ isEncrypted: true });
  await test.host.runJobs();
  const [delivery] = test.receiver.ledger;
  expect(delivery).toMatchObject({ isVerified: true, message: { header: { kid } } });
  expect(delivery?.text).not.toContain('Ada');
  const message = await decryptMessage(delivery?.message ?? {}, [{ senderId: receiverId, keyId: 'enc1', privateKey }]);
  expect(message).toMatchObject({ search_response: [{ name: 'Ada' }] });
});

it('sends nothing in the clear that must be encrypted, when the receiver has no key', async () => {
  await using test = await startDeliveryTest();
  const [messageId = ''] = await test.add({ isEncrypted: true });
  await test.runFor(minute);
  expect(test.receiver.ledger).toEqual([]);
  expect(test.audit).toEqual([]);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'pending', lastReason: 'encryption_failed' });
});
