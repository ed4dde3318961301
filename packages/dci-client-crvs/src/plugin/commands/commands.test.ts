import type { DciClient } from 'dci-client';
import { DciError, type JsonValue } from 'dci-core';
import { createTestHost, manualClock, runCommand, type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientDouble, clientOf, evidence, lucia, luciaWith, NOW, notified, resultOf } from '../../client.fixtures.ts';
import { type CrvsOptions, crvs } from '../../plugin.ts';
import type { EventPreview } from '../../sink/event-sink.ts';
import { notingSink } from '../../sink/sink.fixtures.ts';
import { clientPluginDouble } from '../host.fixtures.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const clock = manualClock(NOW);

function setUp(client: DciClient, options: Partial<CrvsOptions> = {}) {
  const dciClient = clientPluginDouble(client);
  const sink = notingSink();
  const plugin = crvs({ client: dciClient, source: 'crvs_main', sink, ...options });
  const config = { senderId: 'mis.example.org', dataDirectory: directory.path, plugins: [dciClient, plugin] };
  const run = (...argv: readonly string[]) => runCommand(['crvs', ...argv], { config, clock });
  const json = async (...argv: readonly string[]) => {
    const { code, stdout } = await run(...argv, '--json');
    return { code, value: JSON.parse(stdout) };
  };
  const host = () => createTestHost({ ...config, clock });
  const tell = async (type: string, record: JsonValue, id = 'n-1'): Promise<void> => {
    await dciClient.handlers.at(-1)?.onEvent?.(notified(type, [record], { id }), {
      ...{ signal: new AbortController().signal, attempt: 1 },
    });
  };
  return { run, json, host, tell, sink, plugin };
}

const failing = (cause: object, code: 'err.request.timeout' | 'err.request.forbidden' | 'err.signature.invalid') =>
  clientDouble({
    searchById: () => {
      throw new DciError(code, 'It failed.', { cause });
    },
  });

describe('dci crvs verify-birth', () => {
  it('shows what the registry says, field by field', async () => {
    const { run } = setUp(clientOf(lucia));
    const { code, stdout } = await run('verify-birth', 'UIN:1234567897', '--name', 'Nunez Lucia', '--sex', 'F');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^verified\n/);
    expect(stdout).toMatch(/birth_date +1990-05-17/);
    expect(stdout).toMatch(/name +Lucía María Núñez +partial/);
    expect(stdout).toMatch(/sex +female +match/);
    expect(stdout).toContain('crvs_main: signature valid (crvs.example.org, key key1, ed25519)');
  });

  it('prints one JSON document', async () => {
    const { json } = setUp(clientOf(lucia));
    const { code, value } = await json(
      ...['verify-birth', 'UIN:1234567897', '--birth-date', '1990-05-18', '--parent', 'UIN:900'],
    );
    expect(code).toBe(1);
    expect(value).toMatchObject({
      status: 'mismatch',
      birth: { birth_date: '1990-05-17', brn: 'B-1990-17', name: { surname: 'Núñez' } },
      fields: { birth_date: 'mismatch', parents: 'match' },
      mismatched: ['birth_date'],
      provenance: { source: 'crvs_main', asked_at: '2026-04-22T10:30:00Z', verified: true },
    });
  });

  it.each<[string, readonly JsonValue[], string]>([
    ['nobody', [], 'not found: the registry does not know the person'],
    ['no birth date', [luciaWith({ birth_date: '' })], 'no birth date is recorded'],
    ['several people', [lucia, luciaWith({ sex: 'male' })], 'ambiguous'],
  ])('answers no with %s', async (_, records, text) => {
    const { code, stdout } = await setUp(clientOf(...records)).run('verify-birth', 'UIN:1234567897');
    expect([code, stdout.includes(text)]).toEqual([1, true]);
  });

  it.each<[string, DciClient, number, string]>([
    ['time that is over', failing({ kind: 'timeout', seconds: 30 }, 'err.request.timeout'), 2, 'timeout: It failed.'],
    [
      'a refusal',
      failing({ kind: 'refused', status: 403, peerCode: 'x', peerMessage: 'no' }, 'err.request.forbidden'),
      1,
      'the registry says: x: no',
    ],
    [
      'a wrong signature',
      failing({ kind: 'signature', reason: 'bad_signature' }, 'err.signature.invalid'),
      1,
      'signature: It failed.',
    ],
  ])('says why there is no answer: %s', async (_, client, expected, text) => {
    const { code, stderr } = await setUp(client).run('verify-birth', 'UIN:1234567897');
    expect([code, stderr]).toEqual([expected, expect.stringContaining(text)]);
    expect((await setUp(client).json('verify-birth', 'UIN:1')).value).toMatchObject({
      error: { message: 'It failed.' },
    });
  });

  it.each([
    [['UIN'], 'type and value'],
    [['UIN:1', '--birth-date', 'x'], 'birthDate'],
    [['UIN:1', '--source', 'other'], 'other'],
  ])('takes no bad input: %j', async (argv, text) => {
    const { code, stderr } = await setUp(clientOf(lucia)).run('verify-birth', ...argv);
    expect([code, stderr.includes(text)]).toEqual([2, true]);
  });
});

describe('dci crvs check-death', () => {
  it.each<[string, readonly JsonValue[], number, string]>([
    [
      'recorded',
      [luciaWith({ death_date: '2024-12-24', death_place: { name: 'Hospital' } })],
      0,
      'died 2024-12-24 at Hospital',
    ],
    ['not_recorded', [lucia], 1, 'does not mean that the person lives'],
    ['person_unknown', [], 1, 'does not mean that the person lives'],
    ['ambiguous', [luciaWith({ death_date: 'x' })], 1, 'unreadable_date'],
  ])('answers %s', async (status, records, expected, text) => {
    const { run, json } = setUp(clientOf(...records));
    const { code, stdout } = await run('check-death', 'UIN:1234567897');
    expect([code, stdout.includes(text)]).toEqual([expected, true]);
    expect((await json('check-death', 'UIN:1234567897')).value).toMatchObject({ status });
  });
});

describe('dci crvs marriage', () => {
  it.each<[string, readonly JsonValue[], number, string]>([
    [
      'known',
      [
        luciaWith({
          marriage_date: '2010-06-01',
          spouse_identifier: { identifier_type: 'UIN', identifier_value: '5' },
        }),
      ],
      0,
      'M (Married) since 2010-06-01',
    ],
    ['unknown', [lucia], 1, 'says nothing'],
    ['person_unknown', [], 1, 'does not know'],
    ['ambiguous', [lucia, luciaWith({ sex: 'male' })], 1, 'several'],
  ])('answers %s', async (status, records, expected, text) => {
    const { run, json } = setUp(clientOf(...records));
    const { code, stdout } = await run('marriage', 'UIN:1234567897');
    expect([code, stdout.includes(text)]).toEqual([expected, true]);
    expect((await json('marriage', 'UIN:1234567897')).value).toMatchObject({ status });
  });
});

describe('dci crvs events', () => {
  const pages = () =>
    clientDouble({
      searchByDateRange: (_, __, { page }) =>
        resultOf([luciaWith({ birth_date: `1990-05-0${page?.number ?? 1}` })], {
          totalCount: 2,
          ...((page?.number ?? 1) < 2 && { next: { number: 2 } }),
        }),
    });
  const days = ['--type', 'birth', '--from', '1990-05-01', '--to', '1990-05-31'];

  it('lists a page, and says how to go on', async () => {
    const { code, stdout } = await setUp(pages()).run('events', ...days, '--page-size', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/1990-05-01 +LiveBirth +B-1990-17 +Lucía María Núñez +UIN:1234567897, BRN:B-1990-17/);
    expect(stdout).toContain('1 event of 2 records\nnext page: the same with --page 2');
  });

  it('lists all pages', async () => {
    const { code, value } = await setUp(pages()).json('events', ...days, '--all');
    expect([code, value.total_count, value.events.length]).toEqual([0, 2, 2]);
    expect(value.events[1]).toMatchObject({ event_type: 'LiveBirth', date: '1990-05-02', record: { sex: 'female' } });
  });

  it('answers no where nothing happened, and takes no bad input', async () => {
    const { run } = setUp(clientDouble({ searchByDateRange: () => resultOf([]) }));
    expect(await run('events', ...days)).toMatchObject({ code: 1, stdout: '0 events of 0 records\n' });
    expect((await run('events', '--type', 'Adoption', '--from', '1990-05-01', '--to', '1990-05-31')).code).toBe(2);
    expect((await run('events', ...days, '--page', '0')).code).toBe(2);
  });
});

describe('dci crvs subscribe and unsubscribe', () => {
  it('subscribe, and show the codes', async () => {
    const client = clientDouble({
      subscribe: () => ({ outcomes: [{ status: 'succ', referenceId: 'r', codes: ['SUB-1'] }], evidence }),
    });
    const { run, json } = setUp(client);
    expect(await run('subscribe', 'birth', 'Death', '--filter', '{"seq":[]}')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('SUB-1'),
    });
    expect(client.asked[0]?.arguments[0]).toMatchObject([
      { eventTypes: 'LiveBirth', filter: { seq: [] }, filterType: 'expression' },
      { eventTypes: 'Death' },
    ]);
    expect((await json('subscribe', 'Death')).value).toMatchObject({ subscriptions: [{ codes: ['SUB-1'] }] });
    expect((await run('subscribe', 'moon')).code).toBe(2);
    expect((await run('subscribe', 'Death', '--filter', '[]')).code).toBe(2);
  });

  it('says that the registry rejects', async () => {
    const rejected = { status: 'rjct', referenceId: 'r', codes: [], code: 'rjct.event.already_subscribed' } as const;
    const { run } = setUp(clientDouble({ subscribe: () => ({ outcomes: [rejected], evidence }) }));
    expect(await run('subscribe', 'Death')).toMatchObject({ code: 1, stdout: expect.stringContaining('already') });
  });

  it('say so when the answer is still to come', async () => {
    const open = {
      ...clientDouble({}),
      unsubscribe: async () => ({
        transactionId: 't-9',
        state: async () => 'open' as const,
        result: () => new Promise<never>(() => undefined),
      }),
    };
    let now = NOW;
    const moving = { now: () => (now += 60_000) };
    const plugin = clientPluginDouble(open);
    const config = {
      ...{ senderId: 'mis.example.org', dataDirectory: directory.path },
      plugins: [plugin, crvs({ client: plugin, source: 'crvs_main' })],
    };
    const { code, stdout } = await runCommand(['crvs', 'unsubscribe', 'SUB-1', '--wait', '60'], {
      config,
      clock: moving,
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining('t-9')]);
  });

  it('end subscriptions', async () => {
    const client = clientDouble({ unsubscribe: () => ({ status: 'succ', subscriptions: [{ code: 'a' }], evidence }) });
    const { run, json } = setUp(client);
    expect(await run('unsubscribe', 'a', 'b')).toMatchObject({ code: 0, stdout: 'ended\n' });
    expect(client.asked[0]?.arguments).toEqual([['a', 'b']]);
    expect((await json('unsubscribe', 'a')).value).toMatchObject({ status: 'succ', subscriptions: [{ code: 'a' }] });
  });
});

describe('dci crvs log', () => {
  const dead = luciaWith({ death_date: '2024-12-24' });

  it('lists, shows and retries', async () => {
    const { run, json, host, tell, sink } = setUp(clientOf());
    const running = await host();
    sink.answer(() => ({ outcome: 'conflict', fields: ['death_date'] }));
    await tell('Death', dead);
    await running.runJobs();
    sink.answer(() => 'unknown_person');
    await tell('BIRTH', lucia);
    await running.runJobs();

    const list = await run('log', 'list');
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/LiveBirth +crvs_main +processed +unknown_person/);
    expect(list.stdout).toMatch(/Death +crvs_main +error +conflict +conflict \(death_date\)/);
    expect(list.stdout).toContain('in all: 0 received, 0 processing, 1 processed, 1 error');
    expect(list.stdout).not.toMatch(/Núñez|1990|2024-12-24|1234567897/);
    const errors = await json('log', 'list', '--state', 'error', '--type', 'Death', '--reason', 'conflict');
    expect(errors.value.events).toHaveLength(1);
    const { id } = errors.value.events[0];

    expect((await run('log', 'show', id)).stdout).not.toMatch(/Núñez|2024-12-24|1234567897/);
    expect((await json('log', 'show', id, '--record')).value).toMatchObject({
      ...{ id, state: 'error', date: '2024-12-24', name: 'Lucía María Núñez' },
      ...{ identifiers: ['UIN:1234567897', 'BRN:B-1990-17'], notification: { id: 'n-1' } },
      record: { death_date: '2024-12-24' },
    });
    expect(await run('log', 'show', 'other')).toMatchObject({ code: 1, stderr: expect.stringContaining('no event') });
    expect((await run('log', 'show', id, '--preview')).code).toBe(1);

    expect((await run('log', 'retry')).code).toBe(2);
    expect(await run('log', 'retry', '--reason', 'other')).toMatchObject({ code: 1 });
    expect(await json('log', 'retry', id)).toEqual({ code: 0, value: { retried: [id] } });
    expect(await run('log', 'retry', '--unknown-person')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(': 1'),
    });
    sink.answer(() => 'applied');
    await running.runJobs();
    expect((await json('log', 'list')).value.counts).toEqual({ received: 0, processing: 0, processed: 2, error: 0 });
    expect((await run('log', 'retry', '--all')).code).toBe(1);
    await running.stop();
  });

  it('shows beforehand what would change here', async () => {
    const preview: EventPreview = {
      outcome: 'conflict',
      changes: [{ field: 'brn', local: null, registry: 'B-1990-17' }],
      conflicts: [{ field: 'birth_date', local: '1989-01-01', registry: '1990-05-17' }],
    };
    const sink = { ...notingSink(), preview: async () => preview };
    const { run, json, host, tell } = setUp(clientOf(), { sink });
    const running = await host();
    await tell('BIRTH', lucia);
    const { id } = (await json('log', 'list')).value.events[0];
    const { code, stdout } = await run('log', 'show', id, '--preview');
    expect(code).toBe(0);
    expect(stdout).toContain('applying it would come to: conflict');
    expect(stdout).toMatch(/change +brn +B-1990-17/);
    expect(stdout).toMatch(/conflict +birth_date +1989-01-01 +1990-05-17/);
    expect((await json('log', 'show', id, '--preview')).value.preview).toMatchObject({ outcome: 'conflict' });
    await running.stop();
  });

  it('is empty at first', async () => {
    expect((await setUp(clientOf()).run('log', 'list')).stdout).toContain('There is no such event.');
  });
});
