import { clientFailure } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCache } from './cache/memory-cache.ts';
import { limitations, personRecord, uin } from './disability-source.fixtures.ts';
import { type DrRegistry, registryId, startDrRegistry } from './dr-registry.fixtures.ts';
import { type DrService, drService } from './dr-service.ts';
import { manualClock, random } from './service.fixtures.ts';

const ada: JsonObject = personRecord(
  {
    disability_status: 'Approved',
    disability_level: 'Severe',
    disability_details: [{ impairment_type: 'Vision', impairment_level: 'Severe', age_on_set: 'Childhood' }],
    disability_support: [{ assistive_technology: { type: 'Hearing aids', status: 'Needed' } }],
    personal_details: limitations({ VIS_SS: '3', MOB_SS: 1 }),
  },
  '1001',
);

let registry: DrRegistry;
let service: DrService;
beforeAll(async () => {
  registry = await startDrRegistry();
});
afterAll(() => registry.stop());
beforeEach(() => {
  registry.people.clear();
  registry.people.set('1001', [ada]);
  registry.requests.length = 0;
  registry.missing.clear();
  registry.rewrite = (text) => text;
  service = drService({ client: registry.client(), clock: manualClock(), cache: createMemoryCache({ random }) });
});

describe('over real HTTP, with real signatures', () => {
  it('a status comes from a search, then from the cache', async () => {
    const status = await service.getDisabilityStatus(uin('1001'));
    expect(status).toMatchObject({
      ...{ status: 'disabled', functional_scores: { VISION: 3, MOBILITY: 1 }, fromCache: false },
      evidence: [{ verified: true, senderId: registryId, keyId: 'key1', algorithm: 'ed25519' }],
    });
    expect(JSON.stringify(status)).not.toMatch(/1001|Ada|Doe/);
    expect(await service.getDisabilityStatus(uin('1001'))).toEqual({ ...status, fromCache: true });
    expect(registry.requests).toEqual(['sync/search']);
  });

  it('an empty object is no record, and several items of one question are several records', async () => {
    expect(await service.getDisabilityStatus(uin('1002'))).toMatchObject({ status: 'unknown', recordFound: false });
    registry.people.set('1001', [ada, personRecord({ personal_details: { is_disabled: '0' } }, '1001')]);
    expect(await service.getDisabilityStatus(uin('1001'))).toMatchObject({ status: 'conflicting', recordFound: true });
  });

  it('isPwd uses sync/disabled', async () => {
    registry.people.set('1003', [personRecord({ disability_status: 'Expired' }, '1003')]);
    expect(await service.isPwd(uin('1001'))).toBe('yes');
    expect(await service.isPwd(uin('1002'))).toBe('unknown');
    expect(registry.requests).toEqual(['sync/disabled', 'sync/disabled']);
    expect(await service.isPwd(uin('1003'))).toBe('no');
    expect(registry.requests.slice(2)).toEqual(['sync/disabled', 'sync/search']);
  });

  it('assessment and support use the calls of the standard', async () => {
    expect(await service.getFunctionalAssessment(uin('1001'))).toMatchObject({
      functional_scores: { VISION: 3, MOBILITY: 1 },
      impairments: [{ type: { code: '1' }, level: { code: '3' }, onset: { code: '1' } }],
    });
    expect(await service.getDisabilitySupport(uin('1001'))).toMatchObject({
      support: [{ kind: 'assistive_technology', type: { code: '3' }, status: { code: '0' } }],
    });
    expect(await service.getDisabilitySupport(uin('1002'))).toMatchObject({ recordFound: false, support: [] });
    expect(new Set(registry.requests)).toEqual(
      new Set(['sync/search', 'sync/get-disability-details', 'sync/get-disability-support']),
    );
  });

  it('a registry without these calls is searched', async () => {
    for (const path of ['sync/disabled', 'sync/get-disability-details', 'sync/get-disability-support'])
      registry.missing.add(path);
    expect(await service.isPwd(uin('1001'))).toBe('yes');
    expect(await service.getFunctionalAssessment(uin('1001'))).toMatchObject({
      impairments: [{ type: { code: '1' } }],
    });
    expect(await service.getDisabilitySupport(uin('1001'))).toMatchObject({ support: [{ type: { code: '3' } }] });
    expect(new Set(registry.requests)).toEqual(new Set(['sync/search']));
  });

  it('synchronises many in one message', async () => {
    for (let index = 0; index < 30; index += 1) {
      registry.people.set(String(2000 + index), [personRecord({ disability_status: '0' }, String(2000 + index))]);
    }
    const registrants = Array.from({ length: 40 }, (_, index) => uin(String(2000 + index)));
    expect(await service.syncDisabilityData(registrants, { batchSize: 20 })).toMatchObject({
      updated: 30,
      noRecord: 10,
    });
    expect(registry.requests).toEqual(['sync/search', 'sync/search']);
    expect(await service.syncDisabilityData(registrants, { batchSize: 20 })).toMatchObject({ fresh: 40 });
  });

  it('what was changed on the way is a failure, and never kept', async () => {
    registry.rewrite = (text) => text.replace('Approved', 'Expired');
    const error = await service.getDisabilityStatus(uin('1001')).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject({ kind: 'signature' });
    expect(await service.syncDisabilityData([uin('1001')])).toMatchObject({ failures: [{ kind: 'signature' }] });
    registry.rewrite = (text) => text.replace(/"disabled_status":"\w+"/, '"disabled_status":"no"');
    await expect(service.isPwd(uin('1001'))).rejects.toMatchObject({ cause: { kind: 'signature' } });
    registry.rewrite = (text) => text;
    expect(await service.getDisabilityStatus(uin('1001'))).toMatchObject({ status: 'disabled', fromCache: false });
  });

  it('a registry that is not there is a failure', async () => {
    const nobody = drService({
      client: registry.client({ baseUrl: 'http://127.0.0.1:9/dci_api/v1' }),
      clock: manualClock(),
    });
    const calls = ['getDisabilityStatus', 'isPwd', 'getFunctionalAssessment', 'getDisabilitySupport'] as const;
    for (const call of calls) {
      await expect(nobody[call](uin('1'))).rejects.toMatchObject({ cause: { kind: 'unreachable' } });
    }
  });
});
