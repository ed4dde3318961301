import { defineDialect, ibr, publicKeyOf, type SigningKey, spdciDialect } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCallbackStores } from '../callbacks/memory/memory-stores.ts';
import { type ClientOptions, createClient } from '../client.ts';
import type { DciClient } from '../dci-client.ts';
import {
  acknowledge,
  answerJson,
  type Behaviour,
  failureOf,
  hangUp,
  honestReply,
  inTurn,
  registryForTests,
  replyWith,
  sign,
} from '../registry.fixtures.ts';
import { silentFetch, until, withTimers } from '../silent-fetch.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;

const searched = { queryType: 'idtype-value', query: { type: 'UIN', value: '1' } } as const;
const busy = answerJson(503, {});
const honest: NonNullable<Behaviour['answer']> = async (response, request) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(await sign(honestReply(request), registry.current.key));
};
const distinct = (values: readonly unknown[]): number => new Set(values.map((value) => JSON.stringify(value))).size;

const registeredKey = ({ privateKey }: SigningKey) => ({
  keys: [{ publicKey: publicKeyOf(privateKey), state: 'active' as const }],
});

/** A registry that never answers gets a request once, and the call fails when its whole time is over. */
async function sentOnceInSilence(
  options: Partial<ClientOptions>,
  call: (one: DciClient) => Promise<unknown>,
): Promise<void> {
  const { fetch, bodies } = silentFetch();
  await withTimers(async (pass) => {
    const failing = failureOf(call(client({ ...options, fetch, timeoutSeconds: 10 })));
    await until(() => bodies.length === 1);
    await pass(10_500);
    expect((await failing).failure).toMatchObject({ kind: 'timeout', seconds: 10 });
  });
  expect(bodies).toHaveLength(1);
}

describe('a read', () => {
  it.each<[string, Behaviour['answer']]>([
    ['503', busy],
    ['429', answerJson(429, {}, { 'retry-after': '0' })],
    ['a Retry-After that is a time', answerJson(503, {}, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })],
    ['502 of a gateway', answerJson(502, {})],
    ['a connection that breaks off', hangUp],
    [
      'a reply that breaks off',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
        response.write('{"header":');
        setTimeout(() => response.destroy(), 10);
      },
    ],
  ])('is repeated as a new message after %s', async (_name, answer) => {
    registry.current.behave(inTurn(answer, honest));
    const { records } = await client().search(searched);
    expect(records).toHaveLength(1);
    const { requests } = registry.current;
    expect(requests).toHaveLength(2);
    expect(distinct(requests.map(({ header }) => header.message_id))).toBe(2);
    expect(distinct(requests.map(({ message }) => message.transaction_id))).toBe(2);
  });

  it('is repeated when an attempt takes too long, within the whole time', async () => {
    registry.current.behave({ answer: honest });
    const { fetch, bodies } = silentFetch(globalThis.fetch);
    const peerKeys = registeredKey(registry.current.key);
    await withTimers(async (pass) => {
      const result = client({ fetch, peerKeys }).search(searched);
      await until(() => bodies.length === 1);
      await pass(14_000);
      expect(bodies).toHaveLength(1);
      await pass(2_000);
      await until(() => bodies.length === 2);
      expect((await result).records).toHaveLength(1);
    });
  });

  it('is tried as often as the data source says, and then fails as the last attempt did', async () => {
    registry.current.behave({ answer: busy });
    const { failure } = await failureOf(client({ retries: 1 }).search(searched));
    expect(failure).toMatchObject({ kind: 'refused', status: 503 });
    expect(registry.current.requests).toHaveLength(2);
    registry.current.requests.length = 0;
    await failureOf(client({ retries: 0 }).search(searched));
    expect(registry.current.requests).toHaveLength(1);
  });

  it.each([400, 403, 404, 409, 500, 501])('is not repeated after %d', async (status) => {
    registry.current.behave({ answer: answerJson(status, {}) });
    await failureOf(client().search(searched));
    expect(registry.current.requests).toHaveLength(1);
  });

  it('is not repeated after an answer that is not the registry’s', async () => {
    registry.current.behave({ signingKey: undefined });
    await failureOf(client().search(searched));
    expect(registry.current.requests).toHaveLength(1);
  });

  it('does not wait for longer than half of its time', async () => {
    registry.current.behave({ answer: answerJson(503, {}, { 'retry-after': '20' }) });
    const { error } = await failureOf(client().search(searched));
    expect(error.retryAfter).toBe(20);
    expect(registry.current.requests).toHaveLength(1);
  });

  it('stops between two attempts when the caller gives up', async () => {
    const controller = new AbortController();
    registry.current.behave({
      answer: async (response, request) => {
        await answerJson(503, {}, { 'retry-after': '10' })(response, request);
        setTimeout(() => controller.abort(new Error('enough')), 50);
      },
    });
    await expect(client().search(searched, { signal: controller.signal })).rejects.toThrow('enough');
    expect(registry.current.requests).toHaveLength(1);
  });

  it('covers special calls that ask', async () => {
    registry.current.behave(inTurn(busy, busy, busy));
    await failureOf(client({ registry: ibr }).call('sync/enrolled', { enrolled_criteria: {} }));
    expect(registry.current.requests).toHaveLength(3);
  });
});

describe('a request that is answered by callback', () => {
  const callbacks = () => {
    const { transactions, subscriptions } = createMemoryCallbackStores();
    return { base: 'https://mis.example.org/callbacks', transactions, subscriptions };
  };
  const notRepeatable = defineDialect({ ...spdciDialect, name: 'once', repeatable: false });
  const calls: [string, (one: DciClient) => Promise<unknown>][] = [
    ['searchAsync', (one) => one.searchAsync(searched)],
    ['subscribe', (one) => one.subscribe({ eventTypes: 'REGISTER' })],
    ['unsubscribe', (one) => one.unsubscribe(['s-1'])],
    ['txnStatusAsync', (one) => one.txnStatusAsync({ type: 'search', attribute: 'transaction_id', value: 't' })],
  ];

  it.each(calls)('%s is repeated as the very same message, signed afresh', async (_name, call) => {
    registry.current.behave(inTurn(hangUp, busy, acknowledge()));
    let now = Date.now();
    await call(client({ callbacks: callbacks(), clock: { now: () => (now += 1_000) } }));
    const { requests } = registry.current;
    expect(requests).toHaveLength(3);
    expect(distinct(requests.map(({ header, message }) => ({ header, message })))).toBe(1);
    expect(distinct(requests.map(({ text }) => text))).toBe(3);
  });

  it.each(calls)('%s is never sent twice to a family that would work twice', async (_name, call) => {
    for (const answer of [hangUp, busy, answerJson(429, {})]) {
      registry.current.requests.length = 0;
      registry.current.behave({ answer });
      await failureOf(call(client({ callbacks: callbacks(), dialect: notRepeatable })));
      expect(registry.current.requests).toHaveLength(1);
    }
    await sentOnceInSilence({ callbacks: callbacks(), dialect: notRepeatable }, call);
  });
});

describe('a write', () => {
  const writes: [string, Partial<ClientOptions>, (one: DciClient) => Promise<unknown>][] = [
    [
      'a delivery of beneficiaries',
      { registry: ibr },
      (one) => one.call('enrollment-updates', { enrolled_updates: { beneficiaries: [{}] } }),
    ],
    ['a receipt', {}, (one) => one.receipt({ referenceIds: ['r-1'] })],
  ];

  it.each(writes)('%s is never sent twice', async (_name, options, call) => {
    for (const answer of [hangUp, busy, answerJson(429, {})]) {
      registry.current.requests.length = 0;
      registry.current.behave({ answer });
      await failureOf(call(client(options)));
      expect(registry.current.requests).toHaveLength(1);
    }
    await sentOnceInSilence(options, call);
  });

  it('is sent again when no connection came about', async () => {
    registry.current.behave({ change: replyWith('on-receipt', () => ({ receipt_response: [] })) });
    let attempts = 0;
    const fetch: ClientOptions['fetch'] = async (url, init) => {
      attempts += 1;
      if (attempts > 1) return await globalThis.fetch(url, init);
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
    };
    await client({ fetch, peerKeys: registeredKey(registry.current.key) }).receipt({ referenceIds: ['r-1'] });
    expect(attempts).toBe(2);
    expect(registry.current.requests).toHaveLength(1);
  });

  it('is not sent again when a connection broke in a way that does not tell', async () => {
    let attempts = 0;
    const fetch: ClientOptions['fetch'] = async () => {
      attempts += 1;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) });
    };
    const { failure } = await failureOf(
      client({ fetch, peerKeys: registeredKey(registry.current.key) }).receipt({ referenceIds: ['r-1'] }),
    );
    expect(failure).toEqual({ kind: 'unreachable', systemCode: 'ECONNRESET' });
    expect(attempts).toBe(1);
  });
});

describe('a 401', () => {
  const authorization = (renewable = true) => {
    let value = 0;
    return {
      renewed: [] as (string | undefined)[],
      header: async () => `Bearer token-${value}`,
      renew(refused?: string): boolean {
        this.renewed.push(refused);
        value += 1;
        return renewable;
      },
    };
  };
  const unauthorized = (code: string) => answerJson(401, { errors: [{ code, message: 'no' }] });

  it('is tried once more with a new token', async () => {
    registry.current.behave(inTurn(unauthorized('err.auth.invalid_token'), honest));
    const own = authorization();
    const { token: _, ...options } = registry.current.clientOptions({ authorization: own });
    await createClient(options).search(searched);
    expect(registry.current.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-0',
      'Bearer token-1',
    ]);
    expect(own.renewed).toEqual(['Bearer token-0']);
    expect(distinct(registry.current.requests.map(({ header }) => header.message_id))).toBe(2);
  });

  it.each<[string, string, boolean, number]>([
    ['where the token does not help', 'err.auth.invalid_token', true, 2],
    ['where there is no other token', 'err.auth.invalid_token', false, 1],
    ['of a signature', 'err.signature.invalid', true, 1],
    ['of a sender', 'err.sender.unknown', true, 1],
  ])('%s ends the call', async (_name, code, renewable, count) => {
    registry.current.behave({ answer: unauthorized(code) });
    const { token: _, ...options } = registry.current.clientOptions({ authorization: authorization(renewable) });
    const { error } = await failureOf(createClient(options).search(searched));
    expect(error.code).toBe(code);
    expect(registry.current.requests).toHaveLength(count);
  });
});
