import { randomUUID } from 'node:crypto';
import { dr, ibr, isJsonObject, type JsonObject, social } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { socialPersons } from '../records.fixtures.ts';
import { grantAll, startTestServer, type TestPeer, type TestReply, type TestServer } from '../server.fixtures.ts';
import {
  canary,
  correctPlan,
  type Endpoint,
  endpoints,
  type Fault,
  faultsAt,
  hostToken,
  type Plan,
} from './refusal-faults.fixtures.ts';

const logger = collectingLogger();
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    registries: [
      { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons } }) },
      { type: ibr, adapter: memoryAdapter({ registryType: ibr, records: {} }) },
      { type: dr, adapter: memoryAdapter({ registryType: dr, records: {} }) },
    ],
    host: { logger, env: { DCI_API_TOKENS: `other-token-of-the-test,${hostToken}` } },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const freshPeer = (): Promise<TestPeer> =>
  server.addPeer({ senderId: `peer-${randomUUID()}.example.org`, policy: grantAll(social, ibr, dr) });

async function bodyOf(plan: Plan): Promise<Uint8Array<ArrayBuffer>> {
  const signed = await server.envelope(plan.envelope, plan.peer);
  const signature = /"signature":("(?:[^"\\]|\\.)*")\}$/.exec(signed)?.[1];
  if (signature === undefined) throw new Error('the envelope has no signature');
  const changed = plan.signature(JSON.parse(signature) as string);
  const head = signed.slice(0, -`,"signature":${signature}}`.length);
  const text = changed === undefined ? `${head}}` : `${head},"signature":${JSON.stringify(changed)}}`;
  const body = plan.body(text);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  if (bytes.length >= plan.size) return bytes;
  const padded = new Uint8Array(plan.size).fill(0x20);
  padded.set(bytes);
  return padded;
}

const pathOf = ({ registry, path }: Endpoint): string => `/dci_api/v1/${registry}/registry/${path}`;

async function run(plan: Plan): Promise<TestReply> {
  if (plan.before === 'the same message') {
    const { header = {} } = plan.envelope;
    const body = await server.envelope(
      { ...correctPlan(plan.endpoint, plan.peer, String(header.message_id), server.clock.now()).envelope },
      plan.peer,
    );
    await server.send(body, { path: pathOf(plan.endpoint) }, plan.peer);
  }
  return server.send(await bodyOf(plan), {
    path: pathOf(plan.endpoint),
    method: plan.method,
    contentType: plan.contentType,
    headers: plan.headers,
    authorization: plan.authorization,
  });
}

/** The later fault is applied first, so that the earlier one has the last word where they change the same part. */
async function planWith(
  endpoint: Endpoint,
  peer: TestPeer,
  messageId: string,
  ...applied: readonly Fault[]
): Promise<Plan> {
  let plan = correctPlan(endpoint, peer, messageId, server.clock.now());
  for (const fault of [...applied].sort((a, b) => b.step - a.step)) plan = await fault.apply(plan, server);
  return plan;
}

function expectRefusal(reply: TestReply, fault: Fault): void {
  expect(reply.status, reply.text).toBe(fault.status);
  const { message, errors } = reply.body;
  const first = Array.isArray(errors) ? (errors as readonly JsonObject[])[0] : undefined;
  expect(first?.code, reply.text).toBe(fault.code);
  const ack = isJsonObject(message) ? message : {};
  expect(ack).toMatchObject({
    ack_status: 'ERR',
    timestamp: '2026-04-22T10:30:00Z',
    correlation_id: expect.any(String),
    error: { code: fault.standardCode, message: first?.message },
  });
  expect(reply.headers.get('content-type')).toBe('application/json');
}

describe.each(endpoints)('every refusal of protocol.md section 4 at $registry $path', (endpoint) => {
  const faults = faultsAt(endpoint);

  it.each(faults)('step $step: $name is answered $status $code', async (fault) => {
    const peer = await freshPeer();
    const messageId = randomUUID();
    const reply = await run(await planWith(endpoint, peer, messageId, fault));
    expectRefusal(reply, fault);
    expect(reply.text).not.toContain(canary);
    expect(reply.text).not.toContain(peer.token);
    expect(reply.text).not.toContain(peer.senderId);
    expect(reply.headers.get('www-authenticate')?.startsWith('Bearer ') ?? false).toBe(fault.step === 2);
    expect(Number(reply.headers.get('retry-after')) >= 1).toBe(fault.status === 429);
    expect(reply.headers.has('allow')).toBe(fault.status === 405);
  });

  it.each(faults.filter(({ step }) => step < 7))('step $step: $name leaves the message id unclaimed', async (fault) => {
    const peer = await freshPeer();
    const messageId = randomUUID();
    expectRefusal(await run(await planWith(endpoint, peer, messageId, fault)), fault);
    await server.senders.setState(peer.senderId, 'active');
    const sender = await server.senders.find(peer.senderId);
    if (sender?.keys[0]?.state === 'revoked') return;
    expect((await run(correctPlan(endpoint, peer, messageId, server.clock.now()))).status).toBe(endpoint.status);
  });

  it('a correct message is none of them', async () => {
    const peer = await freshPeer();
    expect((await run(correctPlan(endpoint, peer, randomUUID(), server.clock.now()))).status).toBe(endpoint.status);
  });

  it('a message refused for the quota can be sent again', async () => {
    const peer = await freshPeer();
    const messageId = randomUUID();
    const [quota] = faults.filter(({ step }) => step === 7);
    if (quota === undefined) throw new Error('no such fault');
    expectRefusal(await run(await planWith(endpoint, peer, messageId, quota)), quota);
    await server.senders.setPolicy(peer.senderId, grantAll(social));
    expect((await run(correctPlan(endpoint, peer, messageId, server.clock.now()))).status).toBe(endpoint.status);
  });
});

const inStepSix = ['err.receiver_id.invalid', 'rjct.action.invalid', 'err.version.not_supported'];

function isLater(fault: Fault, earlier: Fault): boolean {
  if (fault.step !== earlier.step) return fault.step > earlier.step;
  return fault.step === 6 && inStepSix.indexOf(fault.code) > inStepSix.indexOf(earlier.code);
}

describe.each(endpoints.filter(({ path }) => path.endsWith('search') || path === 'receipt'))(
  'the order of the checks at $path',
  (endpoint) => {
    const faults = faultsAt(endpoint);
    // The faults of one step exclude each other, save in step 6, where the table fixes their order. Each fault meets one
    // of every later answer, a different one each time.
    const pairs = faults.flatMap((earlier, index) => {
      const later = faults.filter((fault) => isLater(fault, earlier));
      const answers = Map.groupBy(later, ({ step, code }) => `${step} ${code}`);
      return [...answers.values()].map((list) => ({ earlier, later: list[index % list.length] ?? earlier }));
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 8.5, 9])(
      'two faults at once: step %s answers before every later one',
      async (step) => {
        for (const { earlier, later } of pairs.filter((pair) => pair.earlier.step === step)) {
          const peer = await freshPeer();
          const reply = await run(await planWith(endpoint, peer, randomUUID(), earlier, later));
          expect(reply.status, `${earlier.name}, ${later.name}: ${reply.text}`).toBe(earlier.status);
          expectRefusal(reply, earlier);
        }
      },
    );
  },
);

it('nothing that was refused is in the log', () => {
  const text = logger.text();
  expect(text.length).toBeGreaterThan(10_000);
  for (const secret of [canary, hostToken, server.peer.token, 'Bearer', 'unknown.example.org']) {
    expect(text.includes(secret), secret).toBe(false);
  }
});
