import http from 'node:http';
import { type JsonObject, social } from 'dci-core';
import type { Resolver } from 'dci-host';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestServer as Listener, recordedEgress, serve } from '../../../dci-host/src/egress/egress.fixtures.ts';
import { hostileAnswers, hostileUrls } from '../../../dci-host/src/egress/hostile-urls.fixtures.ts';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { correlationOf, request, storesOf } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byId,
  grantAll,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
} from '../server.fixtures.ts';
import type { OutgoingMessage } from '../stores/outgoing.ts';

/** What the name server answers for each name; everything else is the machine itself. */
const answers = new Map<string, readonly string[]>();
const lookups: string[] = [];
const resolver: Resolver = async (name) => {
  lookups.push(name);
  return answers.get(name) ?? ['127.0.0.1'];
};

// The rules of production: no development switch is set.
const { egress, attempts } = recordedEgress({ resolver });
const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const grants = grantAll(social).registries.social;
const policy = {
  registries: {
    social: { ...grants, recordTypes: grants?.recordTypes ?? {}, actions: ['search', 'subscribe'], events: ['*'] },
  },
};

let server: TestServer;
let listeners: readonly Listener[];
beforeAll(async () => {
  const main = await serve(http.createServer((_request, response) => response.end('internal')));
  // IPv6 and the second address are not there on every machine.
  const further = await Promise.all(
    ['127.0.0.2', '::1'].map((address) => serve(http.createServer(), address, main.port).catch(() => undefined)),
  );
  listeners = [main, ...further.filter((listener) => listener !== undefined)];
  server = await startTestServer({
    registries: [{ type: social, adapter }],
    policy,
    limits: { quota: { perMinute: 1_000_000, perDay: 1_000_000 } },
    host: { egressPort: egress },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const listener of listeners) await listener[Symbol.asyncDispose]();
});

/** Nothing was connected to: neither tried at the egress nor seen by a listener. */
const expectNoConnection = (): void => {
  expect(attempts).toEqual([]);
  expect(listeners.map((listener) => listener.connections())).toEqual(listeners.map(() => 0));
};

/** Every URL of the table with the scheme that production permits: it must not be what keeps them out. */
const secureUrls = (): readonly string[] => {
  const port = String(listeners[0]?.port);
  return [...new Set(hostileUrls.map(([, url]) => url.replace(/^http:/i, 'https:').replaceAll('{port}', port)))];
};

/** The same, and as the table has them. */
const allUrls = (): readonly string[] => {
  const port = String(listeners[0]?.port);
  return [...new Set([...secureUrls(), ...hostileUrls.map(([, url]) => url.replaceAll('{port}', port))])];
};

const requests = {
  search: () => searchMessage(searchItem(byId('UIN', 'UIN-1'))),
  subscribe: () => ({
    transaction_id: crypto.randomUUID(),
    subscribe_request: [
      {
        reference_id: crypto.randomUUID(),
        timestamp: '2026-04-22T10:30:00Z',
        subscribe_criteria: {
          reg_event_type: 'REGISTER',
          filter_type: 'expression',
          filter: { seq: [{ attribute: 'birth_date', operator: '>', value: '1900-01-01' }] },
          notify_record_type: 'Person',
        },
      },
    ],
  }),
  unsubscribe: () => ({
    transaction_id: crypto.randomUUID(),
    timestamp: '2026-04-22T10:30:00Z',
    subscription_codes: ['SUB-1'],
  }),
  'txn-status': () => ({
    transaction_id: crypto.randomUUID(),
    txnstatus_request: {
      reference_id: 'r',
      txn_type: 'search',
      attribute_type: 'transaction_id',
      attribute_value: 't',
      locale: 'eng',
    },
  }),
} satisfies Record<string, () => JsonObject>;
const actions = Object.keys(requests) as (keyof typeof requests)[];

const shown = ({ status, body }: TestReply) => [status, body.errors];

async function messagesAbout(subject: string): Promise<readonly Pick<OutgoingMessage, 'state' | 'lastReason'>[]> {
  const messages = await storesOf(server).outgoing.list({ subject });
  return messages.map(({ state, lastReason = '' }) => ({ state, lastReason }));
}

const counts: Record<string, number> = {};
const count = (name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more;
};
afterAll(() => process.stdout.write(`hostile addresses: ${JSON.stringify({ ...counts, lookups: lookups.length })}\n`));

// reliability.md SR1, SR2, SR4, G8: at least 80 URLs at every entry point.
describe('a hostile URL', () => {
  it('is one of many', () => {
    expect(secureUrls().length).toBeGreaterThan(150);
    expect(listeners.length).toBeGreaterThan(0);
  });

  it.each(actions)('as sender_uri of %s is refused, and nothing is stored', async (action) => {
    for (const url of action === 'search' ? allUrls() : secureUrls()) {
      // An empty text is none (protocol.md section 1): see below.
      if (url === '') continue;
      // JSON of this protocol holds no NUL at all (protocol.md section 2).
      const header = { sender_uri: url.replaceAll('\u0000', '\u0001') };
      const reply = await request(server, action, requests[action](), { header });
      const refusal = { code: 'err.sender_uri.invalid', message: expect.any(String) };
      expect([url, ...shown(reply)]).toEqual([url, 400, [refusal]]);
      count(`${action}: 400`);
    }
    expect(await storesOf(server).outgoing.list({})).toEqual([]);
    expect(await server.host.runJobs()).toBe(0);
    expectNoConnection();
  });

  it('that is an empty sender_uri is no address', async () => {
    const reply = await request(server, 'search', requests.search(), { header: { sender_uri: '' } });
    await server.host.runJobs();
    expect(await messagesAbout(correlationOf(reply))).toEqual([{ state: 'dead', lastReason: 'no_address' }]);
    expectNoConnection();
  });

  it('as registered callback base is refused, or its messages end dead with that reason', async () => {
    for (const url of secureUrls()) {
      const registered = await server.senders
        .update(server.peer.senderId, { callbackBase: url })
        .catch((error) => error);
      if (registered instanceof Error) {
        expect(registered).toMatchObject({ code: 'err.configuration.invalid' });
        count('callback base: not registered');
        continue;
      }
      const reply = await request(server, 'search', requests.search());
      const correlationId = correlationOf(reply);
      await server.host.runJobs();
      const [message, ...others] = await messagesAbout(correlationId);
      expect([url, message?.state, others]).toEqual([url, 'dead', []]);
      expect(['url_forbidden', 'address_forbidden']).toContain(message?.lastReason);
      count(`callback base: dead, ${message?.lastReason}`);
    }
    await server.senders.update(server.peer.senderId, { callbackBase: null });
    expectNoConnection();
  });

  it('as URL of a JWKS is refused, or gives no key', async () => {
    for (const [index, url] of secureUrls().entries()) {
      const senderId = `jwks-${index}.example.org`;
      const added = await server.senders
        .add({ senderId, jwksUrl: url, policy }, { token: true })
        .catch((error) => error);
      if (added instanceof Error) {
        expect(added).toMatchObject({ code: 'err.configuration.invalid' });
        count('jwks_url: not registered');
        continue;
      }
      const peer: TestPeer = { ...server.peer, senderId, token: added.token.token };
      const reply = await server.send(await server.envelope({}, peer), {}, peer);
      expect([url, reply.status, reply.body.errors]).toEqual([
        url,
        503,
        [expect.objectContaining({ code: 'err.service.unavailable' })],
      ]);
      count(`jwks_url: ${reply.status}`);
    }
    expectNoConnection();
  });
});

describe('a name that resolves to a forbidden address', () => {
  const names = hostileAnswers.map((answer, index) => {
    const name = `name-${index}.example.org`;
    answers.set(name, answer);
    return name;
  });
  const dead = { state: 'dead', lastReason: 'address_forbidden' };
  const peers = new Map<string, TestPeer>();
  const peerOf = (name: string): TestPeer => peers.get(name) ?? server.peer;
  const urlOf = (name: string): string => `https://${name}:${listeners[0]?.port}/path`;
  beforeAll(async () => {
    for (const name of names) peers.set(name, await server.addPeer({ senderId: `of-${name}`, policy }));
  });

  it.each(['search', 'subscribe', 'txn-status'] as const)('gets no callback to %s', async (action) => {
    const correlationIds: string[] = [];
    for (const name of names) {
      const header = { sender_uri: urlOf(name) };
      correlationIds.push(correlationOf(await request(server, action, requests[action](), { header }, peerOf(name))));
    }
    await server.host.runJobs();
    for (const correlationId of correlationIds) expect(await messagesAbout(correlationId)).toEqual([dead]);
    count(`${action} to a name: dead`, correlationIds.length);
    expectNoConnection();
  });

  it('gets no notification', async () => {
    const [person] = socialPersons;
    const identifier = [{ identifier_type: 'UIN', identifier_value: 'UIN-new' }];
    await adapter.put('Person', { ...person, identifier });
    const notifications = () => storesOf(server).outgoing.list({ kind: 'notification', limit: 1_000 });
    await vi.waitFor(async () => {
      await server.host.runJobs();
      expect(await notifications()).toHaveLength(names.length);
    }, 20_000);
    const found = await notifications();
    expect(new Set(found.map(({ receiverId }) => receiverId))).toEqual(new Set(names.map((name) => `of-${name}`)));
    expect(found.map(({ state, lastReason }) => ({ state, lastReason }))).toEqual(found.map(() => dead));
    count('notification to a name: dead', found.length);
    expectNoConnection();
  });

  it('gets no callback as registered base', async () => {
    const correlationIds: string[] = [];
    for (const name of names) {
      await server.senders.update(peerOf(name).senderId, { callbackBase: urlOf(name) });
      correlationIds.push(correlationOf(await request(server, 'search', requests.search(), {}, peerOf(name))));
    }
    await server.host.runJobs();
    for (const correlationId of correlationIds) expect(await messagesAbout(correlationId)).toEqual([dead]);
    count('callback base of a name: dead', correlationIds.length);
    expectNoConnection();
  });

  it('gives no keys', async () => {
    for (const name of names) {
      const senderId = `keys-of-${name}`;
      const { token } = await server.senders.add({ senderId, jwksUrl: urlOf(name), policy }, { token: true });
      const peer: TestPeer = { ...server.peer, senderId, token: token?.token ?? '' };
      const reply = await server.send(await server.envelope({}, peer), {}, peer);
      expect([name, ...shown(reply)]).toEqual([
        name,
        503,
        [expect.objectContaining({ code: 'err.service.unavailable' })],
      ]);
    }
    count('jwks_url of a name: 503', names.length);
    expectNoConnection();
  });

  it('was looked up once for each of these', () => {
    for (const name of names) expect([name, lookups.filter((asked) => asked === name).length]).toEqual([name, 6]);
  });
});
