import { join } from 'node:path';
import process from 'node:process';
import {
  canonicalJson,
  createRandom,
  decryptMessage,
  type EncryptionAlgorithm,
  type EncryptionPrivateKey,
  encryptionKeyOf,
  encryptMessage,
  generateEncryptionKey,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readEncryptionJwks,
} from 'dci-core';
import { type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordStoreAdapter } from '../adapters/record-store/record-store-adapter.ts';
import { correlationOf, request } from '../async.fixtures.ts';
import { keysOfHost, startReceiver, type TestReceiver } from '../deliver/receiver.fixtures.ts';
import {
  grantAll,
  headerOf,
  isSignedByHost,
  receiverId,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestServer,
  testCrypto,
} from '../server.fixtures.ts';
import { type GeneratedPerson, type GeneratedRegistry, persons, registries } from './generated-records.fixtures.ts';

const random = createRandom(globalThis.crypto);
const pageSize = 10;

/** One host with a receiver and, where messages are encrypted, the peer's key. */
interface Place extends AsyncDisposable {
  readonly server: TestServer;
  readonly receiver: TestReceiver;
  readonly peer: TestPeer;
  readonly key?: EncryptionPrivateKey;
}

async function openPlace(path: string, algorithm: EncryptionAlgorithm | undefined): Promise<Place> {
  const served = registries.map(({ type }) => ({
    type,
    adapter: recordStoreAdapter({
      registryType: type,
      file: join(path, `${algorithm ?? 'clear'}-${type.name}.sqlite`),
    }),
  }));
  for (const [index, { adapter }] of served.entries()) {
    const { recordType = '', records = [] } = registries[index] ?? {};
    await adapter.import(recordType, records);
  }
  const server = await startTestServer({
    registries: served,
    limits: { maxPageSize: pageSize, quota: { perMinute: 1_000_000, perDay: 1_000_000 } },
    host: {
      development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
      ...(algorithm === undefined ? {} : { keys: { encryptionAlgorithm: algorithm } }),
    },
  });
  const receiver = await startReceiver({ keys: keysOfHost(server.host), senderId: receiverId, clock: server.clock });
  const key = algorithm === undefined ? undefined : await generateEncryptionKey(algorithm, { random });
  const peer = await server.addPeer({
    senderId: 'hospital.example.org',
    policy: grantAll(...registries.map(({ type }) => type)),
    ...(key === undefined ? {} : { encryptionKey: { ...encryptionKeyOf(key).jwk, use: 'enc', kid: 'e1' } }),
  });
  return {
    server,
    receiver,
    peer,
    ...(key === undefined ? {} : { key }),
    [Symbol.asyncDispose]: async () => {
      await receiver.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const modes = ['clear', 'RSA-OAEP-256', 'ECDH-ES+A256KW'] as const;
type Mode = (typeof modes)[number];

const places = new Map<Mode, Place>();
let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = temporaryDirectory();
  for (const mode of modes) {
    places.set(mode, await openPlace(directory.path, mode === 'clear' ? undefined : mode));
  }
});
afterAll(async () => {
  for (const place of places.values()) await place[Symbol.asyncDispose]();
  directory.remove();
});

function placeOf(mode: Mode): Place {
  const place = places.get(mode);
  if (place === undefined) throw new Error('no such host');
  return place;
}

/** The searches, each in a form of its own, and what it means: decided without any part of the server. */
const queries: Readonly<
  Record<string, { readonly criteria: JsonObject; readonly wants: (p: GeneratedPerson) => boolean }>
> = {
  'seq and or': {
    criteria: {
      query_type: 'expression',
      query: {
        seq: [
          { attribute: 'birth_date', operator: '>=', value: '1960-01-01' },
          {
            or: [
              { attribute: 'sex', operator: '=', value: 'male' },
              {
                seq: [
                  { attribute: 'name.surname', operator: 'contains', value: 'AN' },
                  { or: [{ attribute: 'name.given_name', operator: 'in', value: ['Ada', 'Ben', 'Eve'] }] },
                ],
              },
            ],
          },
        ],
      },
    },
    wants: ({ birth, sex, surname, given }) =>
      birth >= '1960-01-01' &&
      (sex === 'male' || (surname.toLowerCase().includes('an') && ['Ada', 'Ben', 'Eve'].includes(given))),
  },
  'operators with $': {
    criteria: {
      query_type: 'expression',
      query: {
        type: 'ns:org:QueryType:expression',
        value: {
          expression: {
            query: {
              $or: [
                { $and: [{ birth_date: { $lt: '1970-01-01' } }, { sex: { $ne: 'male' } }] },
                {
                  $and: [{ birth_date: { $gte: '1990-01-01' } }, { $not: { 'name.surname': { $startsWith: 'Ban' } } }],
                },
              ],
            },
          },
        },
      },
    },
    wants: ({ birth, sex, surname }) =>
      (birth < '1970-01-01' && sex !== 'male') || (birth >= '1990-01-01' && !surname.startsWith('Ban')),
  },
  'predicate list': {
    criteria: {
      query_type: 'predicate',
      query: [
        {
          seq_num: 2,
          expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'female' },
          condition: 'or',
          expression2: { attribute_name: 'name.given_name', operator: 'eq', attribute_value: 'Dan' },
        },
        {
          seq_num: 1,
          expression1: { attribute_name: 'birth_date', operator: 'ge', attribute_value: '1950-01-01' },
          condition: 'and',
          expression2: { attribute_name: 'birth_date', operator: 'lt', attribute_value: '1995-01-01' },
        },
      ],
    },
    wants: ({ birth, sex, given }) =>
      birth >= '1950-01-01' && birth < '1995-01-01' && (sex === 'female' || given === 'Dan'),
  },
  CEL: {
    criteria: {
      query_type: 'predicate',
      query:
        'person.birth_date > "1955-06-01" && (person.sex == "female" || person.name.surname in ["Dube", "Garcia"]) && !(person.name.given_name == "Cleo")',
    },
    wants: ({ birth, sex, surname, given }) =>
      birth > '1955-06-01' && (sex === 'female' || ['Dube', 'Garcia'].includes(surname)) && given !== 'Cleo',
  },
};

const sorts = {
  unsorted: { sort: undefined, compare: undefined },
  sorted: {
    sort: [
      { attribute_name: 'name.surname', sort_order: 'desc' },
      { attribute_name: 'birth_date', sort_order: 'asc' },
    ],
    compare: (a: GeneratedPerson, b: GeneratedPerson): number =>
      a.surname === b.surname ? order(a.birth, b.birth) : order(b.surname, a.surname),
  },
} as const;

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The records that a scan of all persons finds, and whether their order matters. */
function scan(registry: GeneratedRegistry, query: string, sort: keyof typeof sorts): readonly JsonObject[] {
  const { wants } = queries[query] ?? { wants: () => false };
  const found = persons.map((person, index) => ({ person, record: registry.records[index] ?? {} }));
  const { compare } = sorts[sort];
  const wanted = found.filter(({ person }) => wants(person));
  if (compare !== undefined) wanted.sort((a, b) => compare(a.person, b.person));
  return wanted.map(({ record }) => record);
}

const counts: Record<string, number> = { messages: 0, callbacks: 0, records: 0 };
const count = (name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more;
};
afterAll(() => process.stdout.write(`search variants: ${JSON.stringify(counts)}\n`));

interface Answer {
  readonly records: readonly JsonObject[];
  readonly pagination: JsonObject;
}

/** Sends one message with some searches. @returns the answer to each, whatever they were spread over */
async function ask(
  mode: Mode,
  registry: GeneratedRegistry,
  criteria: readonly JsonObject[],
  isAsync: boolean,
): Promise<readonly (readonly Answer[])[]> {
  const { server, receiver, peer, key } = placeOf(mode);
  const clear = searchMessage(...criteria.map((each) => searchItem(each)));
  const message = key === undefined ? clear : await encryptedToHost(server, clear);
  const header = {
    sender_uri: `${receiver.url}/callback`,
    total_count: criteria.length,
    is_msg_encrypted: key !== undefined,
  };
  count('messages');
  const reply = await request(server, 'search', message, { sync: !isAsync, header }, peer, registry.type.slugs[0]);
  const messages: JsonObject[] = [];
  if (isAsync) {
    const correlationId = correlationOf(reply);
    const before = receiver.ledger.length;
    await server.host.runJobs();
    const arrived = receiver.ledger.slice(before);
    count('callbacks', arrived.length);
    for (const delivery of arrived) {
      expect([delivery.isVerified, delivery.status, delivery.header.is_msg_encrypted]).toEqual([
        true,
        202,
        key !== undefined,
      ]);
      messages.push(await opened(delivery.message, key));
    }
    expect(messages.map(({ correlation_id }) => correlation_id)).toEqual(messages.map(() => correlationId));
    expect(arrived.map(({ header: { status } }) => status)).toEqual(
      arrived.map((_, index) => (index === arrived.length - 1 ? 'succ' : 'pdng')),
    );
  } else {
    expect([reply.status, headerOf(reply).is_msg_encrypted === true]).toEqual([200, key !== undefined]);
    expect(await isSignedByHost(reply, server)).toBe(true);
    messages.push(await opened(reply.body.message, key));
  }
  expect(messages.map(({ transaction_id }) => transaction_id)).toEqual(messages.map(() => clear.transaction_id));
  const items = messages.flatMap(({ search_response: list }) =>
    Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [],
  );
  for (const item of items) expect([item.status, item.status_reason_message]).toEqual(['succ', undefined]);
  return (clear.search_request as readonly JsonObject[]).map(({ reference_id }) =>
    pagesOf(items.filter((item) => item.reference_id === reference_id)),
  );
}

/** The registry of disabled persons has one record in each item. */
function pagesOf(items: readonly JsonObject[]): readonly Answer[] {
  const pages = Map.groupBy(items, ({ pagination }) => (isJsonObject(pagination) ? pagination.page_number : undefined));
  return [...pages.values()].map((page) => {
    const pagination = page[0]?.pagination;
    const records = page.flatMap(recordsOf);
    count('records', records.length);
    return { records, pagination: isJsonObject(pagination) ? pagination : {} };
  });
}

async function encryptedToHost({ host }: TestServer, message: JsonObject): Promise<JsonObject> {
  const published = await host.fetch(new Request('http://localhost/.well-known/jwks.json'));
  const [key] = readEncryptionJwks(await published.text(), { senderId: receiverId });
  if (key === undefined) throw new Error('the host publishes no key');
  return encryptMessage(message, key, { crypto: testCrypto });
}

async function opened(message: JsonValue | undefined, key: EncryptionPrivateKey | undefined): Promise<JsonObject> {
  if (!isJsonObject(message)) throw new Error('no message');
  if (key === undefined) return message;
  expect(message.search_response).toBeUndefined();
  expect(message.header).toMatchObject({ alg: encryptionKeyOf(key).algorithm, enc: 'A256GCM', kid: 'e1' });
  return decryptMessage(message, [{ senderId: 'hospital.example.org', keyId: 'e1', privateKey: key }]);
}

/** Compares what was found with what was to be found; without a sort in any order. */
function expectSame(found: readonly JsonObject[], expected: readonly JsonObject[], sort: keyof typeof sorts): void {
  if (sort === 'sorted') {
    expect(found).toEqual(expected);
    return;
  }
  const inOrder = (records: readonly JsonObject[]) => records.map((record) => canonicalJson(record)).toSorted();
  expect(inOrder(found)).toEqual(inOrder(expected));
}

const numbered = (total: number): readonly number[] =>
  Array.from({ length: Math.ceil(total / pageSize) + 1 }, (_, index) => index + 1);

/** Asks page by page for what the scan finds, in one message by number and one after the other by cursor. */
async function checkPages(
  mode: Mode,
  registry: GeneratedRegistry,
  query: string,
  sort: keyof typeof sorts,
  isAsync: boolean,
): Promise<void> {
  const expected = scan(registry, query, sort);
  const total = expected.length;
  const { sort: wanted } = sorts[sort];
  const criteria: JsonObject = {
    ...queries[query]?.criteria,
    reg_record_type: registry.recordType,
    ...(wanted === undefined ? {} : { sort: wanted }),
  };
  const pages = numbered(total);
  const byNumber = await ask(
    mode,
    registry,
    pages.map((page_number) => ({ ...criteria, pagination: { page_size: pageSize, page_number } })),
    isAsync,
  );
  for (const [index, page] of byNumber.entries()) {
    const [only] = page;
    expect(page).toHaveLength(1);
    expect(only?.pagination).toMatchObject({ page_size: pageSize, page_number: index + 1, total_count: total });
    expect(only?.records.length).toBe(Math.max(0, Math.min(pageSize, total - index * pageSize)));
  }
  expectSame(
    byNumber.flatMap((page) => page.flatMap(({ records }) => records)),
    expected,
    sort,
  );

  const byCursor: JsonObject[] = [];
  let cursor: JsonValue | undefined;
  for (const page_number of pages.slice(0, -1)) {
    const place = cursor === undefined ? {} : { cursor };
    const [[page] = []] = await ask(
      mode,
      registry,
      [{ ...criteria, pagination: { page_size: pageSize, ...place } }],
      isAsync,
    );
    expect(page?.pagination).toMatchObject({ page_number, total_count: total });
    byCursor.push(...(page?.records ?? []));
    cursor = page?.pagination.next_cursor;
    expect(typeof cursor).toBe(page_number === pages.length - 1 ? 'undefined' : 'string');
  }
  expectSame(byCursor, expected, sort);

  if (!isAsync) return;
  const [whole = []] = await ask(mode, registry, [criteria], true);
  expect(whole).toHaveLength(pages.length - 1);
  expectSame(
    whole.flatMap(({ records }) => records),
    expected,
    sort,
  );
}

describe('the queries', () => {
  it.each(Object.keys(queries))('%s finds some and not all, on several pages', (query) => {
    const [registry] = registries;
    if (registry === undefined) throw new Error('no registry');
    const { length } = scan(registry, query, 'unsorted');
    expect(length).toBeGreaterThan(pageSize);
    expect(length).toBeLessThan(persons.length - pageSize);
  });
});

const names = Object.keys(queries);
describe.each(registries.map((registry) => [registry.type.name, registry] as const))(
  'a search of %s finds what a scan finds',
  (_name, registry) => {
    for (const mode of modes) {
      for (const sort of ['unsorted', 'sorted'] as const) {
        it.each(names)(`sync, ${mode}, ${sort}, paged: %s`, (query) => checkPages(mode, registry, query, sort, false));
        // Each registry asks another query by callback.
        const query =
          names[(registries.indexOf(registry) + modes.indexOf(mode) + (sort === 'sorted' ? 2 : 0)) % names.length] ??
          '';
        it(`async, ${mode}, ${sort}, paged: ${query}`, () => checkPages(mode, registry, query, sort, true));
      }
    }
  },
);
