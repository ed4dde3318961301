import {
  generateKey,
  type JsonObject,
  publicKeyOf,
  type SigningKey,
  signEnvelope,
  type VerificationKey,
} from 'dci-core';
import { deterministicRandom, manualClock } from 'dci-host/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crypto } from '../../bench/requests.ts';
import { type CallbackServer, startCallbackServer } from './callback-server.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { DemoParty } from './party.ts';

const clock = manualClock(Date.UTC(2026, 3, 22, 10, 30));
const random = deterministicRandom('callback-server');
const transactionId = 'txn-1';
let hostKey: SigningKey;
let otherKey: SigningKey;
let server: CallbackServer;
let inbox: Inbox;
let refused: string[];

beforeAll(async () => {
  const key = async (senderId: string): Promise<SigningKey> => ({
    senderId,
    keyId: 'key1',
    privateKey: await generateKey('ed25519', { random }),
  });
  hostKey = await key('registry.example');
  otherKey = await key('registry.example');
});

beforeEach(async () => {
  inbox = createInbox();
  inbox.expect(transactionId);
  refused = [];
  const keys: readonly VerificationKey[] = [
    { keyId: 'key1', publicKey: publicKeyOf(hostKey.privateKey), state: 'active' },
  ];
  const party: DemoParty = {
    ...{ clock, random, crypto },
    senderId: 'mis.example',
    receiverId: 'registry.example',
    url: 'http://registry.example',
    keys: async () => keys,
    send: () => Promise.reject(new Error('nothing is sent')),
  };
  server = await startCallbackServer({ party, inbox, onRefused: (_path, { code }) => refused.push(code) });
});
afterEach(() => server.close());

async function signed(changes: { header?: JsonObject; message?: JsonObject; key?: SigningKey } = {}): Promise<string> {
  const header = {
    message_id: 'message-1',
    message_ts: '2026-04-22T10:30:00Z',
    action: 'on-search',
    sender_id: 'registry.example',
    receiver_id: 'mis.example',
    ...changes.header,
  };
  const message = { transaction_id: transactionId, correlation_id: 'correlation-1', ...changes.message };
  return (await signEnvelope({ header, message, key: changes.key ?? hostKey, crypto, clock })).text;
}

async function post(body: string, path = '/on-search'): Promise<{ status: number; ack: unknown }> {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body });
  const { message } = (await response.json()) as { readonly message: { readonly ack_status: string } };
  return { status: response.status, ack: message.ack_status };
}

const take = (seconds = 0.01) =>
  inbox.take({ action: 'on-search', transactionId }, { seconds, signal: new AbortController().signal });

describe('the callback server of the demo', () => {
  it('takes what the host signed, once', async () => {
    const body = await signed();
    expect(await post(body)).toEqual({ status: 200, ack: 'ACK' });
    expect(await post(body)).toEqual({ status: 200, ack: 'ACK' });
    expect(await take()).toMatchObject({ action: 'on-search', signer: { keyId: 'key1', algorithm: 'ed25519' } });
    await expect(take()).rejects.toMatchObject({ code: 'err.request.timeout' });
    expect(refused).toEqual([]);
  });

  it('wants no transaction that is not its own', async () => {
    expect(await post(await signed({ message: { transaction_id: 'txn-2' } }))).toEqual({ status: 200, ack: 'NACK' });
    await expect(take()).rejects.toMatchObject({ code: 'err.request.timeout' });
  });

  it.each<[string, () => Promise<string>, number, string]>([
    ['without a signature', async () => (await signed()).replace(/"signature":.*/, '"signature":""}'), 401, 'missing'],
    ['changed on the way', async () => (await signed()).replace('correlation-1', 'correlation-2'), 401, 'invalid'],
    ['signed by somebody else', () => signed({ key: otherKey }), 401, 'signature.invalid'],
    ['from another sender', () => signed({ header: { sender_id: 'other.example' } }), 401, 'signature.invalid'],
    ['for somebody else', () => signed({ header: { receiver_id: 'other.example' } }), 403, 'receiver_id'],
    ['of another action', () => signed({ header: { action: 'notify' } }), 400, 'action'],
    ['that is encrypted', () => signed({ header: { is_msg_encrypted: true } }), 400, 'encryption'],
    ['that is no JSON', async () => 'hello', 400, 'request.bad'],
  ])('refuses a message %s', async (_what, body, status, code) => {
    expect(await post(await body())).toEqual({ status, ack: 'ERR' });
    expect(refused).toEqual([expect.stringContaining(code)]);
    await expect(take()).rejects.toMatchObject({ code: 'err.request.timeout' });
  });

  it('refuses what is too large, and paths that are none of its own', async () => {
    expect(await post(JSON.stringify({ text: 'x'.repeat(5_000_000) }))).toEqual({ status: 413, ack: 'ERR' });
    expect(await post(await signed(), '/on-update')).toEqual({ status: 404, ack: 'ERR' });
  });
});

describe('the inbox of the demo', () => {
  const awaited = { action: 'notify', transactionId };

  it('keeps what comes before it is asked for, and gives each message to one', async () => {
    const { signal } = new AbortController();
    await post(await signed({ header: { action: 'notify' } }), '/notify');
    const waiting = Promise.all([inbox.take(awaited, { signal }), inbox.take(awaited, { signal })]);
    await post(await signed({ header: { action: 'notify', message_id: 'message-2' } }), '/notify');
    const arrived = await waiting;
    expect(arrived.map(({ header }) => header.message_id)).toEqual(['message-1', 'message-2']);
  });

  it('gives up with the signal', async () => {
    const controller = new AbortController();
    const waiting = inbox.take(awaited, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(inbox.take(awaited, { signal: controller.signal })).rejects.toThrow('enough');
  });
});
