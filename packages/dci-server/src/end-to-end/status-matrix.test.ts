import process from 'node:process';
import { crvs, dr, fr, ibr, isJsonObject, type JsonObject, type JsonValue, type RegistryType, social } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessPolicy } from '../access/policy.ts';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, correlationOf, request, storesOf } from '../async.fixtures.ts';
import { keysOfHost, type ReceivedDelivery, startReceiver, type TestReceiver } from '../deliver/receiver.fixtures.ts';
import { beneficiaries, crvsPersons, disabledPersons, farmers, socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  grantAll,
  receiverId,
  recordsOf,
  searchItem,
  startTestServer,
  type TestPeer,
  type TestServer,
} from '../server.fixtures.ts';

const registries: readonly (readonly [RegistryType, string, readonly JsonObject[]])[] = [
  [social, 'Person', socialPersons],
  [crvs, 'Person', crvsPersons],
  [ibr, 'Beneficiary', beneficiaries],
  [dr, 'DisabledPerson', disabledPersons],
  [fr, 'Farmer', farmers],
];
const everybody = byExpression(['birth_date', '>', '1900-01-01']);

/** Which pages a registry keeps to itself for now. */
type Held = 'all' | 'later' | 'none';

class Gate {
  #held: Held = 'none';
  #waiting: (() => void)[] = [];

  hold(held: Held): void {
    this.#held = held;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async pass(page: 'first' | 'later'): Promise<void> {
    while (this.#held === 'all' || (this.#held === 'later' && page === 'later')) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

const gate = new Gate();
const gated = (adapter: RegistryAdapter): RegistryAdapter => ({
  ...adapter,
  search: async (query) => {
    await gate.pass('number' in query.page && query.page.number === 1 ? 'first' : 'later');
    return adapter.search(query);
  },
});

const policy: AccessPolicy = {
  registries: Object.fromEntries(
    registries.map(([type]) => [
      type.name,
      {
        ...grantAll(type).registries[type.name],
        recordTypes: grantAll(type).registries[type.name]?.recordTypes ?? {},
        actions: ['search', 'subscribe'],
        events: ['*'],
      },
    ]),
  ),
};

let server: TestServer;
let receiver: TestReceiver;
let stranger: TestPeer;
beforeAll(async () => {
  server = await startTestServer({
    registries: registries.map(([type, recordType, records]) => ({
      type,
      adapter: gated(memoryAdapter({ registryType: type, records: { [recordType]: records } })),
    })),
    policy,
    limits: { maxPageSize: 2, searchTimeoutMs: 600_000, quota: { perMinute: 1_000_000, perDay: 1_000_000 } },
    host: { jobs: 'memory', development: { allowHttpCallbacks: true, allowInternalCallbackIps: true } },
  });
  receiver = await startReceiver({ keys: keysOfHost(server.host), senderId: receiverId, clock: server.clock });
  stranger = await server.addPeer({ senderId: 'other.example.org', policy });
});
afterAll(async () => {
  gate.hold('none');
  await receiver.close();
  await server[Symbol.asyncDispose]();
});

const counts = { questions: 0, comparisons: 0 };
afterAll(() => process.stdout.write(`transaction status: ${JSON.stringify(counts)}\n`));

type Action = 'search' | 'subscribe' | 'unsubscribe' | 'txn-status';

/** Sends a request that is answered by callback. @returns its correlation id */
async function submit(type: RegistryType, action: Action, message: JsonObject, peer?: TestPeer): Promise<string> {
  const header = { sender_uri: `${receiver.url}/cb` };
  return correlationOf(await request(server, action, message, { header }, peer, type.slugs[0]));
}

/** Waits for a callback of a transaction. */
async function callback(correlationId: string, sequence = 0): Promise<ReceivedDelivery> {
  for (;;) {
    const { length } = receiver.ledger;
    const own = receiver.ledger.filter(({ message }) => message.correlation_id === correlationId);
    const found = own[sequence];
    if (found !== undefined) {
      expect(found.isVerified).toBe(true);
      return found;
    }
    await receiver.arrived(length + 1);
  }
}

/** What a search or a subscription can be asked for by. */
interface Names {
  readonly transaction_id: JsonValue;
  readonly correlation_id: JsonValue;
  readonly reference_id_list: JsonValue;
  readonly subscription_code_list?: JsonValue;
}

const unknownNames = (): Names => ({
  transaction_id: crypto.randomUUID(),
  correlation_id: crypto.randomUUID(),
  reference_id_list: [crypto.randomUUID(), crypto.randomUUID()],
  subscription_code_list: [`SUB-${crypto.randomUUID()}`],
});

interface Status {
  readonly header: JsonObject;
  /** Of the question's answer: `txn_status`. */
  readonly response: JsonObject;
  /** The whole envelope. */
  readonly text: string;
}

/** Asks what has become of a transaction. */
async function ask(
  type: RegistryType,
  attribute: string,
  value: JsonValue,
  isAsync: boolean,
  { peer, txnType = 'search' }: { readonly peer?: TestPeer; readonly txnType?: string } = {},
): Promise<Status> {
  counts.questions += 1;
  const message = {
    transaction_id: crypto.randomUUID(),
    txnstatus_request: {
      reference_id: 'r',
      txn_type: txnType,
      attribute_type: attribute,
      attribute_value: value,
      locale: 'eng',
    },
  };
  const { body, text } = isAsync
    ? await callback(await submit(type, 'txn-status', message, peer)).then((delivery) => ({
        body: { header: delivery.header, message: delivery.message },
        text: delivery.text,
      }))
    : await request(server, 'txn-status', message, { sync: true }, peer, type.slugs[0]);
  const answer = isJsonObject(body.message) ? body.message.txnstatus_response : undefined;
  const response = isJsonObject(answer) ? answer.txn_status : undefined;
  if (!(isJsonObject(body.header) && isJsonObject(response))) throw new Error(`no status: ${text}`);
  return { header: body.header, response, text };
}

/** An envelope without what is new in each: ids and the signature. */
function normalised({ text }: Status | { readonly text: string }): string {
  return text
    .replace(/"signature":"(?:[^"\\]|\\.)*"/, '')
    .replaceAll(/"(message_id|correlation_id|transaction_id)":"[^"]*"/g, '"$1":""');
}

/** What a sender is told of what is another's, or of a registry where it is not, and of what never was. */
async function expectUnknown(
  type: RegistryType,
  names: Names,
  isAsync: boolean,
  options: { readonly peer?: TestPeer; readonly txnType?: string } = {},
): Promise<void> {
  const absent = unknownNames();
  for (const [attribute, value] of Object.entries(names) as [keyof Names, JsonValue][]) {
    const told = await ask(type, attribute, value, isAsync, options);
    const never = await ask(type, attribute, absent[attribute] ?? '', isAsync, options);
    expect(told.header).toMatchObject({ status: 'rjct', total_count: 0, completed_count: 0 });
    expect(normalised(told)).toBe(normalised(never));
    expect(told.text.length).toBe(never.text.length);
    counts.comparisons += 1;
  }
}

/** Asks by every name, at once and by callback. */
async function expectStatus(type: RegistryType, names: Names, header: JsonObject, records: number): Promise<void> {
  for (const isAsync of [false, true]) {
    for (const [attribute, value] of Object.entries(names) as [string, JsonValue][]) {
      const status = await ask(type, attribute, value, isAsync);
      expect([attribute, isAsync, status.header]).toMatchObject([attribute, isAsync, header]);
      expect(status.header.action).toBe('txn-on-status');
      expect(status.response.correlation_id).toBe(names.correlation_id);
      expect(status.response.transaction_id).toBe(names.transaction_id);
      expect([attribute, answersIn(status.response).flatMap(found).length]).toEqual([attribute, records]);
    }
  }
}

const found = (item: JsonObject): readonly JsonObject[] => (item.status === 'succ' ? recordsOf(item) : []);

const wrongRegistry = (type: RegistryType): RegistryType => registries.find(([other]) => other !== type)?.[0] ?? type;

async function submitSearch(
  type: RegistryType,
  ...criteria: readonly JsonObject[]
): Promise<Names & { readonly correlation_id: string }> {
  const items = criteria.map((each) => searchItem(each));
  const transaction_id = crypto.randomUUID();
  const correlation_id = await submit(type, 'search', { transaction_id, search_request: items });
  return {
    transaction_id,
    correlation_id,
    reference_id_list: items.map(({ reference_id }) => reference_id ?? null),
  };
}

describe.each(registries.map(([type, recordType]) => [type.name, type, recordType] as const))(
  'the status of a transaction of %s',
  (_name, type, recordType) => {
    it('in every state, by every name, at once and by callback, to its sender alone', async () => {
      gate.hold('all');
      const names = await submitSearch(type, everybody, byId('UIN', 'UIN-1'));
      await expectStatus(type, names, { status: 'rcvd', total_count: 2, completed_count: 0 }, 0);
      await expectUnknown(type, names, false, { peer: stranger });

      gate.hold('later');
      const first = await callback(names.correlation_id);
      expect(first.header).toMatchObject({ status: 'pdng', total_count: 2, completed_count: 0 });
      await expectStatus(type, names, { status: 'pdng', total_count: 2, completed_count: 0 }, 2);
      await expectUnknown(type, names, false, { peer: stranger });

      gate.hold('none');
      const last = await callback(names.correlation_id, 1);
      expect(last.header).toMatchObject({ status: 'succ', total_count: 2, completed_count: 2 });
      await expectStatus(type, names, { status: 'succ', total_count: 2, completed_count: 2 }, 4);
      for (const isAsync of [false, true]) {
        await expectUnknown(type, names, isAsync, { peer: stranger });
        await expectUnknown(wrongRegistry(type), names, isAsync);
      }
    });

    it('that was rejected', async () => {
      const names = await submitSearch(type, byExpression(['shoe_size', '=', 42]));
      expect((await callback(names.correlation_id)).header.status).toBe('rjct');
      await expectStatus(type, names, { status: 'rjct', total_count: 1, completed_count: 1 }, 0);
      await expectUnknown(type, names, false, { peer: stranger });
    });

    it('that was purged', async () => {
      const names = await submitSearch(type, byId('UIN', 'UIN-1'));
      await callback(names.correlation_id);
      await expectStatus(type, names, { status: 'succ', total_count: 1, completed_count: 1 }, 1);
      const { transactions, outgoing } = storesOf(server);
      const purge = async (days: number, kept: { readonly content: number; readonly rows: number }): Promise<void> => {
        server.clock.advance(days * 86_400_000);
        const now = server.clock.now();
        const limits = { contentBefore: now - kept.content * 86_400_000, rowsBefore: now - kept.rows * 86_400_000 };
        while ((await outgoing.purge(limits)) + (await transactions.purge(limits)) > 0);
      };
      await purge(8, { content: 7, rows: 30 });
      const header = {
        status: 'succ',
        status_reason_message: expect.stringContaining('no longer kept'),
        total_count: 1,
        completed_count: 1,
      };
      await expectStatus(type, names, header as unknown as JsonObject, 0);
      await purge(30, { content: 7, rows: 30 });
      for (const isAsync of [false, true]) await expectUnknown(type, names, isAsync);
    });

    it('that subscribes, ends a subscription or is acknowledged by a receipt', async () => {
      const reference = crypto.randomUUID();
      const transaction_id = crypto.randomUUID();
      const correlation_id = await submit(type, 'subscribe', {
        transaction_id,
        subscribe_request: [
          {
            reference_id: reference,
            timestamp: '2026-04-22T10:30:00Z',
            subscribe_criteria: {
              reg_event_type: type.eventTypes[0]?.code ?? '',
              filter_type: 'idtype-value',
              filter: { type: 'UIN', value: 'UIN-1' },
              notify_record_type: recordType,
            },
          },
        ],
      });
      const { message } = await callback(correlation_id);
      const [answer] = (message.subscribe_response ?? []) as readonly JsonObject[];
      const [subscription] = (answer?.subscriptions ?? []) as readonly JsonObject[];
      const code = String(subscription?.code);
      const names = {
        transaction_id,
        correlation_id,
        reference_id_list: [reference],
        subscription_code_list: [code],
      };
      for (const isAsync of [false, true]) {
        for (const [attribute, value] of Object.entries(names)) {
          const status = await ask(type, attribute, value, isAsync, { txnType: 'subscribe' });
          expect([attribute, status.header]).toMatchObject([attribute, { status: 'succ', total_count: 1 }]);
        }
        await expectUnknown(type, names, isAsync, { peer: stranger, txnType: 'subscribe' });
        await expectUnknown(type, names, isAsync, { peer: stranger, txnType: 'unsubscribe' });
        await expectUnknown(type, names, isAsync, { peer: stranger, txnType: 'receipt' });
        await expectUnknown(wrongRegistry(type), names, isAsync, { txnType: 'subscribe' });
      }

      // A stranger that ends it, or confirms it, hears the same as of one that never was.
      const end = async (ended: string, peer?: TestPeer) => {
        const message = {
          transaction_id: crypto.randomUUID(),
          timestamp: '2026-04-22T10:30:00Z',
          subscription_codes: [ended],
        };
        return callback(await submit(type, 'unsubscribe', message, peer));
      };
      const unknownCode = code.replaceAll(/[0-9a-z]/gi, 'x');
      const others = await end(code, stranger);
      expect(others.header.status).toBe('rjct');
      expect(normalised(others)).toBe(normalised(await end(unknownCode, stranger)));
      const confirm = async (confirmed: string, peer: TestPeer) => {
        const receipt = { reference_id: confirmed, timestamp: '2026-04-22T10:30:00Z', status: 'succ' };
        const body = await server.envelope(
          {
            message: { transaction_id: crypto.randomUUID(), receipt_request: [receipt] },
            header: { action: 'receipt', total_count: 1 },
          },
          peer,
        );
        const reply = await server.send(body, { path: `/dci_api/v1/${type.slugs[0]}/registry/sync/receipt` }, peer);
        return { ...reply, text: reply.text.replaceAll(confirmed, '') };
      };
      expect(normalised(await confirm(reference, stranger))).toBe(
        normalised(await confirm(crypto.randomUUID(), stranger)),
      );
      expect((await confirm(reference, server.peer)).text).toContain('"status":"succ"');
      counts.comparisons += 2;

      const ended = await end(code);
      expect(ended.header.status).toBe('succ');
      const ending = { correlation_id: String(ended.message.correlation_id), subscription_code_list: [code] };
      for (const isAsync of [false, true]) {
        for (const [attribute, value] of Object.entries(ending)) {
          const status = await ask(type, attribute, value, isAsync, { txnType: 'unsubscribe' });
          expect([attribute, status.header]).toMatchObject([attribute, { status: 'succ', total_count: 1 }]);
        }
        const { correlation_id } = ending;
        const options = { peer: stranger, txnType: 'unsubscribe' };
        await expectUnknown(type, { ...unknownNames(), correlation_id }, isAsync, options);
        // The stranger has tried to end it: it hears of that as of its other attempt.
        const tried: string[] = [];
        for (const each of [code, unknownCode]) {
          const status = await ask(type, 'subscription_code_list', [each], isAsync, options);
          expect(status.header).toMatchObject({ status: 'rjct', total_count: 1, completed_count: 1 });
          tried.push(normalised(status));
        }
        expect(tried[0]).toBe(tried[1]);
        counts.comparisons += 1;
      }
    });

    it('by a name that another sender uses as well is each its own', async () => {
      const own = await submitSearch(type, byId('UIN', 'UIN-1'));
      await callback(own.correlation_id);
      const [reference] = own.reference_id_list as readonly string[];
      const item = searchItem(byId('UIN', 'UIN-2'), { reference_id: reference ?? '' });
      const message = { transaction_id: own.transaction_id, search_request: [item] };
      const theirs = await submit(type, 'search', message, stranger);
      await callback(theirs);
      for (const [peer, correlationId, uin] of [
        [server.peer, own.correlation_id, 'UIN-1'],
        [stranger, theirs, 'UIN-2'],
      ] as const) {
        for (const attribute of ['transaction_id', 'reference_id_list'] as const) {
          for (const isAsync of [false, true]) {
            const { header, response } = await ask(type, attribute, own[attribute], isAsync, { peer });
            expect(header).toMatchObject({ status: 'succ', total_count: 1 });
            expect(response.correlation_id).toBe(correlationId);
            const records = answersIn(response).flatMap(found);
            expect(records).toHaveLength(1);
            expect(JSON.stringify(records)).toContain(`"${uin}"`);
          }
        }
      }
    });
  },
);
