import { ibr, opensppDialect, social } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DciClient } from '../dci-client.ts';
import { failureOf } from '../failure.fixtures.ts';
import { type Caller, soon, startCaller } from './interop.fixtures.ts';
import { runSearchContract } from './interop-contract.fixtures.ts';
import { type OpensppOptions, type OpensppPeer, startOpensppPeer } from './openspp-peer.fixtures.ts';
import { json } from './peer-server.fixtures.ts';
import { amara, commonMembers, lucia, mei, people, standardPerson, tomas } from './people.fixtures.ts';
import { isJson, objectsOf } from './plain-json.fixtures.ts';

const token = 'token-of-the-tests';
const senderId = 'mis.example.org';

interface Running {
  readonly peer: OpensppPeer;
  readonly caller: Caller;
  readonly client: DciClient;
}

async function start(subscribeReply?: OpensppOptions['subscribeReply']): Promise<Running> {
  const caller = await startCaller({ senderId, algorithm: 'ed25519' });
  const peer = await startOpensppPeer({
    caller: { id: senderId, key: caller.publicJwk },
    token,
    ...(subscribeReply !== undefined && { subscribeReply }),
  });
  const client = caller.connect({ baseUrl: peer.baseUrl, registry: social, dialect: opensppDialect, token });
  return { peer, caller, client };
}

const stop = ({ peer, caller }: Running): Promise<unknown> => Promise.all([peer.stop(), caller.stop()]);

runSearchContract({
  name: 'OpenSPP',
  identifierOf: (person) => ['NationalID', person.nationalId],
  options: { recordType: 'Person' },
  start,
});

describe('what OpenSPP alone has', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => stop(running));
  beforeEach(() => {
    running.peer.ledger.faults.length = 0;
  });

  it('sorts by names of its own', async () => {
    const { client, peer } = running;
    const { records } = await client.searchByExpression(
      { seq: [{ attribute: 'is_registrant', operator: '=', value: true }] },
      { recordType: 'Person', sort: [{ attribute: 'birth_date', order: 'desc' }, { attribute: 'name.surname' }] },
    );
    expect(records.map(commonMembers)).toEqual([amara, tomas, lucia, mei].map(standardPerson));
    expect(peer.ledger.faults).toEqual([]);
  });

  it('gives households under the names of the standard, their float as it was signed', async () => {
    const { records } = await running.client.searchById('HouseholdID', 'HH-1', { recordType: 'Group' });
    expect(records).toMatchObject([
      {
        group_identifier: [{ identifier_type: 'HouseholdID', identifier_value: 'HH-1' }],
        group_type: '2',
        group_size: 4,
      },
    ]);
    const [{ member_list: members = [], poverty_score: score } = {}] = records;
    expect(Number(score)).toBe(45);
    const demographics = objectsOf(members).map(({ demographic_info: info }) => (isJson(info) ? info : {}));
    expect(demographics.map(({ name, sex, birth_date }) => ({ name, sex, birth_date }))).toEqual(
      people.map(standardPerson),
    );
  });

  it('knows its area codes and the age in CEL', async () => {
    const { client, peer } = running;
    const query = { seq: [{ attribute: 'area_id.code', operator: '=', value: 'REGION_02' }] };
    const inRegion = await client.searchByExpression(query, { recordType: 'Person' });
    expect(inRegion.records.map(commonMembers)).toEqual([lucia, amara].map(standardPerson));
    const adults = await client.searchByPredicate('person.age >= 18', { recordType: 'Person' });
    expect(adults.records.map(commonMembers)).toEqual([lucia, mei, tomas].map(standardPerson));
    expect(peer.ledger.faults).toEqual([]);
  });

  it('sends nothing that OpenSPP would look for in its database', async () => {
    const { client, peer } = running;
    const before = peer.ledger.requests.length;
    const query = { seq: [{ attribute: 'password', operator: '=', value: 'x' }] };
    await expect(client.searchByExpression(query)).rejects.toMatchObject({ code: 'rjct.filter.invalid' });
    await expect(client.searchById('UIN', '1', { sort: [{ attribute: 'password' }] })).rejects.toMatchObject({
      code: 'rjct.sort.invalid',
    });
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('tells the status of a search, at once and by callback, and takes receipts', async () => {
    const { client, peer } = running;
    const handle = await client.searchAsync({ queryType: 'idtype-value', query: { type: 'UIN', value: lucia.uin } });
    await handle.result(soon());
    const question = { type: 'search', attribute: 'transaction_id', value: handle.transactionId } as const;
    const status = await client.txnStatus(question);
    const txn_status = { transaction_id: handle.transactionId, search_response: [{ status: 'succ' }] };
    expect(status.response.txnstatus_response).toMatchObject({ txn_status });
    const asked = await client.txnStatusAsync(question);
    expect((await asked.result(soon())).response.txnstatus_response).toMatchObject({ txn_status });
    const receipt = await client.receipt({ referenceIds: ['event-1'] });
    expect(receipt.evidence.transactionId).toBe(peer.receipts.at(-1)?.transaction_id);
    expect(peer.ledger.faults).toEqual([]);
  });

  it('has no operations of registry types, and is sent none', async () => {
    const { peer, caller } = running;
    const client = caller.connect({ baseUrl: peer.baseUrl, registry: ibr, dialect: opensppDialect, token });
    const before = peer.ledger.requests.length;
    const { failure } = await failureOf(client.call('sync/enrolled', { enrolled_criteria: { query: {} } }));
    expect(failure).toEqual({ kind: 'unsupported', call: 'special' });
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('is not asked twice what may have been accepted: a duplicate breaks it', async () => {
    const { client, peer } = running;
    const before = peer.ledger.requests.length;
    peer.answerNext({ status: 504, text: 'Gateway Timeout' });
    const { failure } = await failureOf(
      client.searchAsync({ queryType: 'idtype-value', query: { type: 'UIN', value: '1' } }),
    );
    expect(failure).toMatchObject({ kind: 'refused', status: 504, transactionId: expect.any(String) });
    expect(peer.ledger.requests).toHaveLength(before + 1);
  });

  it('gets no answer when its work fails: the handle stays open', async () => {
    const { client, peer } = running;
    const handle = await client.searchAsync({
      queryType: 'idtype-value',
      query: { type: 'UIN', value: '1' },
      page: { size: 10, number: 1 },
    });
    await handle.result(soon());
    // A registry that another program registered under another type.
    peer.answerNext(
      json(202, { message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00Z', correlation_id: 'c' } }),
    );
    const silent = await client.searchAsync({ queryType: 'idtype-value', query: { type: 'UIN', value: '1' } });
    await peer.settled();
    expect([silent.correlationId, await silent.state()]).toEqual(['c', 'open']);
  });

  const ack = (code: string): object => ({
    message: {
      ack_status: 'ERR',
      timestamp: '2026-04-22T10:30:00Z',
      correlation_id: 'c',
      error: { code, message: 'x' },
    },
  });

  it.each([
    [429, 'err.429', 'err.request.too_many_requests'],
    [501, 'err.501', 'rjct.action.not_supported'],
    [400, 'err.400', 'err.request.bad'],
    [401, 'err.sender.unknown', 'err.sender.unknown'],
  ])('refuses with %i and the code %s of its own', async (status, peerCode, code) => {
    const { client, peer } = running;
    const refused = await peer.answerWhile(json(status, ack(peerCode)), () => failureOf(client.searchById('UIN', '1')));
    expect(refused.failure).toMatchObject({ kind: 'refused', status, peerCode });
    expect(refused.error.code).toBe(code);
  });

  it('refuses a token, a sender and a key that it does not know', async () => {
    const { peer } = running;
    const other = await startCaller({ senderId, algorithm: 'ed25519' });
    const stranger = await startCaller({ senderId: 'stranger.example.org', algorithm: 'ed25519' });
    const connection = { baseUrl: peer.baseUrl, registry: social, dialect: opensppDialect };
    const codes: string[] = [];
    for (const client of [
      other.connect({ ...connection }),
      other.connect({ ...connection, token: 'other' }),
      stranger.connect({ ...connection, token }),
      other.connect({ ...connection, token }),
    ]) {
      codes.push((await failureOf(client.searchById('UIN', '1'))).error.code);
    }
    await Promise.all([other.stop(), stranger.stop()]);
    expect(codes).toEqual([
      'err.auth.missing_header',
      'err.auth.invalid_token',
      'err.sender.unknown',
      'err.signature.invalid',
    ]);
  });

  it('needs an Ed25519 key: its RS256 never works', async () => {
    const { peer } = running;
    const caller = await startCaller({ senderId, algorithm: 'rs256' });
    const client = caller.connect({ baseUrl: peer.baseUrl, registry: social, dialect: opensppDialect, token });
    const { error } = await failureOf(client.searchById('UIN', '1'));
    await caller.stop();
    expect(error.code).toBe('err.signature.invalid');
  });
});

describe.each(['callback', 'envelope', 'ack'] as const)('subscriptions at OpenSPP, answered in: %s', (reply) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(reply);
  });
  afterAll(() => stop(running));

  it('are made, notified and ended', async () => {
    const { client, peer, caller } = running;
    const handle = await client.subscribe(
      { eventTypes: ['REGISTER', 'UPDATE'], recordType: 'Person' },
      { handler: 'sync' },
    );
    const { outcomes } = await handle.result(soon());
    const isCode = expect.stringMatching(/^SUB-/);
    expect(outcomes).toMatchObject([{ status: 'pdng', codes: [isCode, isCode] }]);
    const [code = ''] = outcomes[0]?.codes ?? [];
    expect(peer.subscriptions.get(code)).toMatchObject({ eventType: 'REGISTRATION' });

    expect(await peer.notify(code)).toMatchObject({ status: 202 });
    const [stored] = await caller.stores.notifications.list('received', 10);
    expect(stored?.event).toMatchObject({
      source: 'social',
      subscriptionCode: code,
      eventType: 'REGISTER',
      recordType: 'Person',
      evidence: { verified: true },
    });
    expect(stored?.event.records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    expect(stored?.handler).toBe('sync');
    expect(caller.work).toContainEqual({ kind: 'event', id: stored?.event.id });

    const ending = await client.unsubscribe([code]);
    expect(await ending.result(soon())).toMatchObject({ status: 'succ', subscriptions: [{ code }] });
    await peer.settled();
    expect(peer.subscriptions.has(code)).toBe(false);
    expect(peer.ledger.faults).toEqual([]);
  });
});
