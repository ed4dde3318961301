import { once } from 'node:events';
import { Readable } from 'node:stream';
import { generateKey, type JsonObject, type SigningKey } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClientFailure } from './failure.ts';
import {
  type Behaviour,
  failureOf,
  inHeader,
  inItem,
  inMessage,
  REGISTRY_ID,
  random,
  registryForTests,
  startRegistry,
  TOKEN,
} from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;

describe('a hostile reply', () => {
  let otherKey: SigningKey;
  let recorded: string;

  beforeAll(async () => {
    otherKey = { senderId: REGISTRY_ID, keyId: 'key1', privateKey: await generateKey('ed25519', { random }) };
    registry.current.behave({
      rewrite: (text) => {
        recorded = text;
        return text;
      },
    });
    await client().searchById('UIN', '1');
  });

  const json = { 'content-type': 'application/json' };
  const otherSender = (): SigningKey => ({ ...registry.current.key, senderId: 'other.example.org' });
  const oldKey = (): SigningKey => ({ ...registry.current.key, keyId: 'key0' });

  it.each<[string, () => Behaviour, Partial<ClientFailure>, string]>([
    [
      'unsigned',
      () => ({ signingKey: undefined }),
      { kind: 'signature', reason: 'signature_missing' },
      'err.signature.missing',
    ],
    [
      'with the stub of test tools',
      () => ({ rewrite: (text) => text.replace(/"signature":".*"}$/, '"signature":"unsigned-stub"}') }),
      { kind: 'signature', reason: 'signature_missing' },
      'err.signature.missing',
    ],
    [
      'signed with a wrong key',
      () => ({ signingKey: otherKey }),
      { kind: 'signature', reason: 'signature_mismatch' },
      'err.signature.invalid',
    ],
    [
      'signed by another party',
      () => ({ signingKey: otherSender() }),
      { kind: 'signature', reason: 'sender_mismatch' },
      'err.signature.invalid',
    ],
    [
      'signed with an unknown key',
      () => ({ signingKey: oldKey() }),
      { kind: 'signature', reason: 'key_unknown' },
      'err.signature.invalid',
    ],
    [
      'changed after signing',
      () => ({ rewrite: (text) => text.replace('1234567897', '1234567890') }),
      { kind: 'signature', reason: 'signature_mismatch' },
      'err.signature.invalid',
    ],
    [
      'replayed',
      () => ({ rewrite: () => recorded }),
      { kind: 'protocol', fault: 'other_transaction' },
      'err.service.unavailable',
    ],
    [
      'of another transaction',
      () => ({ change: inMessage({ transaction_id: 'another' }) }),
      { kind: 'protocol', fault: 'other_transaction' },
      'err.service.unavailable',
    ],
    [
      'without transaction',
      () => ({ change: inMessage({ transaction_id: undefined }) }),
      { kind: 'protocol', fault: 'other_transaction' },
      'err.service.unavailable',
    ],
    [
      'to items not asked',
      () => ({ change: inItem({ reference_id: 'another' }) }),
      { kind: 'protocol', fault: 'other_items' },
      'err.service.unavailable',
    ],
    [
      'without items',
      () => ({ change: inMessage({ search_response: [] }) }),
      { kind: 'protocol', fault: 'other_items' },
      'err.service.unavailable',
    ],
    [
      'with an item too many',
      () => ({
        change: ({ header, message }) => ({
          header,
          message: {
            ...message,
            search_response: [
              ...(message.search_response as readonly JsonObject[]),
              { reference_id: 'more', status: 'succ' },
            ],
          },
        }),
      }),
      { kind: 'protocol', fault: 'other_items' },
      'err.service.unavailable',
    ],
    [
      'to another party',
      () => ({ change: inHeader({ receiver_id: 'other.example.org' }) }),
      { kind: 'protocol', fault: 'not_addressed_to_us' },
      'err.service.unavailable',
    ],
    [
      'to nobody',
      () => ({ change: inHeader({ receiver_id: undefined }) }),
      { kind: 'protocol', fault: 'not_addressed_to_us' },
      'err.service.unavailable',
    ],
    [
      'from another party',
      () => ({ change: inHeader({ sender_id: 'other.example.org' }) }),
      { kind: 'signature', reason: 'sender_mismatch' },
      'err.signature.invalid',
    ],
    [
      'from nobody',
      () => ({ change: inHeader({ sender_id: undefined }) }),
      { kind: 'protocol', fault: 'other_sender' },
      'err.service.unavailable',
    ],
    [
      'of another action',
      () => ({ change: inHeader({ action: 'on-subscribe' }) }),
      { kind: 'protocol', fault: 'action' },
      'err.service.unavailable',
    ],
    [
      'that is our own request',
      () => ({ change: inHeader({ action: 'search' }) }),
      { kind: 'protocol', fault: 'action' },
      'err.service.unavailable',
    ],
    [
      'that is encrypted',
      () => ({ change: inHeader({ is_msg_encrypted: true }) }),
      { kind: 'protocol', fault: 'encrypted' },
      'err.service.unavailable',
    ],
    [
      'with a header of wrong types',
      () => ({ change: inHeader({ status: 7 }) }),
      { kind: 'protocol', fault: 'envelope', path: 'header.status' },
      'err.service.unavailable',
    ],
    [
      'with a list for a message',
      () => ({ rewrite: (text) => text.replace(/"message":\{.*\},"signature"/, '"message":[],"signature"') }),
      { kind: 'protocol', fault: 'envelope' },
      'err.service.unavailable',
    ],
    [
      'with items of wrong types',
      () => ({ change: inMessage({ search_response: { status: 'succ' } }) }),
      { kind: 'protocol', fault: 'envelope', path: 'message.search_response' },
      'err.service.unavailable',
    ],
    [
      'with records of wrong types',
      () => ({ change: inItem({ data: { reg_records: ['Lucía'] } }) }),
      { kind: 'protocol', fault: 'envelope' },
      'err.service.unavailable',
    ],
    [
      'with neither status nor data',
      () => ({ change: inItem({ status: undefined, data: undefined }) }),
      { kind: 'protocol', fault: 'envelope' },
      'err.service.unavailable',
    ],
    [
      'cut off within good framing',
      () => ({ rewrite: (text) => text.slice(0, -40) }),
      { kind: 'protocol', fault: 'malformed' },
      'err.service.unavailable',
    ],
    [
      'with a member twice',
      () => ({ rewrite: (text) => text.replace('{"header":', '{"header":{},"header":') }),
      { kind: 'protocol', fault: 'malformed' },
      'err.service.unavailable',
    ],
    [
      'that is empty',
      () => ({ rewrite: () => '' }),
      { kind: 'protocol', fault: 'malformed' },
      'err.service.unavailable',
    ],
    [
      'that is no object',
      () => ({ rewrite: () => '[1,2]' }),
      { kind: 'protocol', fault: 'envelope' },
      'err.service.unavailable',
    ],
    [
      'that is not JSON',
      () => ({ answer: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>') }),
      { kind: 'protocol', fault: 'content_type' },
      'err.service.unavailable',
    ],
    [
      'that redirects',
      () => ({ answer: (response) => void response.writeHead(307, { location: registry.current.baseUrl }).end() }),
      { kind: 'protocol', fault: 'redirect' },
      'err.service.unavailable',
    ],
    [
      'broken off in the middle',
      () => ({
        answer: (response) => {
          response.writeHead(200, { ...json, 'content-length': '5000' });
          response.write('{"header":');
          setTimeout(() => response.destroy(), 20);
        },
      }),
      { kind: 'protocol', fault: 'truncated' },
      'err.service.unavailable',
    ],
    ['that never comes', () => ({ answer: () => undefined }), { kind: 'timeout', seconds: 0.3 }, 'err.request.timeout'],
    [
      'that drips',
      () => ({
        answer: async (response) => {
          response.writeHead(200, json);
          const drip = setInterval(() => response.write(' '), 20);
          await once(response, 'close');
          clearInterval(drip);
        },
      }),
      { kind: 'timeout', seconds: 0.3 },
      'err.request.timeout',
    ],
    [
      'cut off before its head',
      () => ({ answer: (response) => void response.socket?.destroy() }),
      { kind: 'unreachable' },
      'err.service.unavailable',
    ],
  ])('%s is a typed error', async (_name, behaviour, expected, code) => {
    registry.current.behave(behaviour());
    const timeoutSeconds = expected.kind === 'timeout' ? 0.3 : 10;
    const { error, failure } = await failureOf(client({ timeoutSeconds }).searchById('UIN', '1234567897'));
    expect(failure).toMatchObject(expected);
    expect(error.code).toBe(code);
    for (const secret of ['1234567897', 'Lucía', 'Núñez', TOKEN])
      expect(`${error.message} ${JSON.stringify(failure)}`).not.toContain(secret);
  });

  it('larger than the limit is not read to its end', async () => {
    let written = 0;
    registry.current.behave({
      answer: async (response) => {
        response.writeHead(200, json);
        const blanks = function* (): Generator<Buffer> {
          for (; written < 64 * 1024 * 1024; written += 64 * 1024) yield Buffer.alloc(64 * 1024, ' ');
        };
        Readable.from(blanks()).pipe(response);
        await once(response, 'close');
      },
    });
    const { failure } = await failureOf(client({ maxReplyBytes: 1024 * 1024 }).searchById('UIN', '1'));
    expect(failure).toEqual({ kind: 'protocol', fault: 'too_large' });
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('is never followed elsewhere', async () => {
    const elsewhere = await startRegistry();
    try {
      registry.current.behave({
        answer: (response) =>
          void response.writeHead(308, { location: `${elsewhere.baseUrl}/social/registry/sync/search` }).end(),
      });
      await failureOf(client().searchById('UIN', '1'));
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.stop();
    }
  });
});
