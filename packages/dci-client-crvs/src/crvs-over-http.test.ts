import { createClient, oauth2Authorization } from 'dci-client';
import {
  crvs,
  type JsonObject,
  type JsonValue,
  opencrvs2025Dialect,
  opencrvs2026Dialect,
  opencrvsDialect,
  systemClock,
} from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../dci-client/src/failure.fixtures.ts';
import { type Caller, startCaller } from '../../dci-client/src/peers/interop.fixtures.ts';
import { type OpencrvsPeer, startOpencrvsPeer } from '../../dci-client/src/peers/opencrvs-peer.fixtures.ts';
import { lucia as luciaAtPeer, type PeerPerson, tomas } from '../../dci-client/src/peers/people.fixtures.ts';
import {
  type Behaviour,
  REGISTRY_ID,
  registryForTests,
  startRegistry,
} from '../../dci-client/src/registry.fixtures.ts';
import { lucia, luciaWith, uin } from './client.fixtures.ts';
import { type CrvsService, crvsService } from './crvs-service.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const service = (): CrvsService =>
  crvsService({ client: registry.client({ registry: crvs, code: 'crvs_main' }), clock: systemClock });

/** Answers with these records. */
const withRecords = (...records: readonly JsonValue[]): Behaviour => ({
  change: ({ header, message }) => ({
    header,
    message: {
      ...message,
      search_response: (message.search_response as readonly JsonObject[]).map((item) => ({
        ...item,
        data: { reg_type: crvs.code, reg_record_type: 'spdci-extensions-dci:Person', reg_records: records },
        pagination: { page_size: 20, page_number: 1, total_count: records.length },
      })),
    },
  }),
});

describe('a civil registry over HTTP', () => {
  it('verifies a birth by a signed answer', async () => {
    registry.current.behave(withRecords({ ...lucia, '@type': 'CRVS_Person', death_date: '', marriage_date: '' }));
    const expected = { name: 'Lucía Núñez', birthDate: '1990-05-17' };
    const result = await service().verifyBirth({ type: 'urn:gov:uin', value: uin.value }, expected);
    expect(result).toMatchObject({
      status: 'verified',
      fields: { name: 'partial', birth_date: 'match' },
      provenance: { source: 'crvs_main', evidence: { verified: true, senderId: REGISTRY_ID } },
    });
    expect(registry.current.requests[0]?.path).toBe('/dci_api/v1/crvs/registry/sync/search');
  });

  it('reads the forms of a record that peers send', async () => {
    registry.current.behave(
      withRecords({
        identifier: { identifier_type: 'UIN', identifier_value: 1234567897 },
        givenName: 'Lucía',
        familyName: 'Núñez',
        dateOfBirth: '17.05.1990',
        gender: 'F',
        dod: '2024-12-24T08:00:00',
        placeOfDeath: 'Hospital',
        marriagedate: '2018-06-02',
      }),
    );
    expect(await service().verifyBirth(uin, { name: 'Lucia Nunez', sex: 'female' })).toMatchObject({
      status: 'verified',
    });
    expect(await service().checkDeath(uin)).toMatchObject({ status: 'recorded', deathPlace: { name: 'Hospital' } });
    expect(await service().getMarriageStatus(uin)).toMatchObject({ maritalStatus: 'M', since: '2018-06-02' });
  });

  it('searches events, and says nothing was found where nothing was', async () => {
    registry.current.behave(withRecords(luciaWith({ death_date: '2024-12-24' })));
    const query = { eventType: 'Death', from: '2024-12-01', to: '2024-12-31' };
    expect((await service().searchEvents(query)).events).toMatchObject([{ type: 'Death', date: '2024-12-24' }]);
    registry.current.behave(withRecords());
    expect(await service().searchEvents(query)).toMatchObject({ events: [], skipped: 0, totalCount: 0 });
    expect(await service().verifyBirth(uin)).toMatchObject({ status: 'not_found', reason: 'no_person' });
  });

  it('verifies nothing by an answer that cannot be trusted', async () => {
    const calls: readonly (() => Promise<unknown>)[] = [
      () => service().verifyBirth(uin),
      () => service().checkDeath(uin),
      () => service().getMarriageStatus(uin),
      () => service().searchEvents({ eventType: 'Death', from: '2024-12-01', to: '2024-12-31' }),
    ];
    const impostor = await startRegistry();
    const behaviours: readonly [Behaviour, string][] = [
      [{ signingKey: undefined }, 'signature'],
      [{ signingKey: impostor.key }, 'signature'],
      [{ rewrite: (text) => text.replace('1990-05-17', '1991-05-17') }, 'signature'],
      [{ rewrite: (text) => text.slice(0, 100) }, 'protocol'],
      [{ answer: (response) => void response.writeHead(403).end('{}') }, 'refused'],
      [{ ...withRecords(3) }, 'protocol'],
    ];
    for (const [behaviour, kind] of behaviours) {
      registry.current.behave({ ...withRecords(lucia), ...behaviour });
      for (const call of calls) expect(await failureOf(call())).toMatchObject({ failure: { kind } });
    }
    await impostor.stop();
  });

  it('verifies nothing where nobody answers', async () => {
    const gone = await startRegistry();
    const options = gone.clientOptions({ registry: crvs, peerKeys: { keys: [] }, retries: 0 });
    await gone.stop();
    const { verifyBirth } = crvsService({ client: createClient(options), clock: systemClock });
    expect(await failureOf(verifyBirth(uin))).toMatchObject({ failure: { kind: 'unreachable' } });
  });
});

describe.each([
  { generation: '2024', dialect: opencrvsDialect },
  { generation: '2025', dialect: opencrvs2025Dialect },
  { generation: '2026', dialect: opencrvs2026Dialect },
] as const)('an OpenCRVS of $generation, which holds a record for each event', ({ generation, dialect }) => {
  const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };
  let peer: OpencrvsPeer;
  let caller: Caller;
  let civil: CrvsService;

  beforeAll(async () => {
    caller = await startCaller({ algorithm: 'rs256' });
    peer = await startOpencrvsPeer({ ...credentials, generation });
    const client = caller.connect({
      ...{ baseUrl: peer.baseUrl, registry: crvs, dialect, receiverId: 'opencrvs', code: 'opencrvs' },
      authorization: oauth2Authorization({
        ...{ tokenUrl: peer.tokenUrl, clientId: credentials.clientId, credentialsIn: 'query' },
        clientSecret: async () => credentials.clientSecret,
        ...{ fetch: globalThis.fetch, clock: systemClock },
      }),
    });
    civil = crvsService({ client, clock: systemClock });
  });
  afterAll(() => Promise.all([peer.stop(), caller.stop()]));

  // The latest generation has no look-up by national id.
  const type = generation === '2026' ? 'UIN' : 'urn:gov:national-id';
  const nobody = { type, value: '0' };
  const idOf = ({ uin, nationalId }: PeerPerson) => ({ type, value: generation === '2026' ? uin : nationalId });

  it('verifies births', async () => {
    const expected = {
      birthDate: luciaAtPeer.birthDate,
      name: { givenName: 'LUCIA', surname: 'NUNEZ' },
      brn: luciaAtPeer.brn,
    };
    expect(await civil.verifyBirth(idOf(luciaAtPeer), expected)).toMatchObject({
      status: 'verified',
      birth: { brn: luciaAtPeer.brn, ...(generation === '2024' && { birthPlace: { addressLine: 'Central Clinic' } }) },
      provenance: { source: 'opencrvs', evidence: { verified: true } },
    });
    expect(await civil.verifyBirth(nobody)).toMatchObject({ status: 'not_found' });
  });

  it('tells a recorded death from none, and that from an unknown person', async () => {
    expect(await civil.checkDeath(idOf(tomas))).toMatchObject({
      ...{ status: 'recorded', deathDate: tomas.deathDate, drn: tomas.brn.replace('B', 'D') },
    });
    expect(await civil.checkDeath(idOf(luciaAtPeer))).toMatchObject({ status: 'not_recorded' });
    expect(await civil.checkDeath(nobody)).toMatchObject({ status: 'person_unknown' });
  });

  it('tells the marital status of a bride; of others it says nothing', async () => {
    expect(await civil.getMarriageStatus(idOf(luciaAtPeer))).toMatchObject({
      ...{ status: 'known', maritalStatus: 'M', since: '2018-06-02', mrn: '2026M000001' },
    });
    expect(await civil.getMarriageStatus(idOf(tomas))).toMatchObject({ status: 'unknown' });
  });

  it('lists events by the day of their registration', async () => {
    const query = { from: '2026-03-01', to: '2026-03-31', by: 'registration' } as const;
    const deaths = await civil.searchEvents({ ...query, eventType: 'Death' });
    expect(deaths.events).toMatchObject([{ type: 'Death', date: tomas.deathDate, source: 'opencrvs' }]);
    const births = await civil.searchEvents({ ...query, eventType: 'LiveBirth' });
    expect(births.events).toMatchObject([{ type: 'LiveBirth', date: tomas.birthDate }]);
    expect(peer.ledger.faults).toEqual([]);
    const byEvent = civil.searchEvents({ eventType: 'Death', from: '2026-03-01', to: '2026-03-31' });
    await expect(byEvent).rejects.toMatchObject({ code: 'rjct.filter.invalid' });
  });
});
