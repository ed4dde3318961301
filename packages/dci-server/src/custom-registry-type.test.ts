import { defineRegistryType, isJsonObject, type JsonObject, type JsonValue, type RegistryType } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { recordStoreAdapter } from './adapters/record-store/record-store-adapter.ts';
import {
  byExpression,
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

/** A register of boats, as a contributor would write it: data only, in a file of its own. */
const boats = defineRegistryType({
  name: 'boats',
  code: 'ns:org:RegistryType:Boats',
  codeAliases: ['BOAT_REGISTRY'],
  slugs: ['boats', 'br'],
  recordTypes: [
    {
      name: 'Boat',
      aliases: ['Vessel'],
      context: 'https://boats.example.org/v1',
      jsonLdType: 'Boat',
      identifierPaths: ['registration'],
      attributes: {
        name: { type: 'string', path: 'name' },
        length: { type: 'decimal', path: 'hull.length', aliases: ['loa'] },
        built: { type: 'date', path: 'hull.built' },
        harbour: { type: 'string', path: 'berths.harbour', many: true },
        owner_debt: { type: 'decimal', path: 'owner.debt', sensitive: true },
      },
      read: (value: JsonValue) => ({ record: isJsonObject(value) ? value : {}, warnings: [] }),
    },
  ],
  identifierTypes: [{ code: 'IMO', aliases: ['imo_number'] }],
  eventTypes: [],
  operations: [],
} satisfies RegistryType);

const records: readonly JsonObject[] = [
  {
    '@type': 'Boat',
    registration: [{ identifier_type: 'IMO', identifier_value: '9074729' }],
    name: 'Dhow',
    hull: { length: 12.5, built: '1990-01-01' },
    berths: [{ harbour: 'Lamu' }, { harbour: 'Mombasa' }],
    owner: { name: 'A', debt: 100 },
  },
  {
    '@type': 'Boat',
    registration: [{ identifier_type: 'IMO', identifier_value: '9074730' }],
    name: 'Skiff',
    hull: { length: 4, built: '2020-01-01' },
    owner: { name: 'B', debt: 0 },
  },
];

describe.each(['memory', 'record store'])('a registry type defined in a test file, on the %s adapter', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    const store = async () => {
      const adapter = recordStoreAdapter({ registryType: boats, file: ':memory:' });
      await adapter.import('Boat', records);
      return adapter;
    };
    server = await startTestServer({
      registries: [
        {
          type: boats,
          adapter: kind === 'memory' ? memoryAdapter({ registryType: boats, records: { Boat: records } }) : store,
        },
      ],
      policy: { registries: { boats: { actions: ['search'], recordTypes: { Boat: { fields: ['*'] } } } } },
      defaultRegistry: 'boats',
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(['/boats/registry', '/br/registry', '/boats', '/br', '/registry'])('answers under %s', async (prefix) => {
    const body = await server.envelope({
      message: searchMessage(searchItem({ ...byId('imo_number', '9074729'), reg_type: 'BOAT_REGISTRY' })),
    });
    const reply = await server.send(body, { path: `/dci_api/v1${prefix}/sync/search` });
    expect(headerOf(reply).status, reply.text).toBe('succ');
    expect(await isSignedByHost(reply, server)).toBe(true);
    const [item] = itemsOf(reply);
    expect(item?.data).toMatchObject({ reg_type: 'ns:org:RegistryType:Boats', reg_record_type: 'Boat' });
    expect(recordsOf(item ?? {})).toEqual([{ ...records[0], owner: { name: 'A' } }]);
  });

  it.each<readonly [JsonObject, readonly string[]]>([
    [byExpression(['loa', '>', 10]), ['Dhow']],
    [byExpression(['harbour', 'contains', 'lam']), ['Dhow']],
    [{ query_type: 'predicate', query: 'built >= "2000-01-01" || name == "Dhow"' }, ['Dhow', 'Skiff']],
    [{ query_type: 'expression', query: { collection: 'Vessel', query: { length: { $lt: 5 } } } }, ['Skiff']],
  ])('understands %j', async (criteria, names) => {
    const item = await server.search(criteria);
    expect(recordsOf(item).map(({ name }) => name)).toEqual(names);
  });

  it('sorts by its attributes', async () => {
    const item = await server.search({
      ...byExpression(['length', '>', 0]),
      sort: [{ attribute_name: 'length', sort_order: 'asc' }],
    });
    expect(recordsOf(item).map(({ name }) => name)).toEqual(['Skiff', 'Dhow']);
  });

  it('keeps its sensitive attributes', async () => {
    expect(await server.search(byExpression(['owner_debt', '>', 0]))).toMatchObject({
      status_reason_code: 'rjct.filter.invalid',
    });
  });
});
