import { formatTimestamp, type JsonObject, systemClock } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import type { CallbackPath } from '../callbacks/callback-kind.ts';
import { callbackSource } from '../callbacks/callback-source.ts';
import { type CallbackStores, createMemoryCallbackStores } from '../callbacks/memory/memory-stores.ts';
import { type CallbackReceiver, createCallbackReceiver } from '../callbacks/receive/create-receiver.ts';
import type { ClientOptions } from '../client.ts';
import type { DciClient } from '../dci-client.ts';
import {
  CLIENT_ID,
  crypto,
  person,
  REGISTRY_ID,
  type ReceivedRequest,
  random,
  registryForTests,
  type SharedRegistry,
  sign,
  type TestHooks,
} from '../registry.fixtures.ts';
import type { SearchCriteria } from '../search.ts';

/** A search of one identifier. */
export const searched: SearchCriteria = {
  queryType: 'idtype-value',
  query: { type: 'UIN', value: '1234567897' },
  recordType: 'Person',
};
/** Where callbacks of these tests go. */
export const base = 'https://mis.example.org/callbacks';

/** A client with the receiver that its callbacks come to. */
export interface World {
  readonly client: DciClient;
  readonly stores: CallbackStores;
  /** Delivers a callback to a request, signed by the registry; gives the HTTP status. */
  call(path: CallbackPath, message: JsonObject, header?: JsonObject): Promise<number>;
}

/** Makes worlds of one registry. */
export interface Worlds extends SharedRegistry {
  /** @returns a client with callbacks, and its receiver */
  world(overrides?: Partial<ClientOptions>, stores?: CallbackStores): World;
  /** @returns the request that was sent last */
  lastRequest(): ReceivedRequest;
}

/**
 * @param hooks - of the test runner
 * @returns a registry for a test file, and clients with callbacks
 */
export function worldsForTests(hooks: TestHooks): Worlds {
  const registry = registryForTests(hooks);
  return {
    get current() {
      return registry.current;
    },
    client: registry.client,
    world: (overrides, stores) => makeWorld(registry, overrides, stores),
    lastRequest() {
      const request = registry.current.requests.at(-1);
      if (request === undefined) throw new Error('nothing was sent');
      return request;
    },
  };
}

function makeWorld(
  registry: SharedRegistry,
  overrides: Partial<ClientOptions> = {},
  stores = createMemoryCallbackStores(),
): World {
  const { transactions, subscriptions } = stores;
  const options = registry.current.clientOptions({ callbacks: { base, transactions, subscriptions }, ...overrides });
  const receiver: CallbackReceiver = createCallbackReceiver({
    ...stores,
    sources: () => [callbackSource(options, { fetch, clock: systemClock, crypto })],
    ...{ clock: options.clock, crypto, random, logger: collectingLogger() },
  });
  const actions: Partial<Record<CallbackPath, string>> = { 'txn/on-status': 'txn-on-status' };
  return {
    client: registry.client(options),
    stores,
    async call(path, message, header = {}) {
      const text = await sign(
        {
          header: {
            version: '1.0.0',
            message_id: random.uuid(),
            message_ts: formatTimestamp(systemClock.now()),
            action: actions[path] ?? path,
            status: 'succ',
            sender_id: REGISTRY_ID,
            receiver_id: CLIENT_ID,
            ...header,
          },
          message,
        },
        registry.current.key,
      );
      const reply = await receiver.receive({ path, body: new TextEncoder().encode(text) });
      return reply.status;
    },
  };
}

/** The items that a request asks for. */
export const itemsOf = (request: ReceivedRequest): readonly JsonObject[] =>
  (request.message.search_request ?? request.message.subscribe_request) as readonly JsonObject[];
/** A person of another name. */
export const named = (surname: string): JsonObject => ({ ...person, name: { surname } });
/** The answer to one search. */
export const found = (
  item: JsonObject | undefined,
  records: readonly JsonObject[],
  pagination?: JsonObject,
): JsonObject => ({
  reference_id: item?.reference_id,
  timestamp: '2026-04-22T10:30:00Z',
  status: 'succ',
  data: { reg_record_type: 'Person', reg_records: [...records] },
  ...(pagination && { pagination }),
});
/** The message that answers a request. */
export const answerTo = (request: ReceivedRequest, members: JsonObject): JsonObject => ({
  transaction_id: request.message.transaction_id,
  correlation_id: 'c-1',
  ...members,
});
