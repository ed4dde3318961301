import { crvs, dr, fr, ibr, isJsonObject, type JsonObject, type RegistryType, social, systemClock } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oauth2Authorization } from '../authorization/oauth2.ts';
import type { DciClient } from '../dci-client.ts';
import { failureOf } from '../failure.fixtures.ts';
import { type Caller, type PeerConnection, soon, startCaller } from './interop.fixtures.ts';
import { runSearchContract } from './interop-contract.fixtures.ts';
import { amara, commonMembers, lucia, mei, people, standardPerson, tomas } from './people.fixtures.ts';
import { type SpdciPeer, startSpdciPeer } from './spdci-peer.fixtures.ts';
import type { StandardRegistry } from './spdci-records.fixtures.ts';

const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };
const senderId = 'mis.example.org';

const registries: Readonly<Record<StandardRegistry, RegistryType>> = { social, crvs, ibr, dr, fr };

function connectionOf(peer: SpdciPeer, registry: RegistryType): PeerConnection {
  return {
    baseUrl: peer.baseUrl,
    registry,
    authorization: oauth2Authorization({
      tokenUrl: peer.tokenUrl,
      clientId: credentials.clientId,
      clientSecret: async () => credentials.clientSecret,
      credentialsIn: 'body',
      fetch: globalThis.fetch,
      clock: systemClock,
    }),
  };
}

interface Running {
  readonly peer: SpdciPeer;
  readonly caller: Caller;
  readonly client: DciClient;
}

async function start(registry: StandardRegistry = 'social', encrypts = false): Promise<Running> {
  const caller = await startCaller({ senderId, algorithm: 'ed25519', encrypts });
  const { publicJwk: key, encryptionJwk } = caller;
  const encryptionKey = encryptionJwk && JSON.parse(JSON.stringify(encryptionJwk));
  const peer = await startSpdciPeer({
    ...credentials,
    registry,
    caller: { id: senderId, key, ...(encryptionKey !== undefined && { encryptionKey }) },
  });
  return { peer, caller, client: caller.connect(connectionOf(peer, registries[registry])) };
}

const stop = ({ peer, caller }: Running): Promise<unknown> => Promise.all([peer.stop(), caller.stop()]);

runSearchContract({
  name: 'a social registry of the standard',
  identifierOf: (person) => ['UIN', person.uin],
  options: { recordType: 'Person' },
  start: () => start(),
});

runSearchContract({
  name: 'a civil registry of the standard',
  identifierOf: (person) => ['BRN', person.brn],
  options: {},
  start: () => start('crvs'),
});

const inside = (record: JsonObject, ...path: readonly string[]): JsonObject =>
  path.reduce((object: JsonObject, name) => {
    const inner = object[name];
    return isJsonObject(inner) ? inner : {};
  }, record);

runSearchContract({
  name: 'a farmer registry of the standard',
  identifierOf: (person) => ['UIN', person.uin],
  options: {},
  personIn: (record) => inside(record, 'farmer_personal_details', 'demographic_info'),
  start: () => start('fr'),
});

describe('what the standard has beside searches', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('social', true);
  });
  afterAll(() => stop(running));
  beforeEach(() => {
    running.peer.ledger.faults.length = 0;
    delete running.peer.behaviour.refusals;
  });

  it('sorts', async () => {
    const { records } = await running.client.searchByDateRange(
      'birth_date',
      { from: '1900-01-01' },
      { recordType: 'Person', sort: [{ attribute: 'birth_date', order: 'desc' }] },
    );
    expect(records.map(commonMembers)).toEqual([amara, tomas, lucia, mei].map(standardPerson));
  });

  it('gives groups', async () => {
    const { records } = await running.client.searchById('HouseholdID', 'HH-1', { recordType: 'Group' });
    expect(records).toMatchObject([{ group_size: people.length, poverty_score: 4.5, group_type: '2' }]);
  });

  it('subscribes, to all and by a filter, to events and to digests; is notified; ends it', async () => {
    const { client, peer, caller } = running;
    const frequency = { frequency: '0 0 0 5,15 * ? *' };
    const filter = { $and: [{ sex: { $eq: 'female' } }] };
    const handle = await client.subscribe(
      [
        { eventTypes: 'REGISTER', recordType: 'Person' },
        { eventTypes: 'NewHouseHoldMember', recordType: 'Group', frequency },
        { eventTypes: 'REGISTER', recordType: 'Person', filter },
      ],
      { handler: 'sync' },
    );
    const { outcomes, evidence } = await handle.result(soon());
    await peer.settled();
    expect(outcomes.map(({ status, codes }) => [status, codes.length])).toEqual([
      ['succ', 1],
      ['succ', 1],
      ['succ', 1],
    ]);
    expect(evidence.verified).toBe(true);
    const codes = outcomes.flatMap((outcome) => outcome.codes);
    const [code = ''] = codes;
    expect(await peer.notify(code)).toMatchObject({ status: 202 });
    const [stored] = await caller.stores.notifications.list('received', 10);
    expect(stored).toMatchObject({
      handler: 'sync',
      event: { eventType: 'REGISTER', recordType: 'Person', evidence: { verified: true } },
    });
    expect(stored?.event.records.map(commonMembers)).toEqual([standardPerson(lucia)]);

    const ending = await client.unsubscribe(codes);
    const ended = await ending.result(soon());
    expect(ended).toMatchObject({ status: 'succ', subscriptions: codes.map((each) => ({ code: each })) });
    expect(peer.subscriptions.size).toBe(0);
    const again = await client.unsubscribe(['unknown']);
    expect(await again.result(soon())).toMatchObject({ status: 'rjct', code: 'rjct.subscription_code.invalid' });
    expect(peer.ledger.faults).toEqual([]);
  });

  it('subscribes to several event types, with an item for each; is notified of each; ends all', async () => {
    const { client, peer, caller } = running;
    const frequency = { frequency: '0 0 0 5,15 * ? *' };
    const eventTypes = ['REGISTER', 'NewHouseHoldMember'];
    const handle = await client.subscribe(
      [
        { eventTypes, recordType: 'Person', filter: { $and: [{ sex: { $eq: 'female' } }] }, frequency },
        { eventTypes: 'REGISTER', recordType: 'Group' },
      ],
      { handler: 'several' },
    );
    const { outcomes } = await handle.result(soon());
    await peer.settled();
    expect(outcomes).toMatchObject([
      {
        status: 'succ',
        codes: [expect.any(String), expect.any(String)],
        parts: eventTypes.map((eventType) => ({ eventType })),
      },
      { status: 'succ', codes: [expect.any(String)] },
    ]);
    const [first = { codes: [] }] = outcomes;
    for (const [index, code] of first.codes.entries()) {
      expect(peer.subscriptions.get(code)).toMatchObject({ eventType: eventTypes[index], recordType: 'Person' });
      expect(await peer.notify(code)).toMatchObject({ status: 202 });
    }
    const notified = await caller.stores.notifications.list('received', 10);
    expect(
      notified
        .filter(({ handler }) => handler === 'several')
        .map(({ event }) => event.eventType)
        .toSorted(),
    ).toEqual(eventTypes.toSorted());
    const ending = await client.unsubscribe(outcomes.flatMap(({ codes }) => codes));
    expect(await ending.result(soon())).toMatchObject({ status: 'succ' });
    expect(peer.ledger.faults).toEqual([]);
  });

  it('tells the status of searches and subscriptions, at once and by callback', async () => {
    const { client } = running;
    const search = await client.searchById('UIN', lucia.uin, { recordType: 'Person' });
    const { transactionId } = search.evidence;
    const question = { type: 'search', attribute: 'transaction_id', value: transactionId ?? '' } as const;
    const answer = {
      txn_type: 'search',
      txn_status: { transaction_id: transactionId, search_response: [{ status: 'succ' }] },
    };
    expect((await client.txnStatus(question)).response.txnstatus_response).toMatchObject(answer);
    const asked = await client.txnStatusAsync({
      ...question,
      attribute: 'reference_id_list',
      value: [search.referenceId],
    });
    expect((await asked.result(soon())).response.txnstatus_response).toMatchObject(answer);
    const subscribed = await client.subscribe({ eventTypes: 'REGISTER', recordType: 'Person' });
    await subscribed.result(soon());
    const status = await client.txnStatus({
      type: 'subscribe',
      attribute: 'transaction_id',
      value: subscribed.transactionId,
    });
    expect(status.response.txnstatus_response).toMatchObject({ txn_type: 'subscribe' });
  });

  it('has no receipts: the refusal is told', async () => {
    const { failure } = await failureOf(running.client.receipt({ referenceIds: ['r'] }));
    expect(failure).toMatchObject({ kind: 'refused', status: 404 });
  });

  it('is asked encrypted, and answers so', async () => {
    const { peer, caller } = running;
    const client = caller.connect({ ...connectionOf(peer, social), code: 'sealed', encrypt: true });
    const { records, evidence } = await client.searchById('UIN', lucia.uin, { recordType: 'Person' });
    expect(records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    expect(evidence.header.is_msg_encrypted).toBe(true);
    expect(peer.ledger.requests.at(-1)?.text).not.toContain(lucia.uin);
    const handle = await client.searchAsync({
      queryType: 'idtype-value',
      query: { type: 'UIN', value: mei.uin },
      recordType: 'Person',
    });
    const { outcomes } = await handle.result(soon());
    expect(outcomes).toMatchObject([{ records: [standardPerson(mei)] }]);
  });

  it('replaces a token once, whose life it tells as a text', async () => {
    const { client, peer } = running;
    await client.searchById('UIN', '1');
    const { issued } = peer.tokens;
    peer.revokeTokens();
    await Promise.all(['1', '2', '3'].map((value) => client.searchById('UIN', value)));
    expect(peer.tokens.issued).toBe(issued + 1);
  });

  const refusals = [
    [400, 'err.request.bad', 'err.request.bad', 'err.request.bad'],
    [403, 'err.request.forbidden', 'err.request.forbidden', 'err.request.forbidden'],
    [404, 'err.request.not_found', 'err.request.not_found', 'err.request.not_found'],
    [401, 'err.signature.invalid', 'err.signature.invalid', 'err.signature.invalid'],
    [401, 'err.signature.expired', 'err.signature.invalid', 'err.signature.expired'],
  ] as const;

  it.each(refusals)('refuses with %i %s', async (status, code, standard) => {
    const { client, peer } = running;
    for (const form of [undefined, 'ok'] as const) {
      if (form !== undefined) peer.behaviour.refusals = form;
      peer.refuseNext({ status, code, message: 'x' });
      const { error, failure } = await failureOf(client.searchById('UIN', lucia.uin));
      expect(failure).toMatchObject({ kind: 'refused', status: form === 'ok' ? 200 : status, peerCode: standard });
      expect(error.code).toBe(standard);
    }
  });

  it.each(refusals)(
    'is understood in the codes of the early seed: %i %s',
    async (status, code, _standard, expected) => {
      const { client, peer } = running;
      peer.behaviour.refusals = 'seed';
      peer.refuseNext({ status, code, message: 'x' });
      const { error, failure } = await failureOf(client.searchById('UIN', lucia.uin));
      expect(failure).toMatchObject({ kind: 'refused', status, peerCode: expect.stringMatching(/^ERR_/) });
      expect(error.code).toBe(code === 'err.request.bad' ? error.code : expected);
    },
  );

  it('rejects an item with its code', async () => {
    const { failure, error } = await failureOf(
      running.client.searchByExpression({
        type: 'ns:org:QueryType:expression',
        value: { expression: { query: { shoe_size: { $eq: 9 } } } },
      }),
    );
    expect(failure).toMatchObject({ kind: 'rejected', peerCode: 'rjct.filter.invalid' });
    expect(error.code).toBe('rjct.filter.invalid');
  });
});

describe('the special calls of the standard', () => {
  it('IBR: enrolled, and updates of enrolments', async () => {
    const running = await start('ibr');
    const { client } = running;
    const enrolled = await client.call('sync/enrolled', {
      enrolled_criteria: { query_type: 'expression', query: { person_identifier: { eq: lucia.uin } } },
    });
    const updates = await client.call('sync/enrollment/updates', {
      enrolled_updates: { beneficiaries: [{ enrollment_status: '2' }] },
    });
    const found = await client.searchById('UIN', lucia.uin);
    await stop(running);
    expect(enrolled.message).toMatchObject({ enrolled_response: [{ enrolled_status: 'yes' }] });
    expect(updates.message).toMatchObject({ enrolled_response: [{ status: 'succ' }] });
    expect(found.records.map((record) => commonMembers(inside(record, 'member', 'demographic_info')))).toEqual([
      standardPerson(lucia),
    ]);
    expect(running.peer.ledger.faults).toEqual([]);
  });

  it('DR: disabled, support and details, and a search whose records are one object', async () => {
    const running = await start('dr');
    const { client, peer } = running;
    const criteria = { query_type: 'expression', query: { 'member.member_identifier': { eq: tomas.uin } } };
    const disabled = await client.call('sync/disabled', { disabled_criteria: criteria });
    const support = await client.call('sync/get-disability-support', { disabled_criteria: criteria });
    const details = await client.call('sync/get-disability-details', { disabled_criteria: criteria });
    const found = await client.searchById('UIN', tomas.uin);
    const handle = await client.subscribe({ eventTypes: 'REGISTER' });
    const { outcomes } = await handle.result(soon());
    await peer.settled();
    await stop(running);
    expect(disabled.message).toMatchObject({ disabled_response: [{ disabled_status: 'yes' }] });
    expect(support.message).toMatchObject({ search_response: [{ status: 'succ' }] });
    expect(details.message).toMatchObject({
      search_response: [{ data: { reg_records: [{ disability_details: [{}] }] } }],
    });
    expect(
      found.records.map((record) => commonMembers(inside(record, 'personal_details', 'demographic_info'))),
    ).toEqual([standardPerson(tomas)]);
    expect(outcomes).toMatchObject([{ status: 'succ', codes: [expect.any(String)] }]);
    expect(peer.ledger.faults).toEqual([]);
  });
});
