import { type DciConfig, definePlugin } from 'dci-host';
import { createTestHost, type ManualClock, manualClock, runCommand, type TestHost } from 'dci-host/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotifiedEvent } from '../../callbacks/notifications.ts';
import type { HeldSubscription } from '../../callbacks/subscriptions.ts';
import { acknowledge, answerJson, replyWith, TOKEN } from '../../registry.fixtures.ts';
import type { DciClientPlugin } from '../client-plugin.ts';
import { type CommandWorld, startCommandWorld } from '../commands-beside.fixtures.ts';
import { createSqliteHeldSubscriptionStore } from '../stores/sqlite/held-subscription-store.ts';
import { createSqliteNotificationStore } from '../stores/sqlite/notification-store.ts';
import { isoTime, shortAge } from './list-input.ts';

const canary = 'CANARY-person-7e11';
let world: CommandWorld;
let clock: ManualClock;
/** The registry of the tests judges signatures by the real time. */
let start: number;
let client: DciClientPlugin;
let config: DciConfig;
let host: TestHost;
let isBroken = false;
const handled: string[] = [];

beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  start = Math.floor(Date.now() / 1000) * 1000;
  clock = manualClock(start);
  const dataDirectory = `${world.directory.path}/${crypto.randomUUID()}`;
  ({ client, config } = world.compose(
    {
      callbackBase: 'http://127.0.0.1:9/dci_api/v1',
      sources: [world.source('crvs_main', { retries: 0 }), world.source('other')],
      handlers: [
        {
          name: 'births',
          onEvent: async ({ id }) => {
            handled.push(id);
            if (isBroken) throw new TypeError(canary);
          },
        },
      ],
    },
    { dataDirectory },
  ));
  host = await createTestHost({ ...config, env: { TOKEN }, clock });
  handled.length = 0;
  isBroken = false;
});
afterEach(async () => {
  world.registry.behave({});
  await host.stop();
});

const dci = async (...argv: string[]) => {
  const result = await runCommand(argv, { config, clock, env: { TOKEN } });
  expect(`${result.stdout}${result.stderr}`).not.toContain(canary);
  return result;
};
// biome-ignore lint/suspicious/noExplicitAny: looked at by the tests
const json = async (...argv: string[]): Promise<any> => {
  const { code, stdout, stderr } = await dci(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};
const cells = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' | '));
const at = (seconds: number): string => isoTime(start + seconds * 1000);
const ask = async (source: string, handler?: string): Promise<string> => {
  const criteria = { queryType: 'idtype-value', query: { type: 'UIN', value: canary } } as const;
  const of = await client.client(source);
  return (await of.searchAsync([criteria, criteria], handler === undefined ? {} : { handler })).transactionId;
};

describe('dci requests', () => {
  it('lists requests with what became of them, newest first', async () => {
    expect((await dci('requests', 'list')).stdout).toBe('There is no such request.\n');
    world.registry.behave({ answer: acknowledge('c-1') });
    const open = await ask('crvs_main', 'births');
    world.registry.behave({ answer: answerJson(403, {}) });
    await expect(ask('other')).rejects.toMatchObject({ cause: { kind: 'refused' } });
    world.registry.behave({});
    const answered = await ask('crvs_main');
    clock.advance(8 * 86_400_000);
    const list = await json('requests', 'list');
    expect(list.map(({ source, state }: Record<string, string>) => [source, state])).toEqual([
      ['crvs_main', 'answered'],
      ['other', 'refused'],
      ['crvs_main', 'expired'],
    ]);
    expect(list[0]).toMatchObject({ transaction_id: answered, callbacks: 1, items: 2, age_seconds: 691_200 });
    expect(await json('requests', 'list', '--state', 'open')).toEqual([]);
    expect(await json('requests', 'list', '--state', 'expired', '--source', 'crvs_main')).toMatchObject([
      { transaction_id: open },
    ]);
    expect(await json('requests', 'list', '--action', 'subscribe')).toEqual([]);
    const limited = await dci('requests', 'list', '--limit', '1');
    expect([limited.code, limited.stderr]).toEqual([0, 'the newest 1; see more with --limit\n']);
    expect((await dci('requests', 'list', '--limit', '0')).code).toBe(2);
    expect((await dci('requests', 'list', '--state', 'done')).code).toBe(2);

    const { stdout, code } = await dci('requests', 'show', answered);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nCALLBACK +STATUS +FINAL +RECEIVED AT\n\S+ +succ +true +2/);
    expect(await json('requests', 'show', answered)).toMatchObject({
      state: 'answered',
      callbacks: [{ status: 'succ', final: true }],
    });
  });

  it('shows one', async () => {
    world.registry.behave({ answer: acknowledge('c-7') });
    const transactionId = await ask('crvs_main', 'births');
    clock.advance(3_723_000);
    expect(cells((await dci('requests', 'list')).stdout)).toEqual([
      'TRANSACTION ID | SOURCE | ACTION | STATE | CALLBACKS | AGE | EXPIRES',
      `${transactionId} | crvs_main | search | open | 0 | 1h | ${at(7 * 86_400)}`,
    ]);
    expect(await json('requests', 'show', transactionId)).toEqual({
      transaction_id: transactionId,
      source: 'crvs_main',
      action: 'search',
      state: 'open',
      message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlation_id: 'c-7',
      handler: 'births',
      items: 2,
      callbacks: [],
      opened_at: at(0),
      age_seconds: 3723,
      expires_at: at(7 * 86_400),
    });
    expect(await dci('requests', 'show', 'unknown')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no request of this transaction id\n',
    });
  });

  it('tells ages in one unit', () => {
    expect([-1, 0, 59.9, 60, 3_599, 3_600, 86_399, 86_400, 864_000].map(shortAge)).toEqual([
      ...['0s', '0s', '59s', '1m', '59m', '1h', '23h', '1d', '10d'],
    ]);
  });
});

const event = (id: string, members: Partial<NotifiedEvent> = {}): Omit<NotifiedEvent, 'evidence'> => ({
  ...{ source: 'crvs_main', id, subscriptionCode: 's1', referenceId: `r-${id}`, eventType: 'LiveBirth' },
  ...{ recordType: 'Person', records: [{ name: { surname: canary } }], warnings: [], ...members },
});
async function notify(source: string, ids: readonly string[], handler?: string, receipts = false): Promise<void> {
  const { database, sealer, jobs } = host.context;
  await createSqliteNotificationStore({ database, sealer, jobs: jobs.writer }).receive({
    ...{ source, messageId: `m-${ids[0]}`, digest: 'd', receivedAt: clock.now(), receipts },
    ...(handler !== undefined && { handler }),
    evidence: { verified: true, senderId: 'registry', header: {}, message: { text: canary } },
    events: ids.map((id) => event(id, { source })),
  });
}

describe('dci events', () => {
  it('lists events with what became of them, newest first, and shows one', async () => {
    expect((await dci('events', 'list')).stdout).toBe('There is no such event.\n');
    await notify('crvs_main', ['e1', 'e2'], 'births');
    await host.runJobs();
    isBroken = true;
    clock.advance(1_000);
    await notify('other', ['e3'], 'births');
    await notify('other', ['e4']);
    await host.runJobs();
    expect(cells((await dci('events', 'list')).stdout)).toEqual([
      'EVENT ID | SOURCE | EVENT | RECORD | STATE | HANDLER | ATTEMPTS | REASON | RECEIPT | RECEIVED',
      `e4 | other | LiveBirth | Person | received | 0 | none | ${at(1)}`,
      `e3 | other | LiveBirth | Person | error | births | 1 | TypeError | none | ${at(1)}`,
      `e2 | crvs_main | LiveBirth | Person | processed | births | 1 | none | ${at(0)}`,
      `e1 | crvs_main | LiveBirth | Person | processed | births | 1 | none | ${at(0)}`,
    ]);
    const ids = async (...words: string[]) =>
      (await json('events', 'list', ...words)).map((each: { event_id: string }) => each.event_id);
    expect(await ids('--state', 'error')).toEqual(['e3']);
    expect(await ids('--source', 'other')).toEqual(['e4', 'e3']);
    expect(await ids('--handler', 'births', '--limit', '2')).toEqual(['e3', 'e2']);
    expect(await ids('--reason', 'TypeError')).toEqual(['e3']);
    expect(await json('events', 'show', 'e3')).toEqual({
      event_id: 'e3',
      source: 'other',
      message_id: 'm-e3',
      event_type: 'LiveBirth',
      record_type: 'Person',
      subscription_code: 's1',
      reference_id: 'r-e3',
      state: 'error',
      handler: 'births',
      attempts: 1,
      reason: 'TypeError',
      receipt: 'none',
      received_at: at(1),
    });
    expect(cells((await dci('events', 'show', 'e3')).stdout)).toContain('subscription code | s1');
    expect(await dci('events', 'show', 'e9')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no event of this id\n',
    });
  });

  it('has those handled again that were given up, or that wait', async () => {
    isBroken = true;
    await notify('crvs_main', ['e1'], 'births');
    for (let round = 0; round < 21; round += 1) {
      await host.runJobs();
      clock.advance(300_000);
    }
    expect(handled).toHaveLength(20);
    await notify('crvs_main', ['e2'], 'births');
    await notify('other', ['e3'], 'births');
    await host.runJobs();
    isBroken = false;
    handled.length = 0;
    expect((await dci('events', 'retry')).stderr).toBe('error: say which events, or --all (err.request.bad)\n');
    expect(await dci('events', 'retry', 'e9')).toEqual({
      ...{ code: 1, stdout: 'events to be handled again: 0\n', stderr: '' },
    });
    await host.runJobs();
    expect(handled).toEqual([]);
    expect((await dci('events', 'retry', 'e1')).stdout).toBe('events to be handled again: 1\n');
    await host.runJobs();
    expect(handled).toEqual(['e1']);
    expect(await json('events', 'retry', '--reason', 'TypeError', '--source', 'crvs_main')).toEqual({ retried: 1 });
    await host.runJobs();
    expect(handled).toEqual(['e1', 'e2']);
    expect(await json('events', 'retry', '--all')).toEqual({ retried: 1 });
    await host.runJobs();
    expect(handled).toEqual(['e1', 'e2', 'e3']);
    expect((await dci('events', 'retry', '--all')).code).toBe(1);
    expect(await json('outbox', 'list')).toEqual([]);
  });

  it('has receipts sent again that were not; also when their job is gone', async () => {
    world.registry.behave({ answer: answerJson(403, {}) });
    await notify('crvs_main', ['e1'], 'births', true);
    for (let round = 0; round < 21; round += 1) {
      await host.runJobs();
      clock.advance(300_000);
    }
    expect(await json('events', 'show', 'e1')).toMatchObject({ state: 'processed', receipt: 'due' });
    expect(await json('outbox', 'list', '--state', 'dead')).toMatchObject([{ queue: 'dci-client/receipt' }]);
    clock.advance(1_000);
    expect((await dci('outbox', 'purge', '--dead', '--older-than', '0')).code).toBe(0);
    clock.set(Date.now());
    world.registry.behave({
      change: replyWith('on-receipt', () => ({
        receipt_response: [{ reference_id: 'r-e1', timestamp: '2026-04-22T10:30:00Z', status: 'succ' }],
      })),
    });
    handled.length = 0;
    expect(await json('events', 'retry', 'e1')).toEqual({ retried: 1 });
    await host.runJobs();
    expect(handled).toEqual([]);
    expect(await json('events', 'show', 'e1')).toMatchObject({ state: 'processed', receipt: 'sent' });
  });
});

describe('dci sources subscriptions', () => {
  const held: HeldSubscription = {
    ...{ code: 'SUB-1', source: 'crvs_main', transactionId: 't1', eventTypes: ['LiveBirth', 'Death'], state: 'active' },
    ...{ recordType: 'Person', handler: 'births', receipts: true, since: Date.parse('2026-04-22T10:00:00Z') },
    expiresAt: Date.parse('2027-04-22T10:00:00Z'),
  };
  const store = () => createSqliteHeldSubscriptionStore(host.context);
  const states = async () =>
    (await json('sources', 'subscriptions', 'list', '--ended')).map((each: Record<string, string>) => [
      each.code,
      each.state,
    ]);
  beforeEach(async () => {
    for (const each of [
      held,
      { ...held, code: 'SUB-2', source: 'other' },
      { ...held, code: 'SUB-3', state: 'ended' as const },
    ]) {
      await store().save(each);
    }
  });

  it('lists what this host holds', async () => {
    const { stdout } = await dci('sources', 'subscriptions', 'list', 'crvs_main');
    expect(cells(stdout)).toEqual([
      'SUBSCRIPTION | SOURCE | EVENTS | RECORDS | STATE | HANDLER | RECEIPTS | SINCE | EXPIRES',
      'SUB-1 | crvs_main | LiveBirth, Death | Person | active | births | yes | 2026-04-22T10:00:00Z | 2027-04-22T10:00:00Z',
    ]);
    expect(await states()).toEqual([
      ['SUB-3', 'ended'],
      ['SUB-2', 'active'],
      ['SUB-1', 'active'],
    ]);
    expect((await json('sources', 'subscriptions', 'list'))[1]).toEqual({
      code: 'SUB-1',
      source: 'crvs_main',
      state: 'active',
      event_types: ['LiveBirth', 'Death'],
      record_type: 'Person',
      handler: 'births',
      receipts: true,
      transaction_id: 't1',
      since: '2026-04-22T10:00:00Z',
      expires_at: '2027-04-22T10:00:00Z',
    });
    expect((await dci('sources', 'subscriptions', 'list', 'third')).stdout).toBe('There is no subscription.\n');
  });

  it('ends one, by asking the registry', async () => {
    clock.set(Date.now());
    const reply = (status: string, members = {}) => ({
      change: replyWith('on-unsubscribe', () => ({ status, ...members }), { status }),
    });
    world.registry.behave(reply('succ', { subscription_status: [{ code: 'SUB-1', status: 'unsubscribe' }] }));
    expect(await dci('sources', 'subscriptions', 'end', 'crvs_main', 'SUB-1')).toEqual({
      code: 0,
      stdout: 'subscription SUB-1 of crvs_main is ended\n',
      stderr: '',
    });
    expect(world.registry.requests.at(-1)?.message).toMatchObject({ subscription_codes: ['SUB-1'] });
    world.registry.behave(reply('rjct', { status_reason_code: 'rjct.subscription_code.invalid' }));
    expect(await dci('sources', 'subscriptions', 'end', 'other', 'SUB-2')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'the registry goes on with it: rjct.subscription_code.invalid\n',
    });
    expect(await dci('sources', 'subscriptions', 'end', 'crvs_main', 'SUB-9')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no such subscription\n',
    });
    expect((await dci('sources', 'subscriptions', 'end', 'crvs_main', 'SUB-1', '--wait', 'x')).code).toBe(2);
  });

  it('does not wait for ever for the answer, which comes to the host', async () => {
    world.registry.behave({ answer: acknowledge() });
    const { code, stdout } = await dci('sources', 'subscriptions', 'end', 'crvs_main', 'SUB-1', '--wait', '0');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^subscription SUB-1 of crvs_main is ending; the answer is still to come \([0-9a-f-]{36}\)\n$/,
    );
    expect(await states()).toContainEqual(['SUB-1', 'ending']);
    expect(await json('requests', 'list', '--action', 'unsubscribe')).toMatchObject([{ state: 'open' }]);
  });

  it('ends one here alone', async () => {
    world.registry.requests.length = 0;
    expect(await json('sources', 'subscriptions', 'end', 'other', 'SUB-2', '--only-here')).toEqual({
      ...{ code: 'SUB-2', source: 'other', state: 'ended' },
    });
    expect(world.registry.requests).toEqual([]);
  });

  it('keeps their source from being removed, unless forced', async () => {
    await world.dci(['sources', 'add', 'added', '--settings', '-'], {
      config,
      stdin: JSON.stringify(world.source('added')),
    });
    await store().save({ ...held, source: 'added' });
    expect(await dci('sources', 'remove', 'added')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: the data source added has 1 subscription: end them, or --force (err.state.conflict)\n',
    });
    expect(await dci('sources', 'remove', 'added', '--force')).toEqual({
      ...{ code: 0, stdout: 'data source added removed\n', stderr: '' },
    });
  });
});

it('every command has help, in a group of its own', async () => {
  const plugin = definePlugin({ name: 'none', setup: () => ({}) });
  for (const [group, commands] of Object.entries({
    requests: ['list', 'show'],
    events: ['list', 'show', 'retry'],
    'sources subscriptions': ['list', 'end'],
  })) {
    const help = await dci(...group.split(' '), '--help');
    expect(help.code).toBe(0);
    for (const command of commands) {
      const { code, stdout } = await dci(...group.split(' '), command, '--help');
      expect([code, stdout.startsWith(`Usage: dci ${group} ${command} `)], `${group} ${command}`).toEqual([0, true]);
      expect(help.stdout).toContain(`  ${command} `);
    }
    const without = await runCommand([...group.split(' '), 'list'], { config: { ...config, plugins: [plugin] } });
    expect(without.code).toBe(2);
  }
});
