import {
  fr,
  ibr,
  isJsonObject,
  type JsonObject,
  openg2pDialect,
  type RegistryType,
  readPublicKey,
  social,
} from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DciClient } from '../dci-client.ts';
import { failureOf } from '../failure.fixtures.ts';
import { type Caller, type PeerConnection, startCaller } from './interop.fixtures.ts';
import { runSearchContract } from './interop-contract.fixtures.ts';
import { type Openg2pOptions, type Openg2pPeer, startOpeng2pPeer } from './openg2p-peer.fixtures.ts';
import { json } from './peer-server.fixtures.ts';
import { commonMembers, lucia, standardPerson } from './people.fixtures.ts';

const PARTNER = 'PARTNER_MIS';
const grant = { purpose: { code: 'eligibility' } };
const granted = { consent: grant, authorize: grant };

/** It publishes no keys, so that its key is registered; its later paths are those of both calls. */
async function connectionOf(peer: Openg2pPeer, registry: RegistryType): Promise<PeerConnection> {
  const publicKey = await readPublicKey(JSON.parse(JSON.stringify(peer.publicKey)));
  return {
    baseUrl: peer.baseUrl,
    registry,
    dialect: openg2pDialect,
    receiverId: peer.id,
    peerKeys: { keys: [{ publicKey, state: 'active' }] },
    endpoints: { 'sync-search': 'dci/sync/search' },
  };
}

interface Running {
  readonly peer: Openg2pPeer;
  readonly caller: Caller;
  readonly client: DciClient;
}

async function start(
  options: Partial<Openg2pOptions> = {},
  {
    algorithm = 'ed25519',
    registry = social,
  }: { algorithm?: 'ed25519' | 'es256' | 'rs256'; registry?: RegistryType } = {},
): Promise<Running> {
  const caller = await startCaller({ senderId: PARTNER, algorithm });
  const peer = await startOpeng2pPeer({ caller: { id: PARTNER, key: caller.publicJwk }, ...options });
  return { peer, caller, client: caller.connect(await connectionOf(peer, registry)) };
}

const stop = ({ peer, caller }: Running): Promise<unknown> => Promise.all([peer.stop(), caller.stop()]);

const shared = {
  identifierOf: (person: typeof lucia) => ['UIN', person.uin] as const,
  unsupported: ['subscribe', 'unsubscribe', 'txnStatus', 'txnStatusAsync', 'receipt'] as const,
};

runSearchContract({ ...shared, name: 'OpenG2P', options: { recordType: 'Person', ...granted }, start });

function farmerDetails(record: JsonObject): JsonObject {
  const details = record.farmer_personal_details;
  const info = isJsonObject(details) ? details.demographic_info : undefined;
  return isJsonObject(info) ? info : {};
}

runSearchContract({
  ...shared,
  name: 'the register of farmers of OpenG2P',
  options: { recordType: 'Farmer', ...granted },
  personIn: farmerDetails,
  start: () => start({ noHits: 'rjct' }, { registry: fr, algorithm: 'es256' }),
});

describe('what OpenG2P alone has', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => stop(running));
  beforeEach(() => {
    running.peer.ledger.faults.length = 0;
  });

  it('is asked for nothing without consent and authorization', async () => {
    const { client, peer } = running;
    const before = peer.ledger.requests.length;
    for (const options of [{}, { consent: grant }, { authorize: grant }]) {
      await expect(client.searchById('UIN', lucia.uin, options)).rejects.toMatchObject({
        code: 'rjct.search_criteria.invalid',
      });
    }
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('is asked for nothing by names and operators that it does not have', async () => {
    const { client } = running;
    await expect(client.searchById('BRN', lucia.brn, granted)).rejects.toMatchObject({ code: expect.any(String) });
    await expect(client.searchByPredicate('person.age >= 18', granted)).rejects.toMatchObject({
      code: 'rjct.filter.invalid',
    });
  });

  it('has no operations of registry types, and is sent none', async () => {
    const { peer, caller } = running;
    const client = caller.connect(await connectionOf(peer, ibr));
    const before = peer.ledger.requests.length;
    const { failure } = await failureOf(client.call('sync/enrolled', { enrolled_criteria: { query: {} } }));
    expect(failure).toEqual({ kind: 'unsupported', call: 'special' });
    expect(peer.ledger.requests).toHaveLength(before);
  });

  it('is reached at its older paths, without searches by callback', async () => {
    const older = await start({ paths: 'registry' }, { algorithm: 'rs256' });
    const endpoints = { 'sync-search': 'dci/registry/sync/search' };
    const client = older.caller.connect({ ...(await connectionOf(older.peer, social)), endpoints });
    const { records } = await client.searchById('UIN', lucia.uin, { recordType: 'Person', ...granted });
    const criteria = { queryType: 'idtype-value', query: { type: 'UIN', value: '1' }, ...granted } as const;
    const { failure } = await failureOf(client.searchAsync(criteria));
    await stop(older);
    expect(records.map(commonMembers)).toEqual([standardPerson(lucia)]);
    expect(failure).toMatchObject({ kind: 'refused', status: 404 });
  });

  it('gives no more than what the registrant consented to', async () => {
    const clamped = await start({ consentedFields: ['birth_date'] });
    const { records } = await clamped.client.searchById('UIN', lucia.uin, { recordType: 'Person', ...granted });
    await stop(clamped);
    expect(records).toEqual([{ birth_date: lucia.birthDate }]);
  });

  it('rejects in the header with HTTP status 200, and answers 422 to what is no request', async () => {
    const { peer, caller } = running;
    const stranger = await startCaller({ senderId: 'PARTNER_OTHER', algorithm: 'ed25519' });
    const client = stranger.connect(await connectionOf(peer, social));
    const { error, failure } = await failureOf(client.searchById('UIN', lucia.uin, granted));
    const criteria = { queryType: 'idtype-value', query: { type: 'UIN', value: '1' }, ...granted } as const;
    const asynchronous = await failureOf(client.searchAsync(criteria));
    await stranger.stop();
    expect(failure).toMatchObject({
      kind: 'refused',
      status: 200,
      peerCode: 'REQ-VAL-001',
      peerMessage: 'Unknown partner',
    });
    expect(error.code).toBe('err.request.bad');
    expect(asynchronous.failure).toMatchObject({ kind: 'refused', peerCode: 'REQ-VAL-001' });

    const unprocessable = json(422, { detail: [{ type: 'missing', loc: ['body', 'header'], msg: 'Field required' }] });
    const refused = await peer.answerWhile(unprocessable, () =>
      failureOf(running.client.searchById('UIN', lucia.uin, granted)),
    );
    expect(refused.failure).toMatchObject({ kind: 'refused', status: 422 });
    expect(refused.error.code).toBe('err.request.bad');
    expect(caller.log.join('\n')).not.toContain(lucia.uin);
  });
});
