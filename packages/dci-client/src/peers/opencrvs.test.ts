import {
  crvs,
  type Dialect,
  ibr,
  opencrvs2025Dialect,
  opencrvs2026Dialect,
  opencrvsDialect,
  opencrvsDialects,
  systemClock,
} from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OAuth2Options, oauth2Authorization } from '../authorization/oauth2.ts';
import type { DciClient } from '../dci-client.ts';
import { failureOf } from '../failure.fixtures.ts';
import { type Caller, type PeerConnection, soon, startCaller } from './interop.fixtures.ts';
import { runSearchContract } from './interop-contract.fixtures.ts';
import { type OpencrvsOptions, type OpencrvsPeer, startOpencrvsPeer } from './opencrvs-peer.fixtures.ts';
import { commonMembers, lucia, standardPerson, tomas } from './people.fixtures.ts';

const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };

function connectionOf(
  peer: OpencrvsPeer,
  oauth2: Partial<OAuth2Options> = {},
  dialect: Dialect = opencrvsDialect,
): PeerConnection {
  return {
    baseUrl: peer.baseUrl,
    registry: crvs,
    dialect,
    receiverId: 'opencrvs',
    authorization: oauth2Authorization({
      tokenUrl: peer.tokenUrl,
      clientId: credentials.clientId,
      clientSecret: async () => credentials.clientSecret,
      credentialsIn: 'query',
      fetch: globalThis.fetch,
      clock: systemClock,
      ...oauth2,
    }),
  };
}

interface Running {
  readonly peer: OpencrvsPeer;
  readonly caller: Caller;
  readonly client: DciClient;
}

async function start(options: Partial<OpencrvsOptions> = {}, dialect?: Dialect): Promise<Running> {
  const caller = await startCaller({ algorithm: 'rs256' });
  const peer = await startOpencrvsPeer({ ...credentials, ...options });
  return { peer, caller, client: caller.connect(connectionOf(peer, {}, dialect)) };
}

const generations = [
  { generation: '2024', dialect: opencrvsDialect },
  { generation: '2025', dialect: opencrvs2025Dialect },
  { generation: '2026', dialect: opencrvs2026Dialect },
] as const;

const births = { recordType: 'Person', eventType: 'LiveBirth' } as const;

for (const { generation, dialect } of generations) {
  runSearchContract({
    name: `OpenCRVS of ${generation}`,
    identifierOf: (person) => ['BRN', person.brn],
    options: births,
    without: [
      'a CEL text',
      'a CEL text with or',
      'a CEL text of nested alternatives',
      "the standard's predicates",
      'an expression of conditions',
      'an expression of alternatives',
      "the standard's expression",
      'a list of values',
      'a range of dates',
      'a range of dates that is open',
    ],
    unsupported: ['subscribe', 'unsubscribe', 'txnStatus', 'txnStatusAsync', 'receipt'],
    start: () => start({ generation }, dialect),
  });
}

describe('what OpenCRVS alone has', () => {
  let peer: OpencrvsPeer;
  let caller: Caller;
  let client: DciClient;
  beforeAll(async () => {
    caller = await startCaller({ algorithm: 'rs256', encrypts: true });
    peer = await startOpencrvsPeer(credentials);
    client = caller.connect(connectionOf(peer));
  });
  afterAll(() => Promise.all([peer.stop(), caller.stop()]));
  beforeEach(() => {
    peer.ledger.faults.length = 0;
    delete peer.behaviour.awaitsEncryption;
  });

  it('finds births, deaths and marriages, whatever it calls their members', async () => {
    const birth = await client.searchById('NationalID', lucia.nationalId, births);
    expect(birth.records).toMatchObject([
      {
        identifier: [
          { identifier_type: 'BRN', identifier_value: lucia.brn },
          { identifier_type: 'NationalID', identifier_value: lucia.nationalId },
        ],
        birth_place: { address_line: 'Central Clinic' },
        parent1_identifier: { identifier_type: 'NationalID', identifier_value: '3000000001' },
      },
    ]);
    const death = await client.searchById('NationalID', tomas.nationalId, { eventType: 'Death' });
    expect(death.records.map(commonMembers)).toEqual([standardPerson(tomas)]);
    expect(death.records).toMatchObject([
      { death_date: tomas.deathDate, identifier: [{ identifier_type: 'DRN' }, {}] },
    ]);
    const marriage = await client.searchById('MRN', '2026M000001', { eventType: 'Marriage' });
    expect(marriage.records).toMatchObject([{ name: standardPerson(lucia).name, marriage_date: ['2018-06-02'] }]);
    expect(peer.ledger.faults).toEqual([]);
  });

  it('reads the snake case of later versions as the same person', async () => {
    const later = await start({ spelling: 'snake' });
    const { records } = await later.client.searchById('BRN', lucia.brn, births);
    await Promise.all([later.peer.stop(), later.caller.stop()]);
    expect(records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    expect(records).toMatchObject([{ identifier: [{ identifier_type: 'BRN' }, { identifier_type: 'NationalID' }] }]);
  });

  it('is asked encrypted, and answers so', async () => {
    const sealed = caller.connect({ ...connectionOf(peer), code: 'sealed', encrypt: true });
    const before = peer.encrypted.requests;
    const { records, evidence } = await sealed.searchById('BRN', lucia.brn, births);
    expect(records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    expect(evidence).toMatchObject({ verified: true, header: { is_msg_encrypted: true } });
    expect(peer.encrypted.requests).toBe(before + 1);
    expect(peer.ledger.requests.at(-1)?.text).not.toContain(lucia.brn);

    peer.behaviour.awaitsEncryption = true;
    const handle = await sealed.searchAsync({
      ...births,
      queryType: 'idtype-value',
      query: { type: 'BRN', value: lucia.brn },
    });
    const { outcomes } = await handle.result(soon());
    expect(outcomes).toMatchObject([{ status: 'succ', records: [{ sex: 'female' }] }]);
  });

  it('sends an empty callback to an encrypted request, which is not taken for an answer', async () => {
    const sealed = caller.connect({ ...connectionOf(peer), code: 'sealed', encrypt: true });
    const handle = await sealed.searchAsync({
      ...births,
      queryType: 'idtype-value',
      query: { type: 'BRN', value: lucia.brn },
    });
    await peer.settled();
    expect(peer.ledger.callbacks.at(-1)?.status).toBe(400);
    expect(await handle.state()).toBe('open');
  });

  it('gives tokens to a query and to JSON alone; one that ends is replaced once', async () => {
    for (const credentialsIn of ['query', 'json'] as const) {
      const other = caller.connect({ ...connectionOf(peer, { credentialsIn }), code: credentialsIn });
      expect((await other.searchById('BRN', lucia.brn, births)).totalCount).toBe(1);
    }
    for (const credentialsIn of ['body', 'header'] as const) {
      const other = caller.connect({ ...connectionOf(peer, { credentialsIn }), code: credentialsIn });
      const { failure } = await failureOf(other.searchById('BRN', lucia.brn, births));
      expect(failure).toMatchObject({ kind: 'refused', status: 400 });
    }
    await client.searchById('BRN', lucia.brn, births);
    const { issued } = peer.tokens;
    peer.revokeTokens();
    await Promise.all(['a', 'b', 'c'].map((value) => client.searchById('BRN', value, births)));
    expect(peer.tokens.issued).toBe(issued + 1);
    const wrong = caller.connect({ ...connectionOf(peer, { clientSecret: async () => 'other' }), code: 'wrong' });
    expect((await failureOf(wrong.searchById('BRN', '1', births))).failure).toMatchObject({
      kind: 'refused',
      status: 401,
    });
  });

  it('refuses in a form of its own', async () => {
    const { error, failure } = await failureOf(client.searchById('BRN', lucia.brn));
    expect(failure).toMatchObject({ kind: 'refused', status: 400, peerMessage: expect.stringContaining('reg_type') });
    expect(error.code).toBe('err.request.bad');
    const stranger = await startCaller({ algorithm: 'rs256', senderId: caller.origin });
    const { failure: unsigned } = await failureOf(
      stranger.connect(connectionOf(peer)).searchById('BRN', lucia.brn, births),
    );
    await stranger.stop();
    expect(unsigned).toMatchObject({ kind: 'refused', status: 400, peerMessage: 'Invalid signature' });
  });

  it('is not asked for what it would ignore, nor for events and identifiers that it does not have', async () => {
    const before = peer.ledger.requests.length;
    const refusals = [
      client.searchByDateRange('death_date', { from: '2026-01-01' }, { eventType: 'Death' }),
      client.searchByDateRange('marriage_date', { from: '2018-01-01' }, { eventType: 'Marriage' }),
      client.searchByPredicate('birth_date == "1990-05-17"', births),
      client.searchById('BRN', lucia.brn, { eventType: 'Adoption' }),
      client.searchById('HouseholdID', 'HH-1', births),
    ];
    for (const refusal of refusals) {
      await expect(refusal).rejects.toMatchObject({ code: expect.stringMatching(/^rjct\./) });
    }
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('has no operations of registry types, and is sent none', async () => {
    const other = caller.connect({ ...connectionOf(peer), registry: ibr });
    const before = peer.ledger.requests.length;
    const { failure } = await failureOf(other.call('sync/enrolled', { enrolled_criteria: { query: {} } }));
    expect(failure).toEqual({ kind: 'unsupported', call: 'special' });
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('wants an address as our id', async () => {
    const named = await startCaller({ algorithm: 'rs256', senderId: 'mis.example.org' });
    const asked = (): number => peer.ledger.requests.filter(({ path }) => path.startsWith('/registry')).length;
    const before = asked();
    await expect(named.connect(connectionOf(peer)).searchById('BRN', lucia.brn, births)).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      path: 'senderId',
    });
    await named.stop();
    expect(asked()).toBe(before);
  });
});

describe('the generations of OpenCRVS', () => {
  const running = new Map<string, Running>();
  const of = (generation: string): Running => {
    const found = running.get(generation);
    if (found === undefined) throw new Error(`no peer of ${generation}`);
    return found;
  };
  beforeAll(async () => {
    const started = [...generations, { generation: '2023', dialect: opencrvsDialect }] as const;
    await Promise.all(
      started.map(async ({ generation, dialect }) => running.set(generation, await start({ generation }, dialect))),
    );
  });
  afterAll(() => Promise.all([...running.values()].flatMap(({ peer, caller }) => [peer.stop(), caller.stop()])));

  it.each([
    ['2025', 'NationalID', lucia.nationalId, 'MRN', '2026M000001'],
    ['2026', 'UIN', lucia.uin, 'BRN', lucia.brn],
  ])('have their own identifiers, and records of all events: %s', async (generation, type, value, other, another) => {
    const { client, peer } = of(generation);
    const birth = await client.searchById(type, value, births);
    expect(birth.records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    const death = await client.searchById('DRN', tomas.brn.replace('B', 'D'), { eventType: 'Death' });
    expect(death.records).toMatchObject([{ death_date: tomas.deathDate }]);
    const eventType = other === 'MRN' ? 'Marriage' : 'LiveBirth';
    expect((await client.searchById(other, another, { eventType })).totalCount).toBe(1);
    expect(peer.ledger.faults).toEqual([]);
  });

  it.each([
    ['2024', 'UIN'],
    ['2025', 'UIN'],
    ['2026', 'NationalID'],
    ['2026', 'MRN'],
    ['2026', 'OPENCRVS_RECORD_ID'],
  ])('are not asked for identifiers that they do not have: %s, %s', async (generation, type) => {
    const { client, peer } = of(generation);
    const before = peer.ledger.requests.length;
    await expect(client.searchById(type, '1', births)).rejects.toMatchObject({ code: 'rjct.filter.invalid' });
    expect(peer.ledger.requests).toHaveLength(before);
  });

  const others = [...generations, { generation: '2023' } as const].flatMap(({ generation }) =>
    opencrvsDialects
      .filter((dialect) => !generations.some((each) => each.generation === generation && each.dialect === dialect))
      .map((dialect) => ({ generation, dialect, name: dialect.name })),
  );
  it.each(others)(
    'refuse what another one is asked, and do not answer it with everybody: $generation as $name',
    async (pair) => {
      const { peer, caller } = of(pair.generation);
      const client = caller.connect({
        ...connectionOf(peer, {}, pair.dialect),
        code: `${pair.generation}-${pair.name}`,
      });
      const ranged = client.searchByDateRange('registration_date', { from: '2026-02-11', to: '2026-03-20' }, births);
      const { failure } = await failureOf(ranged);
      expect(failure).toMatchObject({ kind: 'refused', status: 400 });
      expect(peer.ledger.faults).toEqual([]);
    },
  );
});
