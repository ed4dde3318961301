import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { publicKeyOf, writeJson } from 'dci-core';
import { type ManualClock, manualClock, temporaryDirectory } from 'dci-host/testing';
import { expect, it } from 'vitest';
import type { CallbackPath } from '../../../callbacks/callback-kind.ts';
import {
  dataSource,
  keys,
  messages,
  newTransaction,
  notifyEvent,
  OWN_ID,
  REGISTRY_ID,
  signed,
  startTime,
} from '../../../callbacks/callback-world.fixtures.ts';
import type { HeldSubscription } from '../../../callbacks/subscriptions.ts';
import { type CallbackHost, type CallbackHostOptions, startCallbackHost } from './callback-host.fixtures.ts';

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

const start = (
  dataDirectory: string,
  clock: ManualClock = manualClock(startTime),
  options: Partial<CallbackHostOptions> = {},
): Promise<CallbackHost> => startCallbackHost({ dataDirectory, clock, dataSource: dataSource(), ...options });

const deliver = async ({ receiver }: CallbackHost, path: CallbackPath, text: string) =>
  receiver.receive({ path, body: new TextEncoder().encode(text) });

it('a host that is restarted goes on where it ended: handlers, receipts, ACKs', async () => {
  using directory = temporaryDirectory();
  const search = await signed('on-search', { header: { message_id: 'm1' } });
  const notification = await signed('notify', { header: { message_id: 'm2' } });
  let first: string;
  {
    await using side = await start(directory.path);
    await side.transactions.open(newTransaction());
    await side.subscriptions.save(held);
    first = (await deliver(side, 'on-search', search)).body;
    expect((await deliver(side, 'notify', notification)).status).toBe(202);
  }
  const done: string[] = [];
  let isBroken = true;
  const clock = manualClock(startTime + 60_000);
  const options: Partial<CallbackHostOptions> = {
    handlers: [
      {
        name: 'births',
        onSearchResult: async ({ transactionId, outcomes }) => void done.push(`${transactionId} ${outcomes.length}`),
        onEvent: async ({ referenceId, records }, { attempt }) => {
          done.push(`${referenceId} ${records.length} attempt ${attempt}`);
          if (isBroken) throw new Error('not now');
        },
      },
    ],
    receipts: async ({ referenceId, subscriptionCode }) => void done.push(`receipt ${referenceId} ${subscriptionCode}`),
  };
  {
    await using side = await start(directory.path, clock, options);
    const again = await deliver(side, 'on-search', search);
    expect([again.status, again.body]).toEqual([202, first]);
    await side.host.runJobs();
    expect(done.toSorted()).toEqual(['e1 1 attempt 1', 't-search 1']);
    expect(await side.notifications.list('error', 9)).toMatchObject([{ attempts: 1, receiptSent: false }]);
  }
  isBroken = false;
  clock.advance(600_000);
  await using side = await start(directory.path, clock, options);
  await side.host.runJobs();
  expect(done.slice(2)).toEqual(['e1 1 attempt 2', 'receipt e1 s1']);
  expect(await side.notifications.list('processed', 9)).toMatchObject([{ attempts: 2, receiptSent: true }]);
  await side.host.runJobs();
  expect(done).toHaveLength(4);
});

it('a hundred identical callbacks at once are one row, one job, one ACK', async () => {
  using directory = temporaryDirectory();
  await using side = await start(directory.path);
  await side.transactions.open(newTransaction());
  const text = await signed('on-search');
  const replies = await Promise.all(Array.from({ length: 100 }, () => deliver(side, 'on-search', text)));
  expect(new Set(replies.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  expect(countOf(side, 'dci_client_callback')).toBe(1);
  expect(jobsOf(side)).toEqual([{ queue: 'dci-client/answer', key: 't-search', payload: '{"id":"t-search"}' }]);
});

it('a commit that fails leaves nothing: no callback, no subscription, no job, no ACK', async () => {
  using directory = temporaryDirectory();
  await using side = await start(directory.path);
  const { durable } = side.host.context.database;
  await side.transactions.open(newTransaction());
  await side.transactions.open(newTransaction({ action: 'subscribe' }));
  await side.subscriptions.save(held);
  durable.exec(`CREATE TRIGGER full BEFORE INSERT ON dci_client_callback BEGIN SELECT RAISE(ABORT, 'disk'); END;
    CREATE TRIGGER full_event BEFORE INSERT ON dci_client_event BEGIN SELECT RAISE(ABORT, 'disk'); END`);
  const texts = {
    'on-search': await signed('on-search'),
    'on-subscribe': await signed('on-subscribe'),
    notify: await signed('notify'),
  };
  for (const path of ['on-search', 'on-subscribe', 'notify'] as const) {
    const reply = await deliver(side, path, texts[path]);
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '30']);
  }
  for (const table of ['callback', 'notification', 'event']) expect(countOf(side, `dci_client_${table}`)).toBe(0);
  expect(countOf(side, 'dci_client_subscription')).toBe(1);
  expect(jobsOf(side)).toEqual([]);
  durable.exec('DROP TRIGGER full; DROP TRIGGER full_event');
  for (const path of ['on-search', 'on-subscribe', 'notify'] as const) {
    expect((await deliver(side, path, texts[path])).status).toBe(202);
  }
  expect(countOf(side, 'dci_client_subscription')).toBe(2);
  expect(jobsOf(side)).toHaveLength(2);
});

function countOf(side: CallbackHost, table: string): number {
  return Number(side.host.context.database.durable.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}

function jobsOf(side: CallbackHost): unknown[] {
  return side.host.context.database.durable
    .prepare("SELECT queue, key, payload FROM dci_host_outbox WHERE queue LIKE 'dci-client/%' ORDER BY queue, key")
    .all();
}

it('a host that is killed has everything that it acknowledged, once', async () => {
  using directory = temporaryDirectory();
  const count = 24;
  const data = join(directory.path, 'data');
  const bodies: { readonly path: CallbackPath; readonly text: string }[] = [];
  {
    await using side = await start(data);
    await side.subscriptions.save(held);
    for (let index = 0; index < count; index += 2) {
      const transactionId = `t${index}`;
      await side.transactions.open(newTransaction({ transactionId }));
      const message = { ...messages['on-search'], transaction_id: transactionId };
      bodies.push({
        path: 'on-search',
        text: await signed('on-search', { header: { message_id: transactionId }, message }),
      });
      const notify_event = [notifyEvent({ reference_id: `e${index + 1}` })];
      const header = { message_id: `n${index + 1}` };
      bodies.push({
        path: 'notify',
        text: await signed('notify', { header, message: { subscription_code: 's1', notify_event } }),
      });
    }
  }
  const plan = {
    ...{ now: startTime, ownId: OWN_ID, registryId: REGISTRY_ID, bodies },
    registryKey: { ...publicKeyOf(keys.registry.privateKey).jwk },
    ownKey: { ...keys.other.privateKey.jwk },
  };
  writeFileSync(join(directory.path, 'plan.json'), writeJson(plan));

  const killAfter = 9;
  const acknowledged = await runUntilKilled(directory.path, killAfter);
  expect(acknowledged).toHaveLength(killAfter);
  await using side = await start(data);
  const stored = (): unknown[] =>
    side.host.context.database.durable
      .prepare('SELECT message_id FROM dci_client_callback UNION ALL SELECT message_id FROM dci_client_notification')
      .pluck()
      .all();
  // Some were stored when the kill came, and had no ACK yet.
  expect(stored().length).toBeGreaterThan(killAfter);
  expect(stored().length).toBeLessThan(count);
  for (const index of acknowledged) expect(stored()).toContain(index % 2 === 0 ? `t${index}` : `n${index}`);
  // Whatever is stored has its work, and nothing else has.
  expect(jobsOf(side)).toHaveLength(stored().length);
  for (const { path, text } of bodies) expect((await deliver(side, path, text)).status).toBe(202);
  expect(stored()).toHaveLength(count);
  expect(jobsOf(side)).toHaveLength(count);
  expect(countOf(side, 'dci_client_event')).toBe(count / 2);
});

/** @returns the indexes of what the program said to have acknowledged before it died */
function runUntilKilled(directory: string, killAfter: number): Promise<readonly number[]> {
  const program = fileURLToPath(new URL('crash-program.fixtures.ts', import.meta.url));
  const child = spawn(process.execPath, [
    '--conditions=dci-source',
    '--no-warnings',
    program,
    directory,
    String(killAfter),
  ]);
  let output = '';
  let faults = '';
  const told = (): readonly number[] => [...output.matchAll(/^202 (\d+)$/gm)].map(([, index]) => Number(index));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    faults += text;
  });
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      if (told().length === 0 || /^(?!202)\d{3} /m.test(output)) reject(new Error(`${output}${faults}`));
      else resolve(told());
    });
  });
}
