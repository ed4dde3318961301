import { DciError, isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { type CallbackPath, callbackPaths } from '../callback-kind.ts';
import {
  bodyOf,
  canary,
  createWorld,
  dataSource,
  OTHER_ID,
  OTHER_TOKEN,
  otherDataSource,
  signed,
  startTime,
  TOKEN,
  type World,
  type WorldOptions,
} from '../callback-world.fixtures.ts';
import type { HeldSubscription } from '../subscriptions.ts';
import type { AsyncAction } from '../transactions.ts';
import { correctPlan, type Fault, faults, limits, type Plan, unwanted } from './callback-faults.fixtures.ts';
import type { CallbackReply } from './delivery.ts';

const actionOf: Readonly<Record<Exclude<CallbackPath, 'notify'>, AsyncAction>> = {
  'on-search': 'search',
  'on-subscribe': 'subscribe',
  'on-unsubscribe': 'unsubscribe',
  'txn/on-status': 'txn-status',
};
const held: HeldSubscription = {
  code: 's1',
  source: 'crvs_main',
  transactionId: 't-old',
  eventTypes: ['LiveBirth'],
  state: 'active',
  handler: 'births',
  receipts: true,
  since: startTime,
};

/** A world with an open transaction of every action, those that nothing may come for, and a subscription. */
async function openWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ limits, ...options });
  const { transactions, subscriptions } = world;
  for (const action of Object.values(actionOf)) await world.open({ action });
  await world.open({ transactionId: 't-foreign', source: 'other' });
  await world.open({ transactionId: 't-refused' });
  await transactions.refuse('t-refused');
  await world.open({ transactionId: 't-expired', expiresAt: startTime });
  await world.open({ transactionId: 't-answered' });
  const callback = {
    messageId: 'earlier',
    digest: 'd',
    receivedAt: startTime - 1,
    status: 'succ',
    final: true,
    content: {},
  } as const;
  await transactions.receive('t-answered', 'crvs_main', 'search', callback);
  await subscriptions.save(held);
  await subscriptions.save({ ...held, code: 's-ended', transactionId: 't-over', state: 'ended' });
  await subscriptions.save({ ...held, code: 's-foreign', source: 'other' });
  return world;
}

/** Everything that is stored, as text. */
async function everything({ transactions, subscriptions, notifications }: World): Promise<string> {
  const names = [...Object.values(actionOf).map((action) => `t-${action}`), 't-foreign', 't-refused', 't-expired'];
  const stored = [
    await Promise.all([...names, 't-answered'].map((id) => transactions.find(id))),
    await subscriptions.list(undefined, { ended: true }),
    await notifications.list('received', 100),
  ];
  return JSON.stringify(stored, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

async function bytesOf(plan: Plan): Promise<Uint8Array> {
  const body = plan.body(await signed(plan.path, plan.envelope));
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  if (bytes.length >= plan.size) return bytes;
  const padded = new Uint8Array(plan.size).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** The later fault is applied first, so that the earlier one has the last word where they change the same part. */
function planWith(path: CallbackPath, ...applied: readonly Fault[]): Plan {
  let plan = correctPlan(path);
  for (const fault of [...applied].sort((a, b) => b.step - a.step)) plan = fault.apply(plan);
  return plan;
}

async function run(plan: Plan): Promise<{ reply: CallbackReply; world: World; before: string }> {
  const isUsedUp = plan.before === 'the quota is used up';
  const rateLimit = {
    take: async () => {
      if (isUsedUp) throw new DciError('err.request.too_many_requests', 'slow down', { retryAfter: 7 });
    },
  };
  const world = await openWorld({ rateLimit });
  let { envelope } = plan;
  if (plan.before === 'another message of this id') {
    const message_id = 'used-before';
    envelope = { ...envelope, header: { message_id, ...envelope.header } };
    const earlier = await world.deliver(plan.path, { header: { message_id, meta: { other: 1 } } });
    expect(earlier.status).toBe(202);
  }
  const before = await everything(world);
  const reply = await world.receiver.receive({
    path: plan.path,
    body: await bytesOf({ ...plan, envelope }),
    contentType: 'application/json',
    authorization: `Bearer ${TOKEN}`,
    ...plan.delivery,
  });
  return { reply, world, before };
}

function expectRefusal(reply: CallbackReply, fault: Fault): void {
  expect(reply.status, reply.body).toBe(fault.status);
  const { message, errors } = objectOf(bodyOf(reply));
  const first = Array.isArray(errors) ? objectOf(errors[0]) : {};
  expect(first.code, reply.body).toBe(fault.code);
  expect(message).toEqual({
    ack_status: 'ERR',
    timestamp: '2026-04-22T10:30:00Z',
    correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    error: { code: fault.standardCode, message: first.message },
  });
  expect(reply.headers['content-type']).toBe('application/json');
  expect(reply.headers['www-authenticate']?.startsWith('Bearer ') ?? false).toBe(fault.step === 2);
  expect(reply.headers['retry-after']).toBe(fault.status === 429 ? '7' : undefined);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

const faultsAt = (path: CallbackPath): readonly Fault[] => faults.filter((fault) => (fault.path ?? path) === path);

/** What is the same at every path is tried in full at two; elsewhere one fault of every answer. */
function sampleAt(path: CallbackPath): readonly Fault[] {
  const at = faultsAt(path);
  if (path === 'on-search' || path === 'notify') return at;
  const first = [...Map.groupBy(at, ({ step, code }) => `${step} ${code}`).values()].flatMap((list) =>
    list.slice(0, 1),
  );
  return at.filter((fault) => fault.path === path || first.includes(fault));
}

describe.each(callbackPaths)('at %s', (path) => {
  const at = sampleAt(path);

  it('a correct callback is acknowledged', async () => {
    const { reply, world, before } = await run(correctPlan(path));
    expect(reply.status, reply.body).toBe(202);
    expect(await everything(world)).not.toBe(before);
  });

  it.each(at)('step $step: $name is answered $status $code, and nothing is stored', async (fault) => {
    const { reply, world, before } = await run(planWith(path, fault));
    expectRefusal(reply, fault);
    expect(await everything(world)).toBe(before);
    expect(await world.notifications.findMessage('crvs_main', 'x')).toBeUndefined();
    for (const text of [reply.body, world.logger.text()]) {
      for (const secret of [canary, TOKEN, OTHER_TOKEN]) expect(text.includes(secret), secret).toBe(false);
    }
    // The same transaction still takes the correct callback.
    if (fault.step !== 7 && fault.step !== 8) expect((await world.deliver(path)).status).toBe(202);
  });

  it.each(unwanted.filter((fault) => fault.path === path))(
    '$name is answered with NACK, and nothing is stored',
    async (fault) => {
      const plan = fault.apply(correctPlan(path));
      const { reply, world, before } = await run(plan);
      expect(reply.status, reply.body).toBe(200);
      expect(objectOf(bodyOf(reply)).message).toEqual({
        ack_status: 'NACK',
        timestamp: '2026-04-22T10:30:00Z',
        correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(await everything(world)).toBe(before);
      expect(reply.body).not.toContain(canary);
      expect(world.logger.text()).not.toContain(canary);
      const line = world.logger.lines().find(({ level }) => level === 'warn');
      expect(line).toMatchObject({ state: 'unwanted', sender_id: 'crvs.example.org', route: path, status: 200 });
    },
  );
});

describe.each(['on-search', 'notify'] as const)('the order of the checks at %s', (path) => {
  const at = faultsAt(path);
  const inStepSix = ['err.receiver_id.invalid', 'rjct.action.invalid', 'err.version.not_supported'];
  const isLater = (fault: Fault, earlier: Fault): boolean =>
    fault.step !== earlier.step
      ? fault.step > earlier.step
      : fault.step === 6 && inStepSix.indexOf(fault.code) > inStepSix.indexOf(earlier.code);
  // Each fault meets one of every later step, a different one each time.
  const pairs = at.flatMap((earlier, index) => {
    const later = at.filter((fault) => isLater(fault, earlier));
    const steps = Map.groupBy(later, ({ step, code }) => (step === 6 ? code : step));
    return [...steps.values()].map((list) => ({ earlier, later: list[index % list.length] ?? earlier }));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('two faults at once: step %s answers before every later one', async (step) => {
    const chosen = pairs.filter((pair) => pair.earlier.step === step);
    expect(chosen.length).toBeGreaterThan(0);
    for (const { earlier, later } of chosen) {
      const { reply } = await run(planWith(path, earlier, later));
      expect(reply.status, `${earlier.name}, ${later.name}: ${reply.body}`).toBe(earlier.status);
      expectRefusal(reply, earlier);
    }
  });
});

const createSources: NonNullable<WorldOptions['sources']> = (make) => [
  make(dataSource()),
  make(otherDataSource(), OTHER_TOKEN),
];

describe('who must show a bearer token', () => {
  const open = async (options: WorldOptions): Promise<World> => {
    const world = createWorld(options);
    await world.open();
    return world;
  };

  it('is each registry by itself: one that need not, is not asked, whatever it shows', async () => {
    for (const authorization of [undefined, 'Basic eDp5', 'Bearer unknown', `Bearer ${OTHER_TOKEN}`]) {
      const world = await open({
        sources: createSources,
      });
      expect((await world.deliver('on-search', {}, { authorization })).status, authorization).toBe(202);
    }
  });

  it('and another that must, is refused only after it is known which it is', async () => {
    const world = createWorld({ sources: createSources });
    const header = { sender_id: OTHER_ID };
    for (const [authorization, code] of [
      [undefined, 'err.auth.missing_header'],
      ['Basic eDp5', 'err.auth.invalid_format'],
      ['Bearer unknown', 'err.auth.invalid_token'],
    ] as const) {
      const reply = await world.deliver('on-search', { header }, { authorization });
      expect([reply.status, objectOf(bodyOf(reply)).errors]).toMatchObject([401, [{ code }]]);
      const broken = await world.receiver.receive({ path: 'on-search', body: new Uint8Array(), authorization });
      expect(broken.status).toBe(400);
    }
  });

  it('can be any of several tokens, and is none under the development switch', async () => {
    const sources: WorldOptions['sources'] = (make) => [make(dataSource(), 'first', TOKEN)];
    const world = await open({ sources });
    expect((await world.deliver('on-search', {}, { authorization: 'Bearer second' })).status).toBe(401);
    expect((await world.deliver('on-search', {}, { authorization: 'bearer   first' })).status).toBe(202);
    const bypassed = await open({ sources, development: { bypassBearer: true } });
    expect((await bypassed.deliver('on-search', {}, { authorization: undefined })).status).toBe(202);
  });
});
