import { oauth2Authorization } from 'dci-client';
import { dr, systemClock } from 'dci-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, startCaller } from '../../dci-client/src/peers/interop.fixtures.ts';
import { lucia, tomas } from '../../dci-client/src/peers/people.fixtures.ts';
import { type SpdciPeer, startSpdciPeer } from '../../dci-client/src/peers/spdci-peer.fixtures.ts';
import { createMemoryCache } from './cache/memory-cache.ts';
import { uin } from './disability-source.fixtures.ts';
import { type DrService, drService } from './dr-service.ts';
import { random } from './service.fixtures.ts';

const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };

let peer: SpdciPeer;
let caller: Caller;
let service: DrService;
beforeAll(async () => {
  caller = await startCaller({ senderId: 'mis.example.org', algorithm: 'ed25519' });
  peer = await startSpdciPeer({
    ...credentials,
    registry: 'dr',
    caller: { id: 'mis.example.org', key: caller.publicJwk },
  });
  const client = caller.connect({
    baseUrl: peer.baseUrl,
    registry: dr,
    authorization: oauth2Authorization({
      ...{
        tokenUrl: peer.tokenUrl,
        clientId: credentials.clientId,
        clientSecret: async () => credentials.clientSecret,
      },
      ...{ credentialsIn: 'body', fetch: globalThis.fetch, clock: systemClock },
    }),
  });
  service = drService({ client, clock: systemClock, cache: createMemoryCache({ random }) });
});
afterAll(() => Promise.all([peer.stop(), caller.stop()]));

it('a disability registry that does what the standard says is asked rightly, and understood', async () => {
  expect(await service.getDisabilityStatus(uin(tomas.uin))).toMatchObject({ status: 'disabled', basis: 'statement' });
  expect(await service.getDisabilityStatus(uin(lucia.uin))).toMatchObject({
    status: 'not_disabled',
    recordFound: true,
  });
  expect(await service.getDisabilityStatus(uin('0'))).toMatchObject({ status: 'unknown', recordFound: false });
  expect(await service.isPwd(uin(tomas.uin))).toBe('yes');
  expect(await service.isPwd(uin(lucia.uin))).toBe('no');
  // Such a registry says no to a person whom it does not know.
  expect(await service.isPwd(uin('0'))).toBe('unknown');
  expect(await service.getFunctionalAssessment(uin(tomas.uin))).toMatchObject({
    impairments: [{ type: { code: '1' }, level: { code: '3' } }],
  });
  expect(await service.getDisabilitySupport(uin(tomas.uin))).toMatchObject({
    recordFound: true,
    support: [{ kind: 'human_assistance' }],
  });
  const registrants = [tomas.uin, lucia.uin, '0'].map(uin);
  expect(await service.syncDisabilityData(registrants, { maxAge: 0 })).toMatchObject({ unchanged: 2, noRecord: 1 });
  expect(peer.ledger.faults).toEqual([]);
});
