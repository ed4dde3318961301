import { crvs, dr, fr, ibr, type JsonObject, type RegistryType, social } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { cannotCheck, faultsOf } from './openapi.fixtures.ts';
import {
  beneficiaries,
  crvsPersons,
  disabledPersons,
  farmers,
  socialGroups,
  socialPersons,
} from './records.fixtures.ts';
import {
  byId,
  headerOf,
  isSignedByHost,
  itemsOf,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestServer,
} from './server.fixtures.ts';

const registries: readonly (readonly [RegistryType, Readonly<Record<string, readonly JsonObject[]>>])[] = [
  [social, { Person: socialPersons, Group: socialGroups }],
  [crvs, { Person: crvsPersons }],
  [ibr, { Beneficiary: beneficiaries }],
  [dr, { DisabledPerson: disabledPersons }],
  [fr, { Farmer: farmers }],
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    registries: registries.map(([type, records]) => ({
      type,
      adapter: memoryAdapter({ registryType: type, records }),
    })),
    defaultRegistry: 'social',
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each(registries)('a signed search of the $name registry', (type, records) => {
  it.each(type.slugs)('is answered at /%s with a signed reply', async (slug) => {
    for (const path of [`/dci_api/v1/${slug}/registry/sync/search`, `/dci_api/v1/${slug}/sync/search`]) {
      const reply = await server.send(
        await server.envelope({ message: searchMessage(searchItem(byId('UIN', 'UIN-2'))) }),
        { path },
      );
      expect(reply.status, reply.text).toBe(200);
      expect(await isSignedByHost(reply, server)).toBe(true);
      expect(headerOf(reply)).toMatchObject({
        action: 'on-search',
        status: 'succ',
        sender_id: 'registry.example.org',
        receiver_id: 'mis.example.org',
        total_count: 1,
        completed_count: 1,
        message_ts: '2026-04-22T10:30:00Z',
      });
      const [item] = itemsOf(reply);
      expect(item).toMatchObject({
        status: 'succ',
        timestamp: '2026-04-22T10:30:00Z',
        locale: 'eng',
        data: { version: '1.0.0', reg_type: type.code, reg_record_type: Object.keys(records)[0] },
        pagination: { page_size: 20, page_number: 1, total_count: 1 },
      });
      expect(recordsOf(item ?? {})).toEqual([Object.values(records)[0]?.[1]]);
    }
  });

  it.skipIf(cannotCheck !== undefined)(
    `is answered as the standard's file wants it${cannotCheck === undefined ? '' : ` (skipped: ${cannotCheck})`}`,
    async () => {
      const path = `/dci_api/v1/${type.name}/registry/sync/search`;
      const everybody = { query_type: 'predicate', query: 'has(birth_date)' };
      const criteria = [byId('UIN', 'UIN-2'), byId('UIN', 'none'), everybody, { query_type: 'expression', query: {} }];
      const bodies = [
        await server.envelope({ message: searchMessage(...criteria.map((one) => searchItem(one))) }),
        await server.envelope({ header: { total_count: 7 } }),
      ];
      const replies = [];
      for (const body of bodies) replies.push(await server.send(body, { path }));
      replies.push(await server.send(await server.envelope(), { path, authorization: null }));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 401]);
      expect(faultsOf(type.name, replies)).toEqual([]);
      const spoilt = replies.map(({ status, text }) => ({ status, text: text.replace('"reference_id":', '"other":') }));
      expect(faultsOf(type.name, spoilt)).not.toEqual([]);
    },
  );
});

it('several records of a registry whose file allows one object are several items of the same reference', async () => {
  const item = searchItem({ query_type: 'predicate', query: 'has(disability_status)' });
  const reply = await server.send(await server.envelope({ message: searchMessage(item) }), {
    path: '/dci_api/v1/dr/registry/sync/search',
  });
  expect(headerOf(reply)).toMatchObject({ status: 'succ', total_count: 1, completed_count: 1 });
  const items = itemsOf(reply);
  expect(items.map(({ reference_id }) => reference_id)).toEqual(
    [item, item, item].map(({ reference_id }) => reference_id),
  );
  expect(items.map(({ data }) => data)).toEqual(
    disabledPersons.map((record) => ({
      version: '1.0.0',
      reg_type: 'ns:org:RegistryType:DR',
      reg_record_type: 'DisabledPerson',
      reg_records: record,
    })),
  );
});
