import { crvs, dr, fr, ibr, isJsonObject, type JsonObject, type JsonValue, type RegistryType, social } from 'dci-core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type MemoryAdapter, memoryAdapter } from '../adapters/memory-adapter.ts';
import { keysOfHost, type ReceivedDelivery, startReceiver, type TestReceiver } from '../deliver/receiver.fixtures.ts';
import {
  beneficiaries,
  crvsPersons,
  disabledPersons,
  farmers,
  socialGroups,
  socialPersons,
} from '../records.fixtures.ts';
import { grantAll, receiverId, startTestServer, type TestPeer, type TestServer } from '../server.fixtures.ts';
import { corrections } from './corrections.fixtures.ts';
import { hasStandardFiles, type StandardFile, standardFile } from './standard-file.fixtures.ts';
import {
  registryFacts,
  type StandardRequest,
  searchRequests,
  specialRequests,
  statusRequests,
  subscribeRequests,
  unsubscribeRequest,
} from './standard-requests.fixtures.ts';

const records: Readonly<Record<string, Readonly<Record<string, readonly JsonObject[]>>>> = {
  social: { Person: socialPersons, Group: socialGroups },
  crvs: { Person: crvsPersons },
  ibr: { Beneficiary: beneficiaries },
  dr: { DisabledPerson: disabledPersons },
  fr: { Farmer: farmers },
};

/** Everything that one registry was asked, answered and called back. */
interface Exchange extends AsyncDisposable {
  readonly file: StandardFile;
  readonly server: TestServer;
  readonly adapter: MemoryAdapter;
  readonly receiver: TestReceiver;
  /** Faults of what was sent to the registry, of its replies and of its callbacks, each with its place. */
  readonly faults: string[];
  readonly counts: { requests: number; replies: number; callbacks: number };
  /** Sends a request of the file and runs what it leads to. @returns the reply and the callbacks */
  send(
    request: StandardRequest,
    peer?: TestPeer,
  ): Promise<{ readonly status: number; readonly body: JsonObject; readonly callbacks: readonly ReceivedDelivery[] }>;
  /** Checks what has arrived since the last look. */
  look(name: string): readonly ReceivedDelivery[];
}

async function openExchange(registryType: RegistryType): Promise<Exchange> {
  const { name } = registryType;
  const file = standardFile(name);
  const adapter = memoryAdapter({ registryType, records: records[name] ?? {} });
  const policy = grantAll(registryType);
  const grant = policy.registries[name];
  if (grant === undefined) throw new Error('no grant');
  const server = await startTestServer({
    registries: [{ type: registryType, adapter, onEnrollmentUpdate: async () => undefined }],
    host: { development: { allowHttpCallbacks: true, allowInternalCallbackIps: true } },
    policy: {
      registries: {
        [name]: {
          ...grant,
          actions: ['search', 'subscribe', ...registryType.operations.map((operation) => operation.name)],
          events: ['*'],
        },
      },
    },
  });
  const receiver = await startReceiver({
    keys: keysOfHost(server.host),
    senderId: receiverId,
    clock: server.clock,
  });
  const faults: string[] = [];
  const counts = { requests: 0, replies: 0, callbacks: 0 };
  let looked = 0;
  const look = (what: string): readonly ReceivedDelivery[] => {
    const arrived = receiver.ledger.slice(looked);
    looked = receiver.ledger.length;
    for (const delivery of arrived) {
      const path = `/registry${delivery.path.split('?')[0]?.replace(/^\/cb/, '')}`;
      counts.callbacks += 1;
      if (!delivery.isVerified) faults.push(`${what}: ${path}: the signature does not verify`);
      if (!file.paths.includes(path)) {
        if (!isUnknownToFile(name, path)) faults.push(`${what}: callback ${path}: no such path`);
        continue;
      }
      for (const fault of file.requestFaults(path, JSON.parse(delivery.text))) {
        faults.push(`${what}: callback ${path}: ${fault}`);
      }
    }
    return arrived;
  };
  return {
    file,
    server,
    adapter,
    receiver,
    faults,
    counts,
    look,
    send: async ({ path, action, message, header, name: what }, peer = server.peer) => {
      const items = message.search_request ?? message.subscribe_request;
      // The header of enrollment/updates is that of a callback.
      const status = action === 'notify' ? { status: 'succ' } : {};
      const text = await server.envelope(
        {
          message,
          header: {
            action,
            sender_uri: `${receiver.url}/cb`,
            total_count: Array.isArray(items) ? items.length : 1,
            ...status,
            ...header,
          },
        },
        peer,
      );
      counts.requests += 1;
      for (const fault of file.paths.includes(path) ? file.requestFaults(path, JSON.parse(text)) : [])
        faults.push(`${what}: request ${path}: ${fault}`);
      const reply = await server.send(text, { path: `/dci_api/v1/${registryType.slugs[0]}${path}` }, peer);
      counts.replies += 1;
      for (const fault of file.paths.includes(path)
        ? file.replyFaults(path, reply.status, JSON.parse(reply.text))
        : []) {
        faults.push(`${what}: reply ${reply.status} ${path}: ${fault}`);
      }
      await server.host.runJobs();
      return { status: reply.status, body: reply.body, callbacks: look(what) };
    },
    [Symbol.asyncDispose]: async () => {
      await receiver.close();
      await server.host.dispose();
    },
  };
}

/** The file of dr has no paths for the status of transactions (dialects.md section 1; upstream issue #49). */
function isUnknownToFile(registry: string, path: string): boolean {
  return registry === 'dr' && path.includes('/txn/');
}

function member(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((node, name) => {
    if (Array.isArray(node)) return (node as readonly JsonValue[])[Number(name)];
    return isJsonObject(node) ? node[name] : undefined;
  }, value);
}

const totals = { requests: 0, replies: 0, callbacks: 0 };
afterAll(() => {
  if (hasStandardFiles) process.stdout.write(`standard's files: ${JSON.stringify(totals)}\n`);
});

describe.skipIf(!hasStandardFiles)("the standard's file of", () => {
  test.each([social, crvs, ibr, dr, fr].map((type) => [type.name, type] as const))(
    '%s: every request, reply and callback is valid',
    async (name, registryType) => {
      const facts = registryFacts[name];
      if (facts === undefined) throw new Error('no facts');
      await using exchange = await openExchange(registryType);
      const { file, send, faults, counts, adapter, server } = exchange;
      expect(file.corrected).toEqual(
        corrections.filter(({ registries }) => registries.includes(name)).map((each) => each.name),
      );
      const asked = new Set<string>();
      const ask = async (request: StandardRequest) => {
        asked.add(request.path);
        return send(request);
      };

      const statuses: {
        readonly name: string;
        readonly txnType: string;
        readonly attributeType: string;
        readonly attributeValue: JsonValue;
      }[] = [];
      for (const request of searchRequests(facts, name)) {
        const { status, body, callbacks } = await ask(request);
        const isAsync = request.path === '/registry/search';
        expect([request.name, status]).toEqual([request.name, isAsync ? 202 : 200]);
        expect([request.name, callbacks.length]).toEqual([request.name, isAsync ? 1 : 0]);
        if (!isAsync) continue;
        const values = {
          transaction_id: request.message.transaction_id,
          correlation_id: member(body, 'message', 'correlation_id'),
          reference_id_list: [member(request.message, 'search_request', '0', 'reference_id') ?? ''],
        };
        for (const [attributeType, attributeValue] of Object.entries(values)) {
          statuses.push({ name: request.name, txnType: 'search', attributeType, attributeValue: attributeValue ?? '' });
        }
      }
      const codes: string[] = [];
      for (const request of subscribeRequests(facts, name)) {
        const { status, callbacks } = await ask(request);
        expect([request.name, status, callbacks.length]).toEqual([request.name, 202, 1]);
        for (const answer of (member(callbacks[0]?.message, 'subscribe_response') ?? []) as readonly JsonValue[]) {
          const code = member(answer, 'subscriptions', '0', 'code');
          if (typeof code === 'string') codes.push(code);
        }
        statuses.push({
          name: request.name,
          txnType: 'subscribe',
          attributeType: 'transaction_id',
          attributeValue: request.message.transaction_id ?? '',
        });
      }
      expect(codes.length).toBeGreaterThanOrEqual(6);

      // A new record is notified to whoever has subscribed to such an event.
      const [recordType] = Object.keys(records[name] ?? {});
      const [record] = records[name]?.[recordType ?? ''] ?? [];
      const fresh = JSON.parse(
        JSON.stringify(record).replaceAll('UIN-1', 'UIN-9').replaceAll('NID-1', 'NID-9'),
      ) as JsonObject;
      await adapter.put(recordType ?? '', fresh);
      const notifications: ReceivedDelivery[] = [];
      await vi.waitFor(async () => {
        await server.host.runJobs();
        notifications.push(...exchange.look('event'));
        expect(notifications).not.toEqual([]);
      }, 10_000);
      expect(notifications.filter(({ header }) => header.action === 'notify').length).toBeGreaterThanOrEqual(2);
      asked.add('/registry/notify');

      const first = codes.slice(0, 2);
      for (const request of [
        unsubscribeRequest('two codes', first),
        unsubscribeRequest('the same again', first),
        unsubscribeRequest('a code that is not there', ['SUB-nobody']),
        unsubscribeRequest('one of each', [...codes.slice(2, 3), 'SUB-nobody']),
      ]) {
        const { status, callbacks } = await ask(request);
        expect([request.name, status, callbacks.length]).toEqual([request.name, 202, 1]);
        // The files of social and ibr know no status of it.
        if (['crvs', 'fr'].includes(name)) {
          statuses.push({
            name: request.name,
            txnType: 'unsubscribe',
            attributeType: 'transaction_id',
            attributeValue: request.message.transaction_id ?? '',
          });
        }
      }
      statuses.push({ name: 'nothing', txnType: 'search', attributeType: 'transaction_id', attributeValue: 'nobody' });
      if (['crvs', 'fr'].includes(name)) {
        statuses.push({
          name: 'subscriptions',
          txnType: 'subscribe',
          attributeType: 'subscription_code_list',
          attributeValue: codes.slice(0, 2),
        });
      }
      for (const request of statuses.flatMap(statusRequests)) {
        const { status, callbacks } = await ask(request);
        const isAsync = request.path === '/registry/txn/status';
        expect([request.name, status, callbacks.length]).toEqual([request.name, isAsync ? 202 : 200, isAsync ? 1 : 0]);
      }
      for (const request of specialRequests(name, beneficiaries[0] ?? {})) {
        const { status } = await ask(request);
        expect([request.name, status]).toEqual([request.name, 200]);
      }

      // Refusals: no sender, a sender that may do nothing.
      const stranger = await server.addPeer({ senderId: 'stranger.example.org', policy: { registries: {} } });
      for (const [request] of [searchRequests(facts, name), subscribeRequests(facts, name)]) {
        if (request !== undefined) await send(request, { ...stranger, token: 'unknown' });
        if (request !== undefined) await send(request, { ...stranger, token: server.peer.token });
        if (request !== undefined) await send(request, stranger);
      }

      expect(faults).toEqual([]);
      const callbackPaths = file.paths.filter((path) => /\/on-|on-status/.test(path));
      expect(file.paths.filter((path) => !asked.has(path) && !callbackPaths.includes(path))).toEqual([]);
      for (const key of ['requests', 'replies', 'callbacks'] as const) totals[key] += counts[key];
    },
    120_000,
  );
});
