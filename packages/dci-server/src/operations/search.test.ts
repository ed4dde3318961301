import { crvs, isJsonObject, type JsonObject, type JsonValue, social } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessPolicy } from '../access/policy.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { crvsPersons, socialGroups, socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  grantAll,
  headerOf,
  isSignedByHost,
  itemsOf,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
} from '../server.fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    registries: [
      {
        type: social,
        adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons, Group: socialGroups } }),
      },
      { type: crvs, adapter: memoryAdapter({ registryType: crvs, records: { Person: crvsPersons } }) },
    ],
    limits: { maxItems: 3, maxPageSize: 50, defaultPageSize: 2 },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function ask(...items: readonly JsonObject[]): Promise<TestReply> {
  const reply = await server.send(await server.envelope({ message: searchMessage(...items) }));
  expect(reply.status, reply.text).toBe(200);
  expect(await isSignedByHost(reply, server)).toBe(true);
  return reply;
}

const males = byExpression(['sex', '=', 'male']);
const surnames = (item: JsonObject): readonly (JsonValue | undefined)[] =>
  recordsOf(item).map(({ name }) => (isJsonObject(name) ? name.surname : undefined));

describe('a message as a whole', () => {
  const whole = async (changes: Parameters<TestServer['envelope']>[0], peer?: TestPeer): Promise<TestReply> => {
    const reply = await server.send(await server.envelope(changes, peer), {}, peer);
    expect(reply.status, reply.text).toBe(200);
    expect(await isSignedByHost(reply, server)).toBe(true);
    expect(itemsOf(reply)).toEqual([]);
    return reply;
  };
  const two = searchMessage(searchItem(), searchItem());

  it.each([
    ['a count that is too small', { header: { total_count: 1 }, message: two }, 'rjct.total_count.invalid'],
    ['a count that is too large', { header: { total_count: 3 }, message: two }, 'rjct.total_count.invalid'],
    ['a count of 0', { header: { total_count: 0 }, message: two }, 'rjct.total_count.invalid'],
    [
      'too many items',
      { message: searchMessage(searchItem(), searchItem(), searchItem(), searchItem()) },
      'rjct.total_count.limit_exceeded',
    ],
    ['a time a day and a second ago', { header: { message_ts: '2026-04-21T10:29:59Z' } }, 'rjct.message_ts.invalid'],
    [
      'a time a minute and a second ahead',
      { header: { message_ts: '2026-04-22T10:31:01Z' } },
      'rjct.message_ts.invalid',
    ],
  ])('is rejected in the header for %s', async (_name, changes, code) => {
    expect(headerOf(await whole(changes))).toMatchObject({
      status: 'rjct',
      status_reason_code: code,
      status_reason_message: expect.any(String),
      completed_count: 0,
    });
  });

  it.each([
    { message_ts: '2026-04-21T10:30:00Z' },
    { message_ts: '2026-04-22T10:31:00Z' },
    { message_ts: '2026-04-22T12:30:00.5+02:00' },
    { total_count: undefined },
    { total_count: '1' },
  ])('is accepted with %j in its header', async (header) => {
    const reply = await server.send(await server.envelope({ header }));
    expect(headerOf(reply).status, reply.text).toBe('succ');
  });

  it('is rejected alike when the policy names another registry, no action, or nothing', async () => {
    const policies: readonly AccessPolicy[] = [
      { registries: {} },
      grantAll(crvs),
      { registries: { social: { actions: [], recordTypes: { Person: { fields: ['**'] } } } } },
    ];
    for (const [index, policy] of policies.entries()) {
      const peer = await server.addPeer({ senderId: `nothing-${index}.example.org`, policy });
      expect(headerOf(await whole({}, peer))).toMatchObject({
        status: 'rjct',
        status_reason_code: 'rjct.action.not_supported',
        status_reason_message: 'this sender may not do that here',
      });
    }
  });
});

describe('the items of a message', () => {
  it('are answered one by one, in order, each with its own status', async () => {
    const items = [
      searchItem(byId('UIN', 'UIN-1')),
      searchItem({ query_type: 'expression', query: {} }),
      searchItem(byId('UIN', 'none')),
    ];
    const reply = await ask(...items);
    expect(headerOf(reply)).toMatchObject({ status: 'succ', total_count: 3, completed_count: 3 });
    expect(
      itemsOf(reply).map(({ reference_id, status, status_reason_code }) => [reference_id, status, status_reason_code]),
    ).toEqual([
      [items[0]?.reference_id, 'succ', undefined],
      [items[1]?.reference_id, 'rjct', 'rjct.filter.invalid'],
      [items[2]?.reference_id, 'succ', undefined],
    ]);
  });

  it('make the header rjct when none of them succeeds', async () => {
    const reply = await ask(searchItem({ query_type: 'expression', query: {} }));
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', total_count: 1, completed_count: 1 });
    expect(headerOf(reply)).not.toHaveProperty('status_reason_code');
  });

  it('are refused from the second one on that has the same reference id', async () => {
    const items = itemsOf(
      await ask(searchItem(males, { reference_id: 'r' }), searchItem(males, { reference_id: 'r' })),
    );
    expect(items.map(({ status, status_reason_code }) => [status, status_reason_code])).toEqual([
      ['succ', undefined],
      ['rjct', 'rjct.reference_id.duplicate'],
    ]);
  });

  it.each<readonly [string, JsonObject, string]>([
    ['no reference id', searchItem(males, { reference_id: undefined as never }), 'rjct.reference_id.invalid'],
    [
      'a reference id of 100 characters',
      searchItem(males, { reference_id: 'x'.repeat(100) }),
      'rjct.reference_id.invalid',
    ],
    ['a timestamp that is none', searchItem(males, { timestamp: 'today' }), 'rjct.timestamp.invalid'],
    ['no criteria', searchItem(males, { search_criteria: undefined as never }), 'rjct.search_criteria.invalid'],
    ['no query', searchItem({ query_type: 'expression' }), 'rjct.search_criteria.invalid'],
    [
      'an unsupported query type',
      searchItem({ query_type: 'graphql', query: { query: '{ person }' } }),
      'rjct.search_criteria.invalid',
    ],
    ['an unknown query type', searchItem({ query_type: 'sql', query: 'select' }), 'rjct.search_criteria.invalid'],
    [
      'another registry',
      searchItem({ ...males, reg_type: 'ns:org:RegistryType:Civil' }),
      'rjct.search_criteria.invalid',
    ],
    ['a registry that is none', searchItem({ ...males, reg_type: 'tax' }), 'rjct.search_criteria.invalid'],
    ['a record type that is none', searchItem({ ...males, reg_record_type: 'Dog' }), 'rjct.search_criteria.invalid'],
    ['an entity that is none', searchItem({ ...males, response_entity: 'Dog' }), 'rjct.search_criteria.invalid'],
    ['an event that is none', searchItem({ ...males, reg_event_type: 'ECLIPSE' }), 'rjct.search_criteria.invalid'],
    ['an empty expression', searchItem({ query_type: 'expression', query: { seq: [] } }), 'rjct.filter.invalid'],
    ['an unknown attribute', searchItem(byExpression(['shoe_size', '=', 42])), 'rjct.filter.invalid'],
    ['a word for a date', searchItem(byExpression(['birth_date', '>', 'yesterday'])), 'rjct.filter.invalid'],
    [
      'an attribute of another record type',
      searchItem({ ...byExpression(['group_size', '>', 1]), reg_record_type: 'Person' }),
      'rjct.filter.invalid',
    ],
    [
      'an unknown sort attribute',
      searchItem({ ...males, sort: [{ attribute_name: 'shoe_size', sort_order: 'asc' }] }),
      'rjct.sort.invalid',
    ],
    [
      'an unknown sort order',
      searchItem({ ...males, sort: [{ attribute_name: 'birth_date', sort_order: 'up' }] }),
      'rjct.sort.invalid',
    ],
    ['a page of 0 records', searchItem({ ...males, pagination: { page_size: 0 } }), 'rjct.pagination.invalid'],
    ['a page of -1 records', searchItem({ ...males, pagination: { page_size: -1 } }), 'rjct.pagination.invalid'],
    ['half a record', searchItem({ ...males, pagination: { page_size: 0.5 } }), 'rjct.pagination.invalid'],
    ['a page that is too large', searchItem({ ...males, pagination: { page_size: 51 } }), 'rjct.pagination.invalid'],
    [
      'a page of a billion records',
      searchItem({ ...males, pagination: { page_size: 1_000_000_000 } }),
      'rjct.pagination.invalid',
    ],
    ['page 0', searchItem({ ...males, pagination: { page_size: 1, page_number: 0 } }), 'rjct.pagination.invalid'],
    [
      'a page number beyond int32',
      searchItem({ ...males, pagination: { page_size: 1, page_number: 2_147_483_648 } }),
      'rjct.pagination.invalid',
    ],
    [
      'a cursor that is none',
      searchItem({ ...males, pagination: { page_size: 1, cursor: 'abc' } }),
      'rjct.pagination.invalid',
    ],
  ])('are rejected for %s', async (_name, item, code) => {
    const [answer] = itemsOf(await ask(item));
    expect(answer).toMatchObject({
      status: 'rjct',
      status_reason_code: code,
      status_reason_message: expect.any(String),
    });
    expect(answer).not.toHaveProperty('data');
    expect(answer).not.toHaveProperty('pagination');
  });

  it('are refused once the reply holds as many records as it may', async () => {
    const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
    await using small = await startTestServer({ registries: [{ type: social, adapter }], limits: { maxRecords: 3 } });
    const items = ['UIN-1', 'none', 'UIN-2', 'UIN-3', 'UIN-1'].map((value) => searchItem(byId('UIN', value)));
    const reply = await small.send(await small.envelope({ message: searchMessage(...items) }));
    expect(itemsOf(reply).map(({ status, status_reason_code }) => status_reason_code ?? status)).toEqual([
      'succ',
      'succ',
      'succ',
      'succ',
      'rjct.search.too_many_records_found',
    ]);
  });

  it('are refused when their records would make the reply too large, others are not', async () => {
    const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
    const bytes = JSON.stringify(socialPersons[0]).length;
    await using small = await startTestServer({
      registries: [{ type: social, adapter }],
      limits: { maxReplyBytes: Math.floor(bytes * 2.5) },
    });
    const everybody = searchItem(byExpression(['birth_date', '>', '1900-01-01']));
    const one = searchItem(byId('UIN', 'UIN-1'));
    const reply = await small.send(await small.envelope({ message: searchMessage(everybody, one) }));
    const [large, single] = itemsOf(reply);
    expect(large).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.search.too_many_records_found' });
    expect(large).not.toHaveProperty('data');
    expect(recordsOf(single ?? {})).toHaveLength(1);
  });

  it('that find nothing succeed with no records', async () => {
    expect(await server.search(byId('UIN', 'none'))).toMatchObject({
      status: 'succ',
      data: { reg_type: 'ns:org:RegistryType:Social', reg_record_type: 'Person', reg_records: [] },
      pagination: { page_size: 2, page_number: 1, total_count: 0 },
    });
  });

  it.each([
    ['eng', 'eng'],
    ['fra', 'fra'],
    ['en', 'eng'],
    ['EN-us', 'eng'],
    [undefined, 'eng'],
  ])('with locale %s are answered with locale %s', async (locale, expected) => {
    const [item] = itemsOf(await ask(searchItem(males, { locale: locale as never })));
    expect(item?.locale).toBe(expected);
  });
});

describe('the record type', () => {
  it.each<readonly [string, JsonObject, string]>([
    ['the first one that knows the attributes', byExpression(['sex', '=', 'male']), 'Person'],
    [
      'the first one that knows the attributes, when that is not the first',
      byExpression(['group_size', '=', 2]),
      'Group',
    ],
    ['the one named', { ...byId('UIN', 'GROUP-1'), reg_record_type: 'Group' }, 'Group'],
    [
      'the one named in another spelling',
      { ...byId('UIN', 'GROUP-1'), reg_record_type: 'spdci-extensions-dci:GROUP' },
      'Group',
    ],
    ['the response entity', { ...byId('UIN', 'GROUP-1'), response_entity: 'Group' }, 'Group'],
    [
      'the one named rather than the entity',
      { ...byId('UIN', 'UIN-1'), reg_record_type: 'Person', response_entity: 'Group' },
      'Person',
    ],
    [
      'the collection of the query',
      { query_type: 'expression', query: { collection: 'Group', query: { group_size: { $eq: 2 } } } },
      'Group',
    ],
    [
      'the one named rather than the collection',
      {
        reg_record_type: 'Group',
        query_type: 'expression',
        query: { collection: 'households', query: { group_size: 2 } },
      },
      'Group',
    ],
  ])('is %s', async (_name, criteria, expected) => {
    const item = await server.search(criteria);
    expect(item).toMatchObject({ status: 'succ', data: { reg_record_type: expected } });
    expect(recordsOf(item).length).toBeGreaterThan(0);
  });
});

describe('reg_type', () => {
  it.each(['ns:org:RegistryType:Social', 'SOCIAL_REGISTRY', 'social', 'sr', 'Social_Registry'])(
    '%s is the registry of the path',
    async (reg_type) => {
      expect((await server.search({ ...males, reg_type })).status).toBe('succ');
    },
  );

  const path = '/dci_api/v1/crvs/registry/sync/search';

  it('of OpenCRVS names the event, and only records that have one are found', async () => {
    const all = byExpression(['birth_date', '>', '1900-01-01']);
    const found = async (criteria: JsonObject) =>
      surnames(await server.search({ ...criteria, pagination: { page_size: 50 } }, { path }));
    expect(await found({ ...all, reg_type: 'ocrvs:registry_type:birth' })).toEqual(['Yusuf', 'Mbeki', '王']);
    expect(await found({ ...all, reg_type: 'ocrvs:registry_type:death' })).toEqual(['Mbeki']);
    expect(await found({ ...all, reg_type: 'ns:org:RegistryType:Civil', reg_event_type: 'death' })).toEqual(['Mbeki']);
    expect(await found({ ...all, reg_event_type: 'marriage' })).toEqual([]);
  });

  it('does not let a sender find out about an event that it may not read', async () => {
    const peer = await server.addPeer({
      senderId: 'births.example.org',
      policy: {
        registries: { crvs: { actions: ['search'], recordTypes: { Person: { fields: ['name', 'birth_date'] } } } },
      },
    });
    const criteria = { ...byExpression(['birth_date', '>', '1900-01-01']), reg_event_type: 'death' };
    expect(await server.search(criteria, { path }, peer)).toMatchObject({
      status: 'rjct',
      status_reason_code: 'rjct.filter.invalid',
    });
  });
});

describe('a grant of one identifier type', () => {
  it('allows a look-up by that type and by no other', async () => {
    const fields = ['name', 'identifier[identifier_type=UIN]'];
    const peer = await server.addPeer({
      senderId: 'uin.example.org',
      policy: { registries: { social: { actions: ['search'], recordTypes: { Person: { fields } } } } },
    });
    const found = await server.search(byId('UIN', 'UIN-2'), {}, peer);
    expect(recordsOf(found)).toEqual([
      expect.objectContaining({ identifier: [expect.objectContaining({ identifier_value: 'UIN-2' })] }),
    ]);
    for (const type of ['NationalID', 'no such type']) {
      expect(await server.search(byId(type, 'NID-2'), {}, peer)).toMatchObject({
        status: 'rjct',
        status_reason_code: 'rjct.filter.invalid',
      });
    }
  });
});

describe('pages', () => {
  const everybody = byExpression(['birth_date', '>', '1900-01-01']);
  const sorted = { ...everybody, sort: [{ attribute_name: 'birth_date', sort_order: 'desc' }] };
  const nextCursor = (item: JsonObject): string | undefined => {
    const cursor = isJsonObject(item.pagination) ? item.pagination.next_cursor : undefined;
    return typeof cursor === 'string' ? cursor : undefined;
  };

  it('are numbered from 1 and count everything', async () => {
    const pages = [];
    for (const page_number of [1, 2, 3, 4]) {
      const item = await server.search({ ...sorted, pagination: { page_size: 1, page_number } });
      expect(item.pagination).toMatchObject({ page_size: 1, page_number, total_count: 3 });
      pages.push(surnames(item));
    }
    expect(pages).toEqual([['王'], ['Yusuf'], ['Mbeki'], []]);
  });

  it('have the default size when none is asked for', async () => {
    const item = await server.search(sorted);
    expect(item.pagination).toMatchObject({ page_size: 2, page_number: 1, total_count: 3 });
    expect(surnames(item)).toEqual(['王', 'Yusuf']);
  });

  it('follow a cursor to the end, even beside a page number', async () => {
    const first = await server.search({ ...sorted, pagination: { page_size: 1 } });
    const second = await server.search({
      ...sorted,
      pagination: { page_size: 1, page_number: 1, cursor: nextCursor(first) },
    });
    expect(second.pagination).toMatchObject({ page_number: 2, total_count: 3 });
    const third = await server.search({ ...sorted, pagination: { page_size: 5, cursor: nextCursor(second) } });
    expect([first, second, third].flatMap(surnames)).toEqual(['王', 'Yusuf', 'Mbeki']);
    expect(nextCursor(third)).toBeUndefined();
  });

  it('have cursors that belong to one search of one sender', async () => {
    const cursor = nextCursor(await server.search({ ...sorted, pagination: { page_size: 1 } })) ?? '';
    const other = await server.addPeer({ senderId: 'other.example.org', policy: grantAll(social) });
    const pagination = { page_size: 1, cursor };
    const invalid = { status: 'rjct', status_reason_code: 'rjct.pagination.invalid' };
    expect(await server.search({ ...sorted, pagination })).toMatchObject({ status: 'succ' });
    expect(await server.search({ ...sorted, pagination }, {}, other)).toMatchObject(invalid);
    expect(await server.search({ ...everybody, pagination })).toMatchObject(invalid);
    expect(
      await server.search({
        ...sorted,
        query: byExpression(['birth_date', '>', '1900-01-02']).query ?? null,
        pagination,
      }),
    ).toMatchObject(invalid);
    expect(
      await server.search({ ...sorted, sort: [{ attribute_name: 'birth_date', sort_order: 'asc' }], pagination }),
    ).toMatchObject(invalid);
    const changed = `${cursor.slice(0, 40)}${cursor[40] === 'A' ? 'B' : 'A'}${cursor.slice(41)}`;
    expect(await server.search({ ...sorted, pagination: { page_size: 1, cursor: changed } })).toMatchObject(invalid);
  });

  it('have cursors that tell nothing, not even by their length', async () => {
    const bySurname = { ...everybody, sort: [{ attribute_name: 'name.surname', sort_order: 'asc' }] };
    const cursors = [1, 2].map(
      async (page_number) =>
        nextCursor(await server.search({ ...bySurname, pagination: { page_size: 1, page_number } })) ?? '',
    );
    const [first = '', second = ''] = await Promise.all(cursors);
    expect(first).toHaveLength(second.length);
    expect(Buffer.from(first, 'base64url').toString('latin1')).not.toMatch(/Mbeki|Yusuf|key|value/);
  });

  it('are at most as large as the policy says', async () => {
    const policy = grantAll(social);
    const { social: grant } = policy.registries;
    if (grant === undefined) throw new Error('no grant');
    const peer = await server.addPeer({
      senderId: 'small.example.org',
      policy: { registries: { social: { ...grant, maxPageSize: 1 } } },
    });
    expect((await server.search(sorted, {}, peer)).pagination).toMatchObject({ page_size: 1, total_count: 3 });
    expect(await server.search({ ...sorted, pagination: { page_size: 2 } }, {}, peer)).toMatchObject({
      status_reason_code: 'rjct.pagination.invalid',
    });
  });
});

describe('a sender of the dialect openspp', () => {
  it('gets all ten header fields, and may leave the count at 0', async () => {
    const peer = await server.addPeer({ senderId: 'openspp', dialect: 'openspp', policy: grantAll(social) });
    const reply = await server.send(await server.envelope({ header: { total_count: 0 } }, peer), {}, peer);
    expect(Object.keys(headerOf(reply))).toEqual(
      expect.arrayContaining([
        'version',
        'message_id',
        'message_ts',
        'action',
        'sender_id',
        'sender_uri',
        'receiver_id',
        'total_count',
        'is_msg_encrypted',
        'meta',
      ]),
    );
    expect(headerOf(reply)).toMatchObject({ status: 'succ', sender_uri: null, meta: {} });
    expect(await isSignedByHost(reply, server)).toBe(true);
  });

  it('is the only one to get empty fields', async () => {
    const reply = await server.send(await server.envelope());
    for (const value of Object.values(headerOf(reply))) expect([null, '']).not.toContain(value);
    expect(headerOf(reply)).not.toHaveProperty('meta');
  });
});

it('a sender of the scheme dci-legacy is answered in that scheme', async () => {
  const peer = await server.addPeer({
    senderId: 'legacy.example.org',
    schemes: ['dci-legacy'],
    policy: grantAll(social),
  });
  const reply = await server.send(await server.envelope({ scheme: 'dci-legacy' }, peer), {}, peer);
  expect(reply.status, reply.text).toBe(200);
  expect(reply.body.signature).toMatch(/^Signature: /);
  expect(await isSignedByHost(reply, server)).toBe(true);
});
