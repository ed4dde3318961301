import { defineDialect, type JsonObject, opensppDialect, spdciDialect } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, answerJson, failureOf, objectOf, REGISTRY_ID, replyWith } from '../registry.fixtures.ts';
import { readSubscribeAnswer } from './async-answers.ts';
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
    const handle = await client.subscribe([criteria, { eventTypes: 'UPDATE' }]);
    const request = lastRequest();
    const [one, two] = itemsOf(request);
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

  describe('to several event types', () => {
    const several = { ...criteria, eventTypes: ['registration', 'UPDATE', 'REGISTER', 'DELETE'] };
    const granted = (item: JsonObject | undefined, code: string): JsonObject => ({
      ...{ reference_id: item?.reference_id, status: 'succ', subscriptions: [{ code }], expires: criteria.expires },
    });

    it('is an item for each, as the standard has it; one outcome tells all codes', async () => {
      const { client, call, stores } = world();
      const handle = await client.subscribe([several, { eventTypes: 'REGISTER' }], { handler: 'events' });
      const request = lastRequest();
      const items = itemsOf(request);
      expect(request.header).toMatchObject({ total_count: 4 });
      expect(items.map((item) => objectOf(item.subscribe_criteria).reg_event_type)).toEqual([
        ...['REGISTER', 'UPDATE', 'DELETE'],
        'REGISTER',
      ]);
      expect(new Set(items.map(({ reference_id }) => reference_id)).size).toBe(4);
      // Filter, record type and digests are those of the criteria, in every item.
      const [first, second, third] = items.map((item) => objectOf(item.subscribe_criteria));
      for (const other of [second, third]) expect({ ...other, reg_event_type: 'REGISTER' }).toEqual(first);

      const answers = items.map((item, index) => granted(item, `s-${index}`));
      await call('on-subscribe', answerTo(request, { subscribe_response: answers }));
      const { outcomes } = await handle.result();
      expect(outcomes).toEqual([
        {
          ...{ status: 'succ', referenceId: items[0]?.reference_id, codes: ['s-0', 's-1', 's-2'] },
          expires: criteria.expires,
          parts: ['REGISTER', 'UPDATE', 'DELETE'].map((eventType, index) => ({
            ...{ status: 'succ', eventType, referenceId: items[index]?.reference_id, codes: [`s-${index}`] },
            expires: criteria.expires,
          })),
        },
        { status: 'succ', referenceId: items[3]?.reference_id, codes: ['s-3'], expires: criteria.expires },
      ]);
      const held = await stores.subscriptions.list('social', { transactionId: handle.transactionId });
      expect(held.map(({ code, eventTypes }) => [code, eventTypes]).toSorted()).toEqual([
        ['s-0', ['REGISTER']],
        ['s-1', ['UPDATE']],
        ['s-2', ['DELETE']],
        ['s-3', ['REGISTER']],
      ]);
    });

    it('is rejected where one of them is, with the codes of the others', async () => {
      const { client, call } = world();
      const handle = await client.subscribe(several);
      const request = lastRequest();
      const [register, update, remove] = itemsOf(request);
      const reason = { status_reason_code: 'rjct.notify_types.invalid', status_reason_message: 'no' };
      const rejection = { reference_id: update?.reference_id, status: 'rjct', ...reason };
      const answers = [granted(remove, 's-3'), rejection, granted(register, 's-1')];
      await call('on-subscribe', answerTo(request, { subscribe_response: answers }));
      expect((await handle.result()).outcomes).toMatchObject([
        {
          ...{ status: 'rjct', codes: ['s-1', 's-3'], code: 'rjct.notify_types.invalid', text: 'no' },
          parts: [{ status: 'succ' }, { eventType: 'UPDATE', status: 'rjct', codes: [] }, { status: 'succ' }],
        },
      ]);
    });

    it('waits while one of them waits for approval, and is not answered before all are', async () => {
      const { client, call } = world();
      const handle = await client.subscribe({ eventTypes: ['REGISTER', 'UPDATE'] });
      const request = lastRequest();
      const [register, update] = itemsOf(request);
      const tell = (...items: readonly JsonObject[]) =>
        call('on-subscribe', answerTo(request, { subscribe_response: [...items] }), { status: 'pdng' });
      await tell({ ...granted(register, 's-1'), status: 'pdng' });
      expect(await handle.state()).toBe('open');
      await tell(granted(update, 's-2'));
      expect((await handle.result()).outcomes).toMatchObject([{ status: 'pdng', codes: ['s-1', 's-2'] }]);
      await tell(granted(register, 's-1'));
      expect((await handle.result()).outcomes).toMatchObject([{ status: 'succ', codes: ['s-1', 's-2'] }]);
    });

    it('is joined from an acknowledgement too', async () => {
      worlds.current.behave({
        answer: (response, request) => {
          const codes = itemsOf(request).map(({ reference_id }, index) => ({
            ...{ reference_id, subscription_code: `s-${index}`, status: 'pdng' },
          }));
          return answerJson(202, { message: { ack_status: 'ACK', subscribe_response: codes } })(response, request);
        },
      });
      const { client } = world({ dialect: opensppDialect });
      const handle = await client.subscribe({ eventTypes: ['REGISTER', 'UPDATE'] });
      expect(itemsOf(lastRequest()).map((item) => objectOf(item.subscribe_criteria).reg_event_type)).toEqual([
        'REGISTRATION',
        'UPDATE',
      ]);
      expect((await handle.result()).outcomes).toMatchObject([{ status: 'pdng', codes: ['s-0', 's-1'] }]);
    });

    it('that was asked for as one item, by an earlier version, is answered as one', async () => {
      const { client, stores, call } = world();
      const handle = await client.subscribe({ eventTypes: 'REGISTER' });
      const request = lastRequest();
      const asked = await stores.transactions.find(handle.transactionId);
      if (asked === undefined) throw new Error('not stored');
      const { state: _, callbacks: __, ...stored } = asked;
      const transactionId = 'earlier';
      const early = { criteria: [{ eventTypes: ['REGISTER', 'UPDATE'] }] };
      await stores.transactions.open({ ...stored, transactionId, messageId: 'm-earlier', request: early });
      const answer = { ...answerTo(request, { subscribe_response: [granted(itemsOf(request)[0], 's-1')] }) };
      await call('on-subscribe', { ...answer, transaction_id: transactionId });
      const earlier = await stores.transactions.find(transactionId);
      if (earlier === undefined) throw new Error('not stored');
      expect(readSubscribeAnswer(earlier)?.outcomes).toMatchObject([{ status: 'succ', codes: ['s-1'] }]);
      expect(await stores.subscriptions.find('social', 's-1')).toMatchObject({ eventTypes: ['REGISTER', 'UPDATE'] });
    });
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
