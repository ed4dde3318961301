import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCallbackStores } from '../callbacks/memory/memory-stores.ts';
import type { ClientOptions } from '../client.ts';
import type { DciClient } from '../dci-client.ts';
import { clientFailure } from '../failure.ts';
import {
  acknowledge,
  answerJson,
  type Behaviour,
  failureOf,
  hangUp,
  person,
  REGISTRY_ID,
  replyWith,
} from '../registry.fixtures.ts';
import { silentFetch, until, withTimers } from '../silent-fetch.fixtures.ts';
import { answerTo, base, found, itemsOf, named, searched, type World, worldsForTests } from './async-world.fixtures.ts';

const worlds = worldsForTests({ beforeAll, afterAll, beforeEach });
const { world, lastRequest } = worlds;

beforeEach(() => worlds.current.behave({ answer: acknowledge('c-1') }));

describe('a search that is answered by callback', () => {
  it('is stored, acknowledged, and resolves when its callback comes', async () => {
    const { client, call, stores } = world();
    const handle = await client.searchAsync(searched, { handler: 'enrolment' });
    const request = lastRequest();
    expect(request.path).toBe('/dci_api/v1/social/registry/search');
    expect(request.header).toMatchObject({ action: 'search', sender_uri: `${base}/on-search` });
    expect(handle).toMatchObject({ transactionId: request.message.transaction_id, correlationId: 'c-1' });
    expect(await handle.state()).toBe('open');
    expect(await stores.transactions.find(handle.transactionId)).toMatchObject({
      source: 'social',
      action: 'search',
      handler: 'enrolment',
      correlationId: 'c-1',
      messageId: request.header.message_id,
      request: { criteria: [searched] },
    });

    const result = handle.result();
    expect(
      await call('on-search', answerTo(request, { search_response: [found(itemsOf(request)[0], [person])] })),
    ).toBe(202);
    const { outcomes, evidence } = await result;
    expect(outcomes).toMatchObject([{ status: 'succ', recordType: 'Person', records: [person] }]);
    expect(evidence).toMatchObject({ verified: true, senderId: REGISTRY_ID, transactionId: handle.transactionId });
    expect(await handle.state()).toBe('answered');
  });

  it('is stored before it is sent, because a callback can be faster than the ACK', async () => {
    const one = world();
    worlds.current.behave({
      answer: async (response, request) => {
        const answer = answerTo(request, { search_response: [found(itemsOf(request)[0], [person])] });
        expect(await one.call('on-search', answer)).toBe(202);
        await acknowledge('c-1')(response, request);
      },
    });
    const handle = await one.client.searchAsync(searched);
    expect((await handle.result()).outcomes).toHaveLength(1);
  });

  it('puts the pages of several callbacks together, in their order, whatever order they came in', async () => {
    const { client, call } = world();
    const handle = await client.searchAsync([searched, searched]);
    const request = lastRequest();
    const [one, two] = itemsOf(request);
    const page = (number: number): JsonObject => ({ page_size: 1, page_number: number, total_count: 3 });
    const parts = [
      [found(one, [named('B')], page(2)), { reference_id: two?.reference_id, status: 'pdng' }],
      [found(one, [named('A')], page(1))],
      [found(one, [named('C')], page(3)), found(two, [])],
    ];
    for (const [index, search_response] of parts.entries()) {
      const status = index < 2 ? 'pdng' : 'succ';
      await call('on-search', answerTo(request, { search_response }), { status });
    }
    const { outcomes, evidence, earlierEvidence } = await handle.result();
    expect(outcomes).toEqual([
      expect.objectContaining({ status: 'succ', records: ['A', 'B', 'C'].map(named), totalCount: 3 }),
      expect.objectContaining({ status: 'succ', records: [] }),
    ]);
    expect(outcomes[0]).not.toHaveProperty('next');
    expect(evidence.header.status).toBe('succ');
    expect(earlierEvidence?.map(({ header }) => header.status)).toEqual(['pdng', 'pdng']);
  });

  it('is none while a page is missing, whose callback was overtaken by the last', async () => {
    const page = (number: number): JsonObject => ({ page_size: 1, page_number: number, total_count: 3 });
    for (const numbers of [
      [1, 3, 2],
      [2, 3],
    ]) {
      const { client, call } = world();
      const handle = await client.searchAsync(searched);
      const request = lastRequest();
      const [item] = itemsOf(request);
      for (const number of numbers) {
        const message = answerTo(request, { search_response: [found(item, [named('A')], page(number))] });
        await call('on-search', message, { status: number === 3 ? 'succ' : 'pdng' });
      }
      expect((await failureOf(handle.result())).failure).toMatchObject({ kind: 'protocol', fault: 'missing_part' });
    }
  });

  it('finds nobody where the header rejects it only if an item tells why', async () => {
    const rejecting = { status: 'rjct', status_reason_code: 'rjct.action.not_supported' };
    const { client, call } = world();
    const alone = await client.searchAsync(searched);
    const [only] = itemsOf(lastRequest());
    await call('on-search', answerTo(lastRequest(), { search_response: [found(only, [])] }), rejecting);
    expect((await alone.result()).outcomes).toMatchObject([{ status: 'rjct', code: 'rjct.action.not_supported' }]);

    const both = await client.searchAsync([searched, searched]);
    const request = lastRequest();
    const [one, two] = itemsOf(request);
    const rejection = { reference_id: one?.reference_id, status: 'rjct', status_reason_code: 'rjct.filter.invalid' };
    await call('on-search', answerTo(request, { search_response: [rejection] }), { status: 'pdng' });
    await call('on-search', answerTo(request, { search_response: [found(two, [])] }), rejecting);
    expect((await both.result()).outcomes.map(({ status }) => status)).toEqual(['rjct', 'succ']);
  });

  it('has a page once that came twice', async () => {
    const { client, call } = world();
    const handle = await client.searchAsync(searched);
    const request = lastRequest();
    const [item] = itemsOf(request);
    for (const [number, status] of [
      [1, 'pdng'],
      [1, 'pdng'],
      [2, 'succ'],
    ] as const) {
      const pagination = { page_size: 1, page_number: number, total_count: 2 };
      const message = answerTo(request, { search_response: [found(item, [named(`P${number}`)], pagination)] });
      await call('on-search', message, { status });
    }
    expect((await handle.result()).outcomes).toMatchObject([{ records: [named('P1'), named('P2')], totalCount: 2 }]);
  });

  it('waits while more is announced', async () => {
    const { client, call } = world();
    const handle = await client.searchAsync(searched);
    const request = lastRequest();
    await call('on-search', answerTo(request, { search_response: [] }), { status: 'pdng' });
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 50);
    await expect(handle.result({ signal: controller.signal })).rejects.toBe(reason);
    expect(await handle.state()).toBe('open');
  });

  it('is rejected item by item; a page that is refused spoils the answer that it belongs to', async () => {
    const { client, call } = world();
    const handle = await client.searchAsync([searched, searched]);
    const request = lastRequest();
    const [one, two] = itemsOf(request);
    const rejection = (item: JsonObject | undefined, code: string): JsonObject => ({
      reference_id: item?.reference_id,
      status: 'rjct',
      status_reason_code: code,
    });
    await call('on-search', answerTo(request, { search_response: [found(one, [person])] }), { status: 'pdng' });
    await call(
      'on-search',
      answerTo(request, {
        search_response: [rejection(one, 'rjct.search.too_many_records_found'), rejection(two, 'rjct.filter.invalid')],
      }),
    );
    expect((await handle.result()).outcomes).toMatchObject([
      { status: 'rjct', code: 'rjct.search.too_many_records_found' },
      { status: 'rjct', code: 'rjct.filter.invalid' },
    ]);
  });

  it.each<[string, JsonObject, JsonObject, object]>([
    [
      'a header that rejects it as a whole',
      { search_response: [] },
      { status: 'rjct', status_reason_code: 'rjct.action.not_supported' },
      { kind: 'refused', peerCode: 'rjct.action.not_supported' },
    ],
    ['items missing', { search_response: [] }, {}, { kind: 'protocol', fault: 'other_items' }],
    [
      'items of another search',
      { search_response: [{ reference_id: 'x', status: 'succ' }] },
      {},
      { kind: 'protocol', fault: 'other_items' },
    ],
  ])('fails by %s', async (_name, members, header, expected) => {
    const { client, call } = world();
    const handle = await client.searchAsync(searched);
    await call('on-search', answerTo(lastRequest(), members), header);
    expect((await failureOf(handle.result())).failure).toMatchObject(expected);
  });

  it('is found again by its id, by another client of the same source only', async () => {
    const stores = createMemoryCallbackStores();
    const { transactionId } = await world({}, stores).client.searchAsync(searched);
    const request = lastRequest();
    const { client, call } = world({}, stores);
    const handle = await client.resume(transactionId);
    expect(handle).toMatchObject({ transactionId, correlationId: 'c-1' });
    const result = handle?.result();
    await call('on-search', answerTo(request, { search_response: [found(itemsOf(request)[0], [person])] }));
    expect((await result)?.outcomes).toMatchObject([{ records: [person] }]);
    expect(await client.resume('unknown')).toBeUndefined();
    expect(await world({ code: 'other' }, stores).client.resume(transactionId)).toBeUndefined();
    await client.unsubscribe(['s-1']);
    expect(await client.resume(String(lastRequest().message.transaction_id))).toBeUndefined();
  });

  it('notices what another process has stored, without being told', async () => {
    const stores = createMemoryCallbackStores();
    const deaf = { ...stores, transactions: { ...stores.transactions, onChange: () => () => undefined } };
    const { client, call } = world({}, deaf);
    const handle = await client.searchAsync(searched);
    const request = lastRequest();
    await withTimers(async (pass) => {
      const result = handle.result();
      await pass(500);
      await call('on-search', answerTo(request, { search_response: [found(itemsOf(request)[0], [])] }));
      await pass(2_000);
      expect((await result).outcomes).toHaveLength(1);
    });
  });

  it('expires', async () => {
    let now = Date.now();
    const { client } = world({ clock: { now: () => now } });
    const handle = await client.searchAsync(searched, { expiresInSeconds: 60 });
    now += 61_000;
    const { error, failure } = await failureOf(handle.result());
    expect(failure).toEqual({ kind: 'timeout', seconds: 60, transactionId: handle.transactionId });
    expect(error.code).toBe('err.request.timeout');
    expect(await handle.state()).toBe('expired');
  });

  it.each<[string, Partial<ClientOptions>, (one: DciClient) => Promise<unknown>, string]>([
    ['without callbacks', {}, (one) => one.searchAsync(searched), 'err.configuration.invalid'],
    ['of nothing', {}, (one) => one.searchAsync([]), 'err.request.bad'],
    ['for no time', {}, (one) => one.searchAsync(searched, { expiresInSeconds: 0 }), 'err.request.bad'],
  ])('is not sent %s', async (name, overrides, call, code) => {
    const client = name === 'without callbacks' ? worlds.client(overrides) : world(overrides).client;
    await expect(call(client)).rejects.toMatchObject({ code });
    expect(worlds.current.requests).toEqual([]);
  });
});

describe('a request whose acknowledgement is', () => {
  const stateOf = async (one: World): Promise<string | undefined> => {
    const id = String(lastRequest().message.transaction_id);
    return (await one.stores.transactions.find(id))?.state;
  };

  it.each<[string, number, unknown]>([
    ['NACK', 200, { message: { ack_status: 'NACK' } }],
    ['ERR', 200, { message: { ack_status: 'ERR', error: { code: 'err.request.bad' } } }],
    ['a refusal', 401, { errors: [{ code: 'err.sender.unknown' }] }],
    ['busy', 503, {}],
    ['of the early seed, an error', 200, { error: { code: 'ERR_INVALID_QUERY' } }],
  ])('%s is closed again', async (_name, status, body) => {
    worlds.current.behave({ answer: answerJson(status, body) });
    const one = world({ retries: 0 });
    const { failure } = await failureOf(one.client.searchAsync(searched));
    expect(failure.kind).toBe('refused');
    expect(failure.transactionId).toBeUndefined();
    expect(await stateOf(one)).toBe('refused');
    const handle = await one.client.resume(String(lastRequest().message.transaction_id));
    expect((await failureOf(handle?.result() ?? Promise.resolve())).failure).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, ReturnType<typeof answerJson>, string]>([
    ['lost', hangUp, 'unreachable'],
    ['that of a gateway', answerJson(504, {}), 'refused'],
    ['not JSON', (response) => void response.writeHead(202, { 'content-type': 'text/html' }).end('<p>'), 'protocol'],
    ['a list', answerJson(202, []), 'protocol'],
    ['of wrong types', answerJson(202, { message: { ack_status: 7 } }), 'protocol'],
  ])('%s stays open, and the error tells how to go on', async (_name, answer, kind) => {
    worlds.current.behave({ answer });
    const one = world({ retries: 0 });
    const { error, failure } = await failureOf(one.client.searchAsync(searched));
    const request = lastRequest();
    expect(failure).toMatchObject({ kind, transactionId: request.message.transaction_id });
    expect(error.message).toContain('may have been accepted');
    expect(await stateOf(one)).toBe('open');
    const handle = await one.client.resume(failure.transactionId ?? '');
    await one.call('on-search', answerTo(request, { search_response: [found(itemsOf(request)[0], [person])] }));
    expect((await handle?.result())?.outcomes).toMatchObject([{ records: [person] }]);
  });

  it('late stays open, and the error tells how to go on', async () => {
    const { fetch, bodies } = silentFetch();
    const one = world({ fetch });
    await withTimers(async (pass) => {
      const failing = failureOf(one.client.searchAsync(searched));
      await until(() => bodies.length === 1);
      await pass(31_000);
      const { failure } = await failing;
      expect(failure).toMatchObject({ kind: 'timeout', seconds: 30, transactionId: expect.any(String) });
      expect((await one.stores.transactions.find(failure.transactionId ?? ''))?.state).toBe('open');
    });
    // Again as the very same message: this family answers it as the first one.
    expect(bodies.length).toBeGreaterThan(1);
  });

  it.each<[string, number, unknown]>([
    ['an empty object', 202, {}],
    ['an ACK with a null error', 200, { message: { ack_status: 'ACK', correlation_id: 'c', error: null } }],
    ['an empty list of errors', 202, { errors: [] }],
  ])('%s is good', async (_name, status, body) => {
    worlds.current.behave({ answer: answerJson(status, body) });
    expect(await (await world().client.searchAsync(searched)).state()).toBe('open');
  });

  it('impossible, because nothing was sent, is closed again', async () => {
    const one = world({
      retries: 0,
      fetch: async () => {
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
      },
    });
    const opened: string[] = [];
    one.stores.transactions.onChange((id) => opened.push(id));
    const { failure } = await failureOf(one.client.searchAsync(searched));
    expect(failure).toEqual({ kind: 'unreachable', systemCode: 'ECONNREFUSED' });
    expect((await one.stores.transactions.find(opened[0] ?? ''))?.state).toBe('refused');
  });

  it('cut short by the caller stays open', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    worlds.current.behave({ answer: () => controller.abort(reason) });
    const one = world();
    await expect(one.client.searchAsync(searched, { signal: controller.signal })).rejects.toBe(reason);
    expect(clientFailure(reason)).toBeUndefined();
    expect(await stateOf(one)).toBe('open');
  });
});

describe('an envelope in place of an acknowledgement', () => {
  it('that answers the search is taken as its callback', async () => {
    worlds.current.behave({});
    const handle = await world().client.searchAsync(searched);
    expect((await handle.result()).outcomes).toMatchObject([{ status: 'succ', records: [person] }]);
    expect(await handle.state()).toBe('answered');
  });

  it('that says only that it is under way is an acknowledgement', async () => {
    worlds.current.behave({ change: replyWith('on-search', () => ({}), { status: 'rcvd' }) });
    const one = world();
    const handle = await one.client.searchAsync(searched);
    expect(await handle.state()).toBe('open');
    expect(handle.correlationId).toBe('c-1');
  });

  it('that rejects it is a refusal', async () => {
    const header = { status: 'rjct', status_reason_code: 'ERR_CONSENT_REQUIRED' };
    worlds.current.behave({ change: replyWith('on-search', () => ({}), header) });
    const one = world();
    const { error, failure } = await failureOf(one.client.searchAsync(searched));
    expect(failure).toMatchObject({ kind: 'refused', peerCode: 'ERR_CONSENT_REQUIRED' });
    expect(error.code).toBe('err.request.forbidden');
    expect((await one.stores.transactions.find(String(lastRequest().message.transaction_id)))?.state).toBe('refused');
  });

  it.each<[string, Behaviour, object]>([
    ['without signature', { signingKey: undefined }, { kind: 'signature', reason: 'signature_missing' }],
    [
      'of another transaction',
      { change: replyWith('on-search', () => ({ transaction_id: 'another' })) },
      { kind: 'protocol', fault: 'other_transaction' },
    ],
  ])('%s is not believed; the request may have been accepted', async (_name, behaviour, expected) => {
    worlds.current.behave(behaviour);
    const { failure } = await failureOf(world().client.searchAsync(searched));
    expect(failure).toMatchObject({ ...expected, transactionId: lastRequest().message.transaction_id });
  });
});
