import { isJsonObject, type JsonObject, type JsonValue, social } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegistryPolicy } from '../access/policy.ts';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { anyRecipient, type ConsentGrant } from '../adapters/consent.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import {
  byExpression,
  byId,
  itemsOf,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  startTime,
  type TestReply,
  type TestServer,
} from '../server.fixtures.ts';

const senderId = 'mis.example.org';
const grant: RegistryPolicy = {
  actions: ['search'],
  recordTypes: { Person: { fields: ['**'] } },
  purposes: ['ENROLMENT', 'PAYMENT'],
  consent: 'required',
};
const policy = { registries: { social: grant } };

const person = (id: number, surname = 'Abe'): JsonObject => ({
  identifier: [{ identifier_type: 'UIN', identifier_value: `U${id}` }],
  name: { surname, given_name: 'Xi' },
  sex: '1',
});

/** Consents of a person that are none to this sender, for this purpose, at this time. */
const useless: readonly (readonly ConsentGrant[])[] = [
  [],
  [{ recipient: senderId, purpose: 'ENROLMENT', expiresAt: startTime }],
  [{ recipient: senderId, purpose: 'ENROLMENT', expiresAt: startTime - 1 }],
  [{ recipient: senderId, purpose: 'PAYMENT' }],
  [{ recipient: senderId, purpose: 'enrolment' }],
  [{ recipient: 'other.example.org', purpose: 'ENROLMENT' }],
  [{ recipient: anyRecipient, purpose: 'PAYMENT' }],
];
/** Consents that count. */
const useful: readonly ConsentGrant[] = [
  { recipient: senderId, purpose: 'ENROLMENT' },
  { recipient: senderId, purpose: 'ENROLMENT', expiresAt: startTime + 1 },
  { recipient: anyRecipient, purpose: 'ENROLMENT' },
];

async function register(
  persons: readonly { readonly record: JsonObject; readonly id: number; readonly consents: readonly ConsentGrant[] }[],
): Promise<RegistryAdapter> {
  const adapter = memoryAdapter({ registryType: social, records: { Person: persons.map(({ record }) => record) } });
  for (const { id, consents } of persons) {
    for (const consent of consents) {
      await adapter.grantConsent('Person', { identifierType: 'UIN', value: `U${id}` }, consent);
    }
  }
  return adapter;
}

let server: TestServer;
let current: RegistryAdapter;
const logger = collectingLogger();
beforeAll(async () => {
  current = await register([]);
  server = await startTestServer({
    registries: [
      {
        type: social,
        adapter: {
          recordTypes: ['Person'],
          get supportsConsent() {
            return current.supportsConsent === true;
          },
          search: (query) => current.search(query),
          count: (query) => current.count(query),
          get: (type, identifier) => current.get(type, identifier),
        },
      },
    ],
    policy,
    host: { logger },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const forPurpose = (purpose: string, criteria: JsonObject): JsonObject => ({
  ...criteria,
  authorize: { ts: '2026-04-22T10:30:00Z', purpose: { code: purpose } },
});
const everyone = byExpression(['sex', '=', '1']);
const totalOf = (item: JsonObject): JsonValue | undefined =>
  isJsonObject(item.pagination) ? item.pagination.total_count : undefined;
const ask = async (criteria: JsonObject): Promise<TestReply> =>
  server.send(await server.envelope({ message: searchMessage(searchItem(criteria)) }));

describe('a record whose registrant has to consent', () => {
  it.each(useful)('is there with %j', async (consent) => {
    current = await register([{ record: person(1), id: 1, consents: [consent] }]);
    const item = await server.search(forPurpose('ENROLMENT', byId('UIN', 'U1')));
    expect(recordsOf(item)).toHaveLength(1);
    expect(totalOf(await server.search(forPurpose('ENROLMENT', everyone)))).toBe(1);
  });

  it.each(useless)('is not there with %j %j', async (...consents) => {
    const given = consents.filter((consent) => consent !== undefined);
    current = await register([{ record: person(1), id: 1, consents: given }]);
    for (const criteria of [byId('UIN', 'U1'), everyone]) {
      const item = await server.search(forPurpose('ENROLMENT', criteria));
      expect(item.status).toBe('succ');
      expect(recordsOf(item)).toEqual([]);
      expect(totalOf(item)).toBe(0);
    }
  });

  it('is not there without a purpose, and not for one that was not granted', async () => {
    current = await register([{ record: person(1), id: 1, consents: useful }]);
    for (const criteria of [byId('UIN', 'U1'), forPurpose('RESEARCH', byId('UIN', 'U1'))]) {
      expect(await server.search(criteria)).toMatchObject({
        status: 'rjct',
        status_reason_code: 'rjct.search_criteria.invalid',
        status_reason_message: 'the purpose is not one for which this sender may ask',
      });
    }
  });

  it('is not reached with the cursor of another purpose', async () => {
    const both = (id: number) => ({
      record: person(id),
      id,
      consents: [
        { recipient: senderId, purpose: 'ENROLMENT' },
        { recipient: senderId, purpose: 'PAYMENT' },
      ],
    });
    current = await register([both(1), both(2), both(3)]);
    const page = { ...everyone, pagination: { page_size: 1, page_number: 1 } };
    const { pagination } = await server.search(forPurpose('ENROLMENT', page));
    const cursor = isJsonObject(pagination) ? (pagination.next_cursor ?? '') : '';
    const next = { ...everyone, pagination: { page_size: 1, cursor } };
    expect((await server.search(forPurpose('ENROLMENT', next))).status).toBe('succ');
    expect(await server.search(forPurpose('PAYMENT', next))).toMatchObject({
      status: 'rjct',
      status_reason_code: 'rjct.pagination.invalid',
    });
  });

  it('is not there when the adapter knows no consent, and the host says so once', async () => {
    const { supportsConsent: _, ...plain } = await register([{ record: person(1), id: 1, consents: useful }]);
    current = {
      ...plain,
      search: plain.search.bind(plain),
      count: plain.count.bind(plain),
      get: plain.get.bind(plain),
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await server.search(forPurpose('ENROLMENT', byId('UIN', 'U1')))).toMatchObject({
        status: 'rjct',
        status_reason_code: 'rjct.search_criteria.invalid',
      });
    }
    const said = logger.lines().filter(({ msg }) => msg.includes('cannot filter by it'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ level: 'error', sender_id: senderId, registry: 'social' });
  });
});

/** A reply without what differs from one reply to the next. */
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

describe('records without consent', () => {
  const hidden = fc.record({
    place: fc.nat(8),
    surname: fc.constantFrom('Abe', 'HIDDEN'),
    consents: fc.constantFrom(...useless),
  });
  const scenario = fc.record({
    visible: fc.array(fc.constantFrom('Abe', 'Bea', 'Cem'), { maxLength: 6 }),
    strangers: fc.tuple(fc.array(hidden, { maxLength: 5 }), fc.array(hidden, { maxLength: 5 })),
    criteria: fc.constantFrom(
      everyone,
      byExpression(['surname', '=', 'Abe']),
      byExpression(['surname', 'contains', 'd']),
      byId('UIN', 'U0'),
      byId('UIN', 'U100'),
      { query_type: 'predicate', query: 'name.surname != "Abe"' },
    ),
    sort: fc.constantFrom<JsonObject>({}, { sort: [{ attribute_name: 'surname', sort_order: 'desc' }] }),
    page: fc.record({ page_size: fc.integer({ min: 1, max: 3 }), page_number: fc.integer({ min: 1, max: 3 }) }),
  });

  it('never change a reply: same query, twin data, same answer', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ visible, strangers, criteria, sort, page }) => {
        const replies: TestReply[] = [];
        for (const some of strangers) {
          const persons = visible.map((surname, id) => ({
            record: person(id, surname),
            id,
            consents: useful.slice(id % 3, (id % 3) + 1),
          }));
          for (const [index, { place, surname, consents }] of some.entries()) {
            const id = 100 + index;
            persons.splice(Math.min(place, persons.length), 0, {
              record: person(id, surname),
              id,
              consents: [...consents],
            });
          }
          current = await register(persons);
          replies.push(await ask(forPurpose('ENROLMENT', { ...criteria, ...sort, pagination: page })));
        }
        const [first, second] = replies;
        if (first === undefined || second === undefined) throw new Error('no reply');
        expect(first.status).toBe(200);
        expect(normalised(second)).toEqual(normalised(first));
        expect(first.text + second.text).not.toContain('HIDDEN');
        found += itemsOf(first)[0]?.status === 'succ' ? recordsOf(itemsOf(first)[0] ?? {}).length : 0;
      }),
      { numRuns: 200 },
    );
    expect(found).toBeGreaterThan(50);
  });
});
