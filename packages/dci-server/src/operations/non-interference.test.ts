import { crvs, dr, fr, ibr, isJsonObject, type JsonObject, type JsonValue, type RegistryType, social } from 'dci-core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import {
  byExpression,
  itemsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestReply,
  type TestServer,
} from '../server.fixtures.ts';

/** A reply without what differs from one reply to the next: ids, signature, cursors. */
function normalised(reply: TestReply): JsonValue {
  const strip = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(strip);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        if (name === 'next_cursor') return [name, String(member).length];
        if (['message_id', 'correlation_id', 'transaction_id', 'reference_id', 'signature'].includes(name))
          return [name, ''];
        return [name, strip(member ?? null)];
      }),
    );
  };
  return strip(reply.body);
}

describe('an attribute outside the policy', () => {
  const registryTypes: readonly RegistryType[] = [social, crvs, ibr, dr, fr];
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      registries: registryTypes.map((type) => ({ type, adapter: memoryAdapter({ registryType: type, records: {} }) })),
      policy: {
        registries: Object.fromEntries(
          registryTypes.map((type) => [
            type.name,
            {
              actions: ['search'],
              recordTypes: Object.fromEntries(
                type.recordTypes.map(({ name }) => [name, { fields: ['no_such_member'] }]),
              ),
            },
          ]),
        ),
      },
      limits: { maxItems: 5_000 },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const values: readonly JsonValue[] = ['x', '2020-01-01', 1];
  const forms: readonly ((attribute: string, value: JsonValue) => JsonObject)[] = [
    (attribute, value) => byExpression([attribute, '=', value]),
    (attribute, value) => byExpression([attribute, 'contains', value]),
    (attribute, value) => ({ query_type: 'expression', query: { [attribute]: { $gte: value } } }),
    (attribute, value) => ({
      query_type: 'predicate',
      query: [{ seq_num: 1, expression1: { attribute_name: attribute, operator: 'eq', attribute_value: value } }],
    }),
    (attribute) => ({ query_type: 'predicate', query: `${attribute} == "x"` }),
    (attribute) => ({ query_type: 'predicate', query: `has(${attribute})` }),
    (attribute) => ({
      ...byExpression(['is_registrant', '=', true]),
      sort: [{ attribute_name: attribute, sort_order: 'asc' }],
    }),
  ];

  const answers = async (type: RegistryType, recordType: string, attribute: string): Promise<readonly JsonObject[]> => {
    const items = forms.flatMap((form) =>
      values.map((value) => searchItem({ ...form(attribute, value), reg_record_type: recordType })),
    );
    const path = `/dci_api/v1/${type.name}/registry/sync/search`;
    const reply = await server.send(await server.envelope({ message: searchMessage(...items) }), { path });
    expect(reply.status, reply.text).toBe(200);
    return itemsOf(reply).map(({ reference_id: _id, ...rest }) => rest);
  };

  const cases = registryTypes.flatMap((type) => type.recordTypes.map((recordType) => ({ type, recordType })));
  it.each(cases)(
    'of $type.name $recordType.name is refused like an unknown one, in every kind of query',
    async ({ type, recordType }) => {
      const unknown = await answers(type, recordType.name, 'no_such_attribute');
      for (const [name, definition] of Object.entries(recordType.attributes)) {
        if (definition.path === undefined && definition.ageFrom === undefined) continue;
        for (const attribute of [name, ...(definition.aliases ?? [])]) {
          // A CEL text names members of the record; a name of several words is no CEL in either case.
          const hidden = await answers(type, recordType.name, attribute);
          expect(hidden, attribute).toEqual(unknown);
        }
      }
    },
  );
});

describe('data that a sender may not see', () => {
  const hiddenMark = 'HIDDEN';

  /** The members of a person that a policy can grant, with a value that depends on a number. */
  const members = {
    'name.surname': (n: number) => ['Abe', 'Bea', 'Cem'][n % 3] ?? '',
    'name.given_name': (n: number) => ['Xi', 'Yo'][n % 2] ?? '',
    birth_date: (n: number) => `19${50 + (n % 40)}-0${1 + (n % 9)}-01`,
    sex: (n: number) => ['1', '2'][n % 2] ?? '',
    'email.': (n: number) => [`mail${n % 4}@example.org`],
    is_disabled: (n: number) => n % 2 === 0,
    registration_date: (n: number) => `2024-01-0${1 + (n % 9)}T00:00:00Z`,
  } as const;
  type Member = keyof typeof members;
  const memberNames = Object.keys(members) as Member[];
  const sensitive: readonly Member[] = ['is_disabled'];

  const topOf = (member: Member): string => member.replace(/\.$/, '');
  const isGranted = (member: Member, fields: readonly string[]): boolean =>
    fields.includes('**') ||
    fields.some((field) => field === topOf(member) || topOf(member).startsWith(`${field}.`)) ||
    (fields.includes('*') && !sensitive.includes(member));

  function person(seeds: Readonly<Record<Member, number>>, id: number, region: string, note: string): JsonObject {
    const value = (member: Member): JsonValue => members[member](seeds[member]);
    return {
      identifier: [{ identifier_type: 'UIN', identifier_value: `U${id}` }],
      name: { surname: value('name.surname'), given_name: value('name.given_name') },
      birth_date: value('birth_date'),
      sex: value('sex'),
      email: value('email.'),
      is_disabled: value('is_disabled'),
      registration_date: value('registration_date'),
      address: [{ region_code: region }],
      biometric_data: [{ template: note }],
    };
  }

  const seeds = fc.record(
    Object.fromEntries(memberNames.map((name) => [name, fc.nat(40)])) as Record<Member, fc.Arbitrary<number>>,
  );
  const visiblePerson = fc.record({ mine: seeds, twin: seeds });
  const invisiblePersons = fc.array(seeds, { maxLength: 4 });
  const attributes = [
    ...memberNames.map(topOf),
    'surname',
    'age',
    'address.region_code',
    'identifier.UIN',
    'biometric_data',
    'nothing',
  ];
  const attribute = fc.constantFrom(...attributes);
  const condition = fc.tuple(
    attribute,
    fc.constantFrom('=', '!=', '>', '<=', 'contains'),
    fc.constantFrom<JsonValue>(
      'Abe',
      'a',
      '1970-01-01',
      '1',
      40,
      true,
      'REGION_01',
      'REGION_02',
      'U1',
      'U1001',
      hiddenMark,
    ),
  );
  const query = fc.oneof(
    fc.array(condition, { minLength: 1, maxLength: 3 }).map((conditions) => byExpression(...conditions)),
    fc
      .constantFrom('U0', 'U1', 'U1000', 'U1001', 'none')
      .map((value) => ({ query_type: 'idtype-value', query: { type: 'UIN', value } })),
    attribute.map((name) => ({ query_type: 'predicate', query: `!has(${name}) || ${name} == "Abe"` })),
  );
  const scenario = fc.record({
    persons: fc.array(visiblePerson, { maxLength: 5 }),
    strangers: fc.tuple(invisiblePersons, invisiblePersons),
    fields: fc.subarray(['*', 'name', 'identifier', ...memberNames.map(topOf)], { minLength: 0 }),
    limited: fc.boolean(),
    query,
    sort: fc.option(attribute, { nil: undefined }),
    page: fc.record({ page_size: fc.integer({ min: 1, max: 3 }), page_number: fc.integer({ min: 1, max: 2 }) }),
  });

  let server: TestServer;
  let current: RegistryAdapter = memoryAdapter({ registryType: social, records: {} });
  beforeAll(async () => {
    server = await startTestServer({
      registries: [
        {
          type: social,
          adapter: {
            recordTypes: ['Person'],
            search: (wanted) => current.search(wanted),
            count: (wanted) => current.count(wanted),
            get: (type, identifier) => current.get(type, identifier),
          },
        },
      ],
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function ask(records: readonly JsonObject[], criteria: JsonObject): Promise<TestReply> {
    current = memoryAdapter({ registryType: social, records: { Person: records } });
    return server.send(await server.envelope({ message: searchMessage(searchItem(criteria)) }));
  }

  const cursorOf = (reply: TestReply): string | undefined => {
    const pagination = itemsOf(reply)[0]?.pagination;
    return isJsonObject(pagination) && typeof pagination.next_cursor === 'string' ? pagination.next_cursor : undefined;
  };

  it('never changes a reply: same query, twin data, same answer', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ persons, strangers, fields, limited, query: wanted, sort, page }) => {
        await server.senders.setPolicy(server.peer.senderId, {
          registries: {
            social: {
              actions: ['search'],
              recordTypes: {
                Person: { fields, ...(limited ? { visible: 'address.region_code == "REGION_01"' } : {}) },
              },
            },
          },
        });
        const hiddenSeeds = (mine: Record<Member, number>, twin: Record<Member, number>): Record<Member, number> => ({
          ...mine,
          ...Object.fromEntries(
            memberNames.filter((name) => !isGranted(name, fields)).map((name) => [name, twin[name]]),
          ),
        });
        const visible = persons.map(({ mine }, index) => person(mine, index, 'REGION_01', hiddenMark));
        const twins = persons.map(({ mine, twin }, index) =>
          person(hiddenSeeds(mine, twin), index, 'REGION_01', `${hiddenMark} otherwise`),
        );
        const [some, others] = limited ? strangers : [[], []];
        const stranger = (one: Record<Member, number>, index: number) =>
          person(one, 1_000 + index, 'REGION_02', hiddenMark);
        const first = [...some.map(stranger), ...visible];
        const second = [...twins.slice(0, 2), ...others.map(stranger), ...twins.slice(2)];

        const criteria = {
          ...wanted,
          pagination: page,
          ...(sort === undefined ? {} : { sort: [{ attribute_name: sort, sort_order: 'desc' }] }),
        };
        const replies = [await ask(first, criteria), await ask(second, criteria)] as const;
        expect(normalised(replies[1])).toEqual(normalised(replies[0]));
        expect(replies[0].status).toBe(200);
        expect(replies[0].text).not.toContain(hiddenMark);
        if (itemsOf(replies[0])[0]?.status === 'succ') answered += 1;

        const cursors = replies.map(cursorOf);
        if (cursors[0] === undefined) return;
        const next = (cursor: string | undefined) => ({
          ...criteria,
          pagination: { page_size: 2, cursor: cursor ?? '' },
        });
        expect(normalised(await ask(second, next(cursors[1])))).toEqual(normalised(await ask(first, next(cursors[0]))));
      }),
      { numRuns: 200 },
    );
    expect(answered).toBeGreaterThan(25);
  });
});
