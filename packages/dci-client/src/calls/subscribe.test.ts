import { defineDialect, type JsonObject, opensppDialect, spdciDialect } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, answerJson, failureOf, objectOf, REGISTRY_ID, replyWith } from '../registry.fixtures.ts';
import { answerTo, base, itemsOf, worldsForTests } from './async-world.fixtures.ts';

const worlds = worldsForTests({ beforeAll, afterAll, beforeEach });
const { world, lastRequest } = worlds;

beforeEach(() => worlds.current.behave({ answer: acknowledge('c-1') }));

describe('a subscription', () => {
  const criteria = {
    eventTypes: 'registration',
    recordType: 'Person',
    filter: { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] },
    frequency: { frequency: '0 0 * * *' },
    expires: '2027-01-01T00:00:00Z',
  };

  it('is asked for as the standard has it; its callback tells the code', async () => {
    const { client, call, stores } = world();
    const handle = await client.subscribe(criteria, { handler: 'events', receipts: true });
    const request = lastRequest();
    expect(request.header).toMatchObject({ action: 'subscribe', sender_uri: `${base}/on-subscribe`, total_count: 1 });
    const [item] = itemsOf(request);
    expect(item?.subscribe_criteria).toMatchObject({
      reg_type: 'ns:org:RegistryType:Social',
      reg_event_type: 'REGISTER',
      notify_record_type: 'Person',
      filter_type: 'expression',
      filter: expect.anything(),
      frequency: { frequency: '0 0 * * *', end_time: criteria.expires, start_time: expect.any(String) },
    });
    const result = handle.result();
    const answer = { reference_id: item?.reference_id, status: 'succ', subscriptions: [{ code: 's-1' }] };
    await call('on-subscribe', answerTo(request, { subscribe_response: [{ ...answer, expires: criteria.expires }] }));
    const { outcomes, evidence } = await result;
    expect(outcomes).toEqual([
      { status: 'succ', referenceId: item?.reference_id, codes: ['s-1'], expires: criteria.expires },
    ]);
    expect(evidence.verified).toBe(true);
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({
      ...{ state: 'active', handler: 'events', receipts: true, eventTypes: ['REGISTER'], recordType: 'Person' },
      transactionId: handle.transactionId,
    });
  });

  it('that waits for approval is an answer too, and its decision a later one', async () => {
    const { client, call, stores } = world();
    const handle = await client.subscribe(criteria);
    const request = lastRequest();
    const item = (status: string): JsonObject =>
      answerTo(request, {
        subscribe_response: [
          { reference_id: itemsOf(request)[0]?.reference_id, status, subscriptions: [{ code: 's-1' }] },
        ],
      });
    await call('on-subscribe', item('pdng'), { status: 'pdng' });
    expect((await handle.result()).outcomes).toMatchObject([{ status: 'pdng', codes: ['s-1'] }]);
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'pending' });
    await call('on-subscribe', item('succ'));
    expect((await handle.result()).outcomes).toMatchObject([{ status: 'succ' }]);
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'active' });
  });

  it('of several is answered in the order asked', async () => {
    const { client, call } = world();
    const handle = await client.subscribe([criteria, { eventTypes: ['REGISTER', 'UPDATE'] }]);
    const request = lastRequest();
    const [one, two] = itemsOf(request);
    expect(objectOf(two?.subscribe_criteria).reg_event_type).toEqual(['REGISTER', 'UPDATE']);
    const rejected = { status: 'rjct', status_reason_code: 'rjct.event.already_subscribed' };
    await call(
      'on-subscribe',
      answerTo(request, {
        subscribe_response: [
          { reference_id: two?.reference_id, ...rejected },
          { reference_id: one?.reference_id, status: 'succ', subscriptions: [{ code: 's-1' }] },
        ],
      }),
    );
    expect((await handle.result()).outcomes).toMatchObject([
      { status: 'succ', codes: ['s-1'] },
      { status: 'rjct', codes: [], code: 'rjct.event.already_subscribed' },
    ]);
  });

  it('whose code is told in the acknowledgement is held at once, and marked as not verified', async () => {
    worlds.current.behave({
      answer: (response, request) =>
        answerJson(202, {
          message: {
            ack_status: 'ACK',
            correlation_id: 'c-1',
            subscribe_response: [
              { reference_id: itemsOf(request)[0]?.reference_id, subscription_code: 's-9', status: 'pdng' },
            ],
          },
        })(response, request),
    });
    const { client, stores, call } = world({ dialect: opensppDialect, receipts: true });
    const handle = await client.subscribe({ eventTypes: 'REGISTER' }, { handler: 'events' });
    expect(lastRequest().header.sender_uri).toBe(base);
    const { outcomes, evidence } = await handle.result();
    expect(outcomes).toMatchObject([{ status: 'pdng', codes: ['s-9'] }]);
    expect(evidence).toMatchObject({ verified: false, senderId: REGISTRY_ID });
    expect(await stores.subscriptions.find('social', 's-9')).toMatchObject({
      ...{ state: 'pending', handler: 'events', receipts: true },
    });
    const request = lastRequest();
    const item = { reference_id: itemsOf(request)[0]?.reference_id, subscription_code: 's-9', status: 'succ' };
    await call('on-subscribe', answerTo(request, { subscribe_response: [item] }));
    expect(await handle.result()).toMatchObject({ outcomes: [{ status: 'succ' }], evidence: { verified: true } });
  });

  it('is read in the early form, signed in the answer itself', async () => {
    worlds.current.behave({
      change: ({ header }) => ({
        header: { ...header, action: 'on-subscribe' },
        message: { subscription_code: 'SUB-1', expires: '2027-01-01T00:00:00Z' },
      }),
    });
    const { client, stores } = world();
    const handle = await client.subscribe({ eventTypes: 'REGISTER' });
    expect((await handle.result()).outcomes).toMatchObject([{ status: 'succ', codes: ['SUB-1'] }]);
    expect(await stores.subscriptions.find('social', 'SUB-1')).toMatchObject({ state: 'active' });
  });

  it('fails by a header that rejects it as a whole', async () => {
    const { client, call } = world();
    const handle = await client.subscribe({ eventTypes: 'REGISTER' });
    const header = { status: 'rjct', status_reason_code: 'rjct.action.not_supported' };
    await call('on-subscribe', answerTo(lastRequest(), { subscribe_response: [] }), header);
    const { failure } = await failureOf(handle.result());
    expect(failure).toMatchObject({ kind: 'refused', peerCode: 'rjct.action.not_supported' });
  });

  it.each([
    ['eventTypes', { eventTypes: [] }],
    ['expires', { eventTypes: 'REGISTER', expires: 'next year' }],
  ])('must be right: %s', async (path, wanted) => {
    await expect(world().client.subscribe(wanted)).rejects.toMatchObject({ code: 'err.request.bad', path });
    await expect(world().client.subscribe([])).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(worlds.current.requests).toEqual([]);
  });

  it.each([
    ['person.age >= 18', 'predicate'],
    [[{ expression1: {} }], 'predicate'],
    [{ type: 'UIN', value: '1' }, 'idtype-value'],
    [{ seq: [] }, 'expression'],
    [{ type: 'ns:org:QueryType:expression', value: {} }, 'expression'],
  ])('tells the type of its filter: %j', async (filter, type) => {
    const dialect = defineDialect({ ...spdciDialect, name: 'as is', writeMessage: (message) => message });
    await world({ dialect }).client.subscribe({ eventTypes: 'REGISTER', filter });
    expect(objectOf(itemsOf(lastRequest())[0]?.subscribe_criteria).filter_type).toBe(type);
  });
});

describe('the end of subscriptions', () => {
  const held = {
    code: 's-1',
    source: 'social',
    transactionId: 't',
    eventTypes: ['REGISTER'],
    receipts: false,
    since: 0,
  };

  it('begins with the acknowledgement and is told by callback', async () => {
    const { client, call, stores } = world();
    await stores.subscriptions.save({ ...held, state: 'active' });
    const handle = await client.unsubscribe(['s-1', 's-1']);
    const request = lastRequest();
    expect(request.message).toMatchObject({ subscription_codes: ['s-1'] });
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'ending' });
    const answer = { status: 'succ', subscription_status: [{ code: 's-1', status: 'unsubscribe' }] };
    await call('on-unsubscribe', answerTo(request, answer));
    expect(await handle.result()).toMatchObject({
      ...{ status: 'succ', subscriptions: [{ code: 's-1', status: 'unsubscribe' }] },
      evidence: { verified: true },
    });
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'ended' });
  });

  it('does not begin when the registry refuses', async () => {
    worlds.current.behave({ answer: answerJson(400, {}) });
    const { client, stores } = world();
    await stores.subscriptions.save({ ...held, state: 'active' });
    await failureOf(client.unsubscribe(['s-1']));
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'active' });
    await expect(client.unsubscribe([])).rejects.toMatchObject({ code: 'err.request.bad' });
  });

  it('can be told at once', async () => {
    worlds.current.behave({
      change: replyWith('on-unsubscribe', () => ({
        status: 'succ',
        subscription_status: [{ code: 's-1', status: 'unsubscribe' }],
      })),
    });
    const { client, stores } = world();
    await stores.subscriptions.save({ ...held, state: 'active' });
    const handle = await client.unsubscribe(['s-1']);
    expect(await handle.result()).toMatchObject({ status: 'succ' });
    expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ state: 'ended' });
  });
});

describe('a status that is asked for by callback', () => {
  it('is told once, also while the request asked about is under way', async () => {
    const { client, call } = world();
    const handle = await client.txnStatusAsync({ type: 'search', attribute: 'transaction_id', value: 't-1' });
    const request = lastRequest();
    expect(request.path).toBe('/dci_api/v1/social/registry/txn/status');
    expect(request.header.sender_uri).toBe(`${base}/txn/on-status`);
    const txnstatus_response = { txn_type: 'search', txn_status: { search_response: [] } };
    await call('txn/on-status', answerTo(request, { txnstatus_response }), { status: 'pdng' });
    expect(await handle.result()).toMatchObject({ type: 'search', status: 'pdng', evidence: { verified: true } });
  });
});
