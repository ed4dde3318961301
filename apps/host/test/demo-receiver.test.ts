import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from 'dci-core';
import { type CommandResult, deterministicRandom, runCommand, silentLogger } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../dci.config.ts';
import { createDemoRegistries, demoRegistryTypes } from '../demo/registries.ts';
import { type DemoHost, dci, startDci, startDemoHost, temporaryDirectory } from './demo-host.fixtures.ts';

const directory = temporaryDirectory();
const data = ['--data', directory.path];
let host: DemoHost;

/** A smaller country, so that the host needs not make 10,000 people first. */
async function fillRegistries(dataDirectory: string): Promise<void> {
  const registries = createDemoRegistries({ persons: 1200, output: { write: () => undefined } });
  const surroundings = {
    config: { dataDirectory },
    clock: { now: () => Date.now() },
    logger: silentLogger,
    random: deterministicRandom('demo-receiver'),
  };
  for (const { name } of demoRegistryTypes) await (await registries.store(name, surroundings)).close();
}

beforeAll(async () => {
  await fillRegistries(directory.path);
  host = await startDemoHost(directory.path);
});
afterAll(async () => {
  await host.stop();
  directory.remove();
});

/** Runs a command in this process, beside the host, which is one of its own. */
function command(...words: readonly string[]): Promise<CommandResult> {
  return runCommand([...words, ...data], { config });
}

async function activeSubscriptions(): Promise<readonly JsonObject[]> {
  const { code, stdout, stderr } = await command('subscriptions', 'list', '--state', 'active', '--json');
  expect([code, stderr]).toEqual([0, '']);
  const listed: unknown = JSON.parse(stdout);
  if (!Array.isArray(listed)) throw new Error(`not a list: ${stdout}`);
  return listed as readonly JsonObject[];
}

/** The steps of a receiver with `--json`. */
function stepsOf(stdout: string): readonly JsonObject[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
}

const find = (steps: readonly JsonObject[], name: string): JsonObject =>
  steps.find(({ step }) => step === name) ?? { step: `no ${name}` };

describe('the receiver of the welcome', () => {
  const uuid = '[0-9a-f]{8}-[0-9a-f-]{27}';
  const signature = String.raw`signature valid \(registry\.demo\.example, key \S+, ed25519\)`;

  it('shows every step when its command is pasted', async () => {
    const pasted = /^ {2}npm run -s dci -- (demo receiver .*)$/m.exec(host.output())?.[1];
    const { code, stdout, stderr } = await dci(pasted?.split(' ') ?? []);
    expect([code, stderr], stdout).toEqual([0, '']);
    const lines = [
      String.raw`\* receiver +http://127\.0\.0\.1:\d+/callback of mis\.demo\.example, called by ${host.url}`,
      String.raw`→ search +Person in social, where person\.sex == "female"`,
      `← 202 ACK +correlation id ${uuid}`,
      `← on-search +${signature}`,
      'the correlation id is that of the ACK',
      '3 of [0-9]+ records',
      String.raw`UIN \d+ .* female `,
      'A subscription',
      String.raw`→ subscribe +REGISTER of Person in social, where person\.sex == "female"`,
      `← 202 ACK +correlation id ${uuid}`,
      `← on-subscribe +${signature}`,
      'the correlation id is that of the ACK',
      'subscription SUB-[0-9a-f]+, until ',
      String.raw`\* member +UIN \d+ .* male `,
      'does not pass the filter',
      String.raw`\* member +UIN (?<wanted>\d+) .* female `,
      'passes the filter',
      `← notify +${signature}`,
      'subscription SUB-',
      String.raw`REGISTER: UIN \k<wanted> .* female `,
      `→ receipt +event ${uuid}`,
      `← on-receipt +${signature}`,
      'receipts: succ',
      'Of the first event nothing was told',
      '→ unsubscribe +subscription SUB-',
      `← 202 ACK +correlation id ${uuid}`,
      `← on-unsubscribe +${signature}`,
      'subscription SUB-[0-9a-f]+: succ, unsubscribe',
      'Every signature was verified',
    ];
    expect(stdout).toMatch(new RegExp(lines.join(String.raw`[^\n]*\n[\s\S]*?`)));
    expect(stdout.match(/← notify/g)).toHaveLength(1);
    expect(await activeSubscriptions()).toEqual([]);
  });

  it.each([
    ['crvs', 'LiveBirth', 'birth'],
    ['ibr', 'BENEFIT_DISBURSEMENT', 'payment'],
    ['dr', 'UPDATE', 'assessment'],
    ['fr', 'UPDATE', 'farm'],
  ])('tells programs the same, of %s %s', async (registry, event, kind) => {
    const { code, stdout, stderr } = await command(
      ...['demo', 'receiver', '--json', '--registry', registry, '--event', event, '--filter', 'person.sex == "male"'],
    );
    expect([code, stderr], stdout).toEqual([0, '']);
    const steps = stepsOf(stdout);
    expect(steps.map(({ step }) => step)).toEqual([
      'receiver',
      ...['search.sent', 'search.ack', 'on-search'],
      ...['subscribe.sent', 'subscribe.ack', 'on-subscribe'],
      ...['event', 'event', 'notify', 'receipt.sent', 'receipt.answer'],
      ...['unsubscribe.sent', 'unsubscribe.ack', 'on-unsubscribe'],
    ]);
    for (const action of ['search', 'subscribe', 'unsubscribe']) {
      const callback = find(steps, `on-${action}`);
      expect(callback.correlation_id).toBe(find(steps, `${action}.ack`).correlation_id);
      expect([callback.signature, callback.status]).toEqual(['valid', 'succ']);
    }
    const [unwanted, wanted] = steps.filter(({ step }) => step === 'event');
    expect([unwanted?.kind, unwanted?.passes, wanted?.kind, wanted?.passes]).toEqual([kind, false, kind, true]);
    const notified = JSON.stringify(find(steps, 'notify').message);
    expect(notified).toContain(JSON.stringify(wanted?.identifier_value));
    expect(notified).not.toContain(JSON.stringify(unwanted?.identifier_value));
    expect(find(steps, 'receipt.answer').statuses).toEqual(['succ']);
  });
});

describe('dci demo receiver', () => {
  it('goes on with --keep, hears of dci demo event, and unsubscribes after Ctrl-C', async () => {
    const receiver = startDci(['demo', 'receiver', '--keep', '--filter', '', ...data]);
    await receiver.printed('Waiting for notifications until Ctrl-C');
    expect(await activeSubscriptions()).toHaveLength(1);
    const { code, stdout } = await command('demo', 'event', '--json');
    expect(code).toBe(0);
    const [event] = stepsOf(stdout);
    const changes = Array.isArray(event?.changes) ? (event.changes as readonly JsonObject[]) : [];
    const registered = changes.find(({ recordType }) => recordType === 'Person')?.identifier;
    const uin = isJsonObject(registered) ? String(registered.value) : '';
    await receiver.printed(`REGISTER: UIN ${uin} `);
    expect(await receiver.stop('SIGINT'), receiver.output()).toBe(0);
    expect(receiver.output()).toContain(': succ, unsubscribe');
    expect(await activeSubscriptions()).toEqual([]);
  });

  it('ends what an earlier receiver left behind', async () => {
    const killed = startDci(['demo', 'receiver', '--keep', ...data]);
    await killed.printed('Waiting for notifications until Ctrl-C');
    expect(await killed.stop('SIGKILL')).toBe(null);
    const notes = join(directory.path, 'demo', 'receivers');
    mkdirSync(notes, { recursive: true });
    // No process has this number; its subscription is none that the host knows.
    writeFileSync(join(notes, '99999999.json'), JSON.stringify({ registry: 'social', code: 'SUB-unknown' }));
    const { code, stdout, stderr } = await command('demo', 'receiver');
    expect([code, stderr], stdout).toEqual([0, '']);
    expect(stdout).toContain('What an earlier receiver left behind');
    expect(await activeSubscriptions()).toEqual([]);
    expect(readdirSync(notes)).toEqual([]);
  });

  it('leaves a receiver alone that is still there', async () => {
    const running = startDci(['demo', 'receiver', '--keep', ...data]);
    await running.printed('Waiting for notifications until Ctrl-C');
    const second = await command('demo', 'receiver');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('give another --filter');
    expect(await activeSubscriptions()).toHaveLength(1);
    expect(await running.stop('SIGTERM')).toBe(0);
  });

  it('ends its subscription when no event can pass the filter', async () => {
    const { code, stderr } = await command('demo', 'receiver', '--filter', 'person.age >= 80');
    expect([code, stderr]).toEqual([1, expect.stringContaining('give another --filter')]);
    expect(await activeSubscriptions()).toEqual([]);
  });

  it.each([
    [['--event', 'DELETE'], 'REGISTER, NewHouseHoldMember, UPDATE'],
    [['--filter', 'shoe_size == 42'], 'rjct.filter.invalid'],
    [['--timeout', '0'], '--timeout'],
    [['--registry', 'ess'], 'crvs'],
  ])('refuses %j before it does anything', async (options, said) => {
    const { code, stdout, stderr } = await command('demo', 'receiver', ...options);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
  });
});

describe('a demo that is not running', () => {
  it('is told from one that was never started', async () => {
    const other = temporaryDirectory();
    for (const name of ['receiver', 'event']) {
      const { code, stderr } = await runCommand(['demo', name, '--data', other.path], { config });
      expect([code, stderr]).toEqual([2, expect.stringContaining('npm start')]);
    }
    other.remove();
    await host.stop();
    const { code, stdout } = await command('demo', 'receiver', '--json');
    expect(code).toBe(1);
    expect(stepsOf(stdout).at(-1)).toEqual({
      step: 'failed',
      error: { code: 'err.service.unavailable', message: expect.stringContaining('is it running?') },
    });
  });

  it('gives the sender of an older demo what this one grants', async () => {
    const policy = join(directory.path, 'old-policy.json');
    writeFileSync(policy, JSON.stringify({ registries: { social: { actions: ['search'], recordTypes: {} } } }));
    expect((await command('senders', 'policy', 'mis.demo.example', '--policy', policy)).code).toBe(0);
    host = await startDemoHost(directory.path);
    const shown = await command('senders', 'show', 'mis.demo.example', '--json');
    const sender = JSON.parse(shown.stdout) as { readonly policy: { readonly registries: JsonObject } };
    expect(Object.keys(sender.policy.registries)).toEqual(demoRegistryTypes.map(({ name }) => name));
    expect(sender.policy.registries.ibr).toMatchObject({
      actions: ['search', 'subscribe', 'enrolled', 'enrollment-updates'],
      events: ['*'],
    });
  });
});
