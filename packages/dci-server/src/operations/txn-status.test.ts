import { crvs, dr, fr, ibr, isJsonObject, type JsonObject, type JsonValue, type RegistryType, social } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, callbacksOf, correlationOf, request, silentEgress } from '../async.fixtures.ts';
import { beneficiaries, crvsPersons, disabledPersons, farmers, socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  grantAll,
  headerOf,
  isSignedByHost,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
} from '../server.fixtures.ts';
import { hasStandardFiles, type StandardFile, standardFile } from '../standard/standard-file.fixtures.ts';
import { createSqliteAuditStore } from '../stores/sqlite/audit-store.ts';
import { jsonBytes } from './json-bytes.ts';

const registries: readonly (readonly [RegistryType, Readonly<Record<string, readonly JsonObject[]>>])[] = [
  [social, { Person: socialPersons }],
  [crvs, { Person: crvsPersons }],
  [ibr, { Beneficiary: beneficiaries }],
  [dr, { DisabledPerson: disabledPersons }],
  [fr, { Farmer: farmers }],
];

/** Adapters that can be switched off. */
const switched = { isAway: false };
const withSwitch = (adapter: RegistryAdapter): RegistryAdapter => ({
  ...adapter,
  search: async (query) => {
    if (switched.isAway) throw new Error('away');
    return adapter.search(query);
  },
});

let server: TestServer;
let other: TestPeer;
beforeAll(async () => {
  server = await startTestServer({
    registries: registries.map(([type, records]) => ({
      type,
      adapter: withSwitch(memoryAdapter({ registryType: type, records })),
    })),
    limits: { maxPageSize: 2, processingAttempts: 2 },
    host: { egressPort: silentEgress() },
  });
  other = await server.addPeer({
    senderId: 'other.example.org',
    policy: grantAll(...registries.map(([type]) => type)),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const statusMessage = (attribute: string, value: JsonValue, more: JsonObject = {}): JsonObject => ({
  transaction_id: `status-${crypto.randomUUID()}`,
  txnstatus_request: {
    reference_id: 'r',
    txn_type: 'search',
    attribute_type: attribute,
    attribute_value: value,
    locale: 'eng',
    ...more,
  },
});

async function statusNow(type: RegistryType, message: JsonObject, peer?: TestPeer): Promise<TestReply> {
  const reply = await request(server, 'txn-status', message, { sync: true }, peer, type.slugs[0]);
  expect(reply.status, reply.text).toBe(200);
  return reply;
}

function responseOf(message: JsonValue | undefined): JsonObject {
  const response = isJsonObject(message) ? message.txnstatus_response : undefined;
  const status = isJsonObject(response) ? response.txn_status : undefined;
  if (!isJsonObject(status)) throw new Error('no txn_status');
  return status;
}

const files = new Map<string, StandardFile>();
/** The disability registry's file has no such paths (dialects.md section 1). */
function fileOf({ name }: RegistryType): StandardFile | undefined {
  if (!hasStandardFiles || name === 'dr') return undefined;
  const file = files.get(name) ?? standardFile(name);
  files.set(name, file);
  return file;
}

function expectValid(type: RegistryType, reply: TestReply): void {
  expect(fileOf(type)?.replyFaults('/registry/sync/txn/status', 200, reply.body) ?? [], reply.text).toEqual([]);
}

const every = byExpression(['birth_date', '>=', '1900-01-01']);

describe.each(registries)('the status of a search of the $name registry', (type, recordsByName) => {
  const records = Object.values(recordsByName)[0] ?? [];

  it('tells its state from acceptance to its end', async () => {
    const message = searchMessage(searchItem(byId('UIN', 'UIN-1')), searchItem(every));
    const ack = await request(server, 'search', message, {}, undefined, type.slugs[0]);
    const correlationId = correlationOf(ack);
    expect(fileOf(type)?.replyFaults('/registry/search', 202, ack.body) ?? []).toEqual([]);
    const question = () => statusMessage('correlation_id', correlationId);

    const accepted = await statusNow(type, question());
    expect(headerOf(accepted)).toMatchObject({
      action: 'txn-on-status',
      status: 'rcvd',
      total_count: 2,
      completed_count: 0,
    });
    expect(await isSignedByHost(accepted, server)).toBe(true);
    expectValid(type, accepted);

    switched.isAway = true;
    await server.host.runJobs();
    const pending = await statusNow(type, question());
    expect(headerOf(pending)).toMatchObject({ status: 'pdng', total_count: 2, completed_count: 0 });
    expect(responseOf(pending.body.message).search_response).toEqual([]);
    expectValid(type, pending);
    switched.isAway = false;

    server.clock.advance(60_000);
    await server.host.runJobs();
    const finished = await statusNow(type, question());
    expect(headerOf(finished)).toMatchObject({ status: 'succ', total_count: 2, completed_count: 2 });
    expectValid(type, finished);
    const response = responseOf(finished.body.message);
    expect(response).toMatchObject({ transaction_id: message.transaction_id, correlation_id: correlationId });
    const found = answersIn(response).flatMap(recordsOf);
    expect(found).toHaveLength(1 + records.length);
    const callbacks = await callbacksOf(server, correlationId);
    expect(callbacks.length).toBeGreaterThan(1);
    expect(found).toEqual(callbacks.flatMap(({ content }) => answersIn(content.message).flatMap(recordsOf)));
    for (const { content } of callbacks) {
      const envelope = { signature: 's', header: content.header, message: content.message };
      if (hasStandardFiles) expect(standardFile(type.name).requestFaults('/registry/on-search', envelope)).toEqual([]);
    }
  });

  it('tells of one that was rejected', async () => {
    const item = searchItem(byExpression(['unknown', '=', '1']));
    const correlationId = correlationOf(
      await request(server, 'search', searchMessage(item), {}, undefined, type.slugs[0]),
    );
    await server.host.runJobs();
    const reply = await statusNow(type, statusMessage('correlation_id', correlationId));
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', total_count: 1, completed_count: 1 });
    const [answer] = answersIn(responseOf(reply.body.message));
    expect(answer).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.filter.invalid' });
    expectValid(type, reply);
  });

  it('is the same for another sender, another registry and what does not exist', async () => {
    const message: JsonObject = {
      ...searchMessage(searchItem(byId('UIN', 'UIN-1'))),
      transaction_id: `t-${type.name}`,
    };
    const correlationId = correlationOf(await request(server, 'search', message, {}, undefined, type.slugs[0]));
    await server.host.runJobs();
    const [item] = message.search_request as readonly JsonObject[];
    const wrong = registries.find(([registry]) => registry !== type)?.[0] ?? type;
    const shown = (reply: TestReply) => {
      const { message_id: _id, receiver_id: _receiver, ...header } = headerOf(reply);
      return JSON.stringify([header, responseOf(reply.body.message)]).replaceAll(
        /"(?:transaction_id|correlation_id)":"[^"]*"/g,
        '',
      );
    };
    for (const [attribute, value] of [
      ['correlation_id', correlationId],
      ['transaction_id', `t-${type.name}`],
      ['reference_id_list', [String(item?.reference_id)]],
    ] as const) {
      const own = await statusNow(type, statusMessage(attribute, value));
      expect(headerOf(own).status).toBe('succ');
      expectValid(type, own);
      const absent = await statusNow(type, statusMessage(attribute, Array.isArray(value) ? ['nothing'] : 'nothing'));
      expect(headerOf(absent)).toMatchObject({ status: 'rjct', total_count: 0, completed_count: 0 });
      expectValid(type, absent);
      expect(shown(await statusNow(type, statusMessage(attribute, value), other))).toBe(shown(absent));
      expect(shown(await statusNow(wrong, statusMessage(attribute, value)))).toBe(shown(absent));
    }
  });

  it('comes by callback too', async () => {
    const asked = correlationOf(
      await request(server, 'search', searchMessage(searchItem(byId('UIN', 'UIN-1'))), {}, undefined, type.slugs[0]),
    );
    await server.host.runJobs();
    const question = statusMessage('correlation_id', asked);
    const ack = await request(server, 'txn-status', question, {}, undefined, type.slugs[0]);
    expect(fileOf(type)?.replyFaults('/registry/txn/status', 202, ack.body) ?? []).toEqual([]);
    const correlationId = correlationOf(ack);
    await server.host.runJobs();
    const [callback, ...more] = await callbacksOf(server, correlationId);
    expect(more).toEqual([]);
    expect(callback).toMatchObject({ action: 'txn/on-status', state: 'delivered' });
    expect(callback?.content.header).toMatchObject({ action: 'txn-on-status', status: 'succ', total_count: 1 });
    expect(callback?.content.message).toMatchObject({
      transaction_id: question.transaction_id,
      correlation_id: correlationId,
    });
    const response = responseOf(callback?.content.message);
    expect(response.correlation_id).toBe(asked);
    expect(answersIn(response).flatMap(recordsOf)).toHaveLength(1);
    const envelope = { signature: 's', header: callback?.content.header, message: callback?.content.message };
    expect(fileOf(type)?.requestFaults('/registry/txn/on-status', envelope) ?? []).toEqual([]);
  });
});

describe('a status question', () => {
  const accept = async (message: JsonObject) => {
    const correlationId = correlationOf(await request(server, 'search', message));
    await server.host.runJobs();
    return correlationId;
  };

  it('about reference ids tells the answers to these items only', async () => {
    const items = [1, 2, 3].map((number) => searchItem(byId('UIN', `UIN-${number}`)));
    await accept(searchMessage(...items));
    const wanted = [items[2]?.reference_id, items[0]?.reference_id].map(String);
    const reply = await statusNow(social, statusMessage('reference_id_list', wanted));
    const answers = answersIn(responseOf(reply.body.message));
    expect(answers.map((answer) => answer.reference_id)).toEqual([items[0]?.reference_id, items[2]?.reference_id]);
  });

  it('about a transaction id that was used twice tells of both', async () => {
    const transaction_id = 'twice';
    for (const number of [1, 2]) {
      await accept({ ...searchMessage(searchItem(byId('UIN', `UIN-${number}`))), transaction_id });
    }
    const reply = await statusNow(social, statusMessage('transaction_id', 'twice'));
    expect(headerOf(reply)).toMatchObject({ status: 'succ', total_count: 2, completed_count: 2 });
    expect(answersIn(responseOf(reply.body.message))).toHaveLength(2);
  });

  it('may leave out the type, as OpenSPP does, and be spelt its way', async () => {
    const correlationId = await accept(searchMessage(searchItem(byId('UIN', 'UIN-1'))));
    const question = statusMessage('correlation_id', correlationId);
    const asked = { ...(question.txnstatus_request as JsonObject) };
    const { txn_type: _type, ...rest } = asked;
    const reply = await request(
      server,
      'txn-status',
      { ...question, txnstatus_request: rest },
      { sync: true, header: { action: 'txn_status' } },
    );
    expect(reply.body.message).toMatchObject({ txnstatus_response: { txn_type: 'search' } });
    expect(headerOf(reply).status).toBe('succ');
  });

  it('of another kind finds nothing', async () => {
    const message = searchMessage(searchItem(byId('UIN', 'UIN-1')));
    const correlationId = correlationOf(await request(server, 'search', message, {}, undefined, 'crvs'));
    await server.host.runJobs();
    const reply = await statusNow(crvs, statusMessage('correlation_id', correlationId, { txn_type: 'subscribe' }));
    expect(headerOf(reply).status).toBe('rjct');
    expect(responseOf(reply.body.message).subscribe_response).toEqual([]);
    expectValid(crvs, reply);
    const ended = await statusNow(crvs, statusMessage('correlation_id', correlationId, { txn_type: 'unsubscribe' }));
    expect(responseOf(ended.body.message)).toMatchObject({ status: 'rjct' });
    expectValid(crvs, ended);
  });

  // The files of the social registry and of the IBR allow the question, and have no form for the answer.
  it.each([crvs, fr])('about a subscription, and about its end, in the $name registry', async (type) => {
    const grants = grantAll(type).registries[type.name];
    if (grants === undefined) throw new Error('no grants');
    const registries = { [type.name]: { ...grants, actions: ['search', 'subscribe'], events: ['*'] } };
    const senderId = `s-${crypto.randomUUID()}.example.org`;
    const peer = await server.addPeer({ senderId, policy: { registries } });
    const item = {
      reference_id: 'sub-1',
      timestamp: '2026-04-22T10:30:00Z',
      subscribe_criteria: {
        reg_event_type: type.eventTypes[0]?.code ?? '',
        filter_type: 'idtype-value',
        filter: { type: 'UIN', value: 'UIN-1' },
        notify_record_type: type.recordTypes[0]?.name ?? '',
      },
    };
    const message = { transaction_id: 'sub', subscribe_request: [item] };
    const subscribed = correlationOf(await request(server, 'subscribe', message, {}, peer, type.slugs[0]));
    await server.host.runJobs();
    const made = await statusNow(type, statusMessage('correlation_id', subscribed, { txn_type: 'subscribe' }), peer);
    expect(headerOf(made), made.text).toMatchObject({ status: 'succ', total_count: 1, completed_count: 1 });
    expectValid(type, made);
    const [answer] = responseOf(made.body.message).subscribe_response as readonly JsonObject[];
    const [subscription] = (answer?.subscriptions ?? []) as readonly JsonObject[];
    const code = String(subscription?.code);

    const byCode = () => statusMessage('subscription_code_list', [code], { txn_type: 'subscribe' });
    expect(responseOf((await statusNow(type, byCode(), peer)).body.message)).toEqual(responseOf(made.body.message));
    expect(headerOf(await statusNow(type, byCode(), other)).status).toBe('rjct');

    const end = { transaction_id: 'end', timestamp: '2026-04-22T10:30:00Z', subscription_codes: [code] };
    const ending = correlationOf(await request(server, 'unsubscribe', end, {}, peer, type.slugs[0]));
    const question = () => statusMessage('correlation_id', ending, { txn_type: 'unsubscribe' });
    const accepted = await statusNow(type, question(), peer);
    expect(responseOf(accepted.body.message)).toMatchObject({ status: 'rcvd', correlation_id: ending });
    expectValid(type, accepted);
    await server.host.runJobs();
    const ended = await statusNow(type, question(), peer);
    expect(headerOf(ended)).toMatchObject({ status: 'succ' });
    expect(responseOf(ended.body.message)).toMatchObject({
      status: 'succ',
      subscription_status: [{ code, status: 'unsubscribe' }],
    });
    expectValid(type, ended);
    const named = statusMessage('subscription_code_list', [code], { txn_type: 'unsubscribe' });
    expect(responseOf((await statusNow(type, named, peer)).body.message)).toEqual(responseOf(ended.body.message));
  });

  it('does not find status questions', async () => {
    const ack = await request(server, 'txn-status', statusMessage('correlation_id', 'x'));
    const reply = await statusNow(social, statusMessage('correlation_id', correlationOf(ack), { txn_type: 'search' }));
    expect(headerOf(reply).status).toBe('rjct');
  });

  it('gets receipts in the standard’s form', async () => {
    const message = searchMessage(searchItem(byId('UIN', 'UIN-1')));
    const correlationId = await accept(message);
    const [item] = message.search_request as readonly JsonObject[];
    const receipt = await server.envelope({
      message: {
        transaction_id: 'receipt-1',
        receipt_request: [
          { reference_id: String(item?.reference_id), timestamp: '2026-04-22T10:30:00Z', status: 'succ' },
        ],
      },
      header: { action: 'receipt', total_count: 1 },
    });
    const sent = await server.send(receipt, { path: '/dci_api/v1/social/registry/sync/receipt' });
    expect(headerOf(sent).status, sent.text).toBe('succ');
    const reply = await statusNow(social, statusMessage('correlation_id', correlationId, { txn_type: 'receipt' }));
    expect(responseOf(reply.body.message)).toMatchObject({
      transaction_id: message.transaction_id,
      receipt_information: { beneficiaries: [{ reference_id: item?.reference_id, status: 'succ' }] },
    });
    expectValid(social, reply);
  });

  it('gets only what may be seen now', async () => {
    const peer = await server.addPeer({ senderId: `p-${crypto.randomUUID()}.example.org`, policy: grantAll(social) });
    const ack = await request(server, 'search', searchMessage(searchItem(byId('UIN', 'UIN-1'))), {}, peer);
    await server.host.runJobs();
    const before = await statusNow(social, statusMessage('correlation_id', correlationOf(ack)), peer);
    expect(JSON.stringify(responseOf(before.body.message))).toContain('Amina');
    await server.senders.setPolicy(peer.senderId, {
      registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['identifier', 'sex'] } } } },
    });
    const after = await statusNow(social, statusMessage('correlation_id', correlationOf(ack)), peer);
    const [record] = recordsOf(answersIn(responseOf(after.body.message))[0] ?? {});
    expect(record).toHaveProperty('sex');
    expect(after.text).not.toContain('Amina');
    await server.senders.setPolicy(peer.senderId, { registries: {} });
    const none = await statusNow(social, statusMessage('correlation_id', correlationOf(ack)), peer);
    expect(headerOf(none)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.action.not_supported' });
  });

  it('is refused when it is too old, in the header of the reply', async () => {
    const reply = await request(server, 'txn-status', statusMessage('correlation_id', 'x'), {
      sync: true,
      header: { message_ts: '2026-04-01T00:00:00Z' },
    });
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.message_ts.invalid' });
  });

  it('tells that a response is not whole', async () => {
    await using small = await startTestServer({
      registries: [
        { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons } }) },
      ],
      limits: { maxReplyBytes: 2_500, maxItems: 1 },
      host: { egressPort: silentEgress() },
    });
    const items = [1, 2, 3].map((number) => searchItem(byId('UIN', `UIN-${number}`)));
    const correlationId = correlationOf(await request(small, 'search', searchMessage(...items)));
    await small.host.runJobs();
    const reply = await request(small, 'txn-status', statusMessage('correlation_id', correlationId), { sync: true });
    const found = answersIn(responseOf(reply.body.message));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(3);
    expect(headerOf(reply)).toMatchObject({
      status: 'succ',
      total_count: 3,
      completed_count: 3,
      status_reason_message: expect.stringContaining('callbacks'),
    });
  });

  it('holds no more records than one reply may', async () => {
    const records = { Person: socialPersons };
    await using small = await startTestServer({
      registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records }) }],
      limits: { maxRecords: 2 },
      host: { egressPort: silentEgress() },
    });
    const items = [1, 2, 3].map((number) => searchItem(byId('UIN', `UIN-${number}`)));
    const correlationId = correlationOf(await request(small, 'search', searchMessage(...items)));
    await small.host.runJobs();
    const inCallbacks = (await callbacksOf(small, correlationId)).map(
      ({ content }) => answersIn(content.message).length,
    );
    expect(inCallbacks).toEqual([2, 1]);
    const reply = await request(small, 'txn-status', statusMessage('correlation_id', correlationId), { sync: true });
    expect(answersIn(responseOf(reply.body.message))).toHaveLength(2);
    expect(headerOf(reply).status_reason_message).toContain('callbacks');
  });

  it('leaves rows of all it shows in the audit, also where it is cut within a callback', async () => {
    const find = (number: number) => searchItem(byId('UIN', `UIN-${number}`));
    const records = { Person: socialPersons };
    await using host = await startTestServer({
      registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records }) }],
      // Bounds of a callback count the records only, so that one fits that a status cannot show whole.
      limits: { maxReplyBytes: jsonBytes(socialPersons.slice(0, 2), 100_000) + 10 },
      host: { egressPort: silentEgress() },
    });
    const correlationId = correlationOf(await request(host, 'search', searchMessage(find(1), find(2))));
    await host.host.runJobs();
    const [callback, ...others] = await callbacksOf(host, correlationId);
    expect(answersIn(callback?.content.message).map(recordsOf)).toMatchObject([[{}], [{}]]);
    expect(others).toEqual([]);
    const status = { sync: true, header: { message_id: 'status-1' } };
    const reply = await request(host, 'txn-status', statusMessage('correlation_id', correlationId), status);
    expect(answersIn(responseOf(reply.body.message)).flatMap(recordsOf)).toHaveLength(1);
    const { database, sealer, random, clock } = host.host.context;
    const audit = createSqliteAuditStore({ database: database.relaxed, sealer, random, clock });
    const rows = (await audit.list({})).filter(({ messageId, recordKeys }) => {
      return messageId === 'status-1' && recordKeys.length > 0;
    });
    expect(rows.length).toBeGreaterThan(0);
  });
});
