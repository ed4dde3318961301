import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jobIdOf } from '../../jobs/job-id.ts';
import { definePlugin } from '../../plugin.ts';
import { type ManualClock, manualClock } from '../../testing/clock.ts';
import { type CommandResult, runCommand } from '../../testing/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createTestHost, type TestHost } from '../../testing/test-host.ts';

const [send, count] = ['test/send', 'test/count'];
const start = Date.parse('2026-04-22T10:30:00Z');
const day = 24 * 60 * 60 * 1000;

let directory: TemporaryDirectory;
let host: TestHost;
let clock: ManualClock;
let answers: Readonly<Record<string, 'done' | 'dead'>>;
let attempts: string[];

beforeEach(async () => {
  directory = temporaryDirectory();
  clock = manualClock(start);
  attempts = [];
  answers = { one: 'dead', two: 'dead' };
  const plugin = definePlugin({
    name: 'test',
    setup({ jobs }) {
      for (const queue of [send, count]) {
        jobs.define({
          queue,
          async run({ key, attempt }) {
            attempts.push(`${key} ${attempt}`);
            return answers[key] === 'dead' ? { kind: 'dead', reason: 'http_410' } : { kind: 'done' };
          },
        });
      }
      return {};
    },
  });
  host = await createTestHost({ clock, dataDirectory: directory.path, plugins: [plugin] });
  await host.context.jobs.enqueue([
    { queue: send, key: 'one', payload: { message: 'm-1' } },
    { queue: count, key: 'two', payload: {} },
    { queue: send, key: 'later', payload: {}, dueAt: start + 60_000 },
  ]);
  await host.runJobs();
});
afterEach(async () => {
  await host.dispose();
  directory.remove();
});

const outbox = (...argv: string[]): Promise<CommandResult> =>
  runCommand(['outbox', ...argv], { clock, config: { dataDirectory: directory.path } });

async function json(...argv: string[]) {
  const { code, stdout, stderr } = await outbox(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('dci outbox, beside a running host', () => {
  test('list', async () => {
    const keysOf = async (...argv: string[]) => (await json('list', ...argv)).map(({ key }: { key: string }) => key);
    expect(await keysOf()).toEqual(['one', 'two', 'later']);
    expect(await keysOf('--state', 'dead')).toEqual(['one', 'two']);
    expect(await keysOf('--state', 'pending')).toEqual(['later']);
    expect(await keysOf('--queue', send, '--state', 'dead')).toEqual(['one']);
    expect(await keysOf('--limit', '1')).toEqual(['one']);
    const { stdout, stderr } = await outbox('list', '--limit', '2');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^JOB ID +QUEUE +STATE +ATTEMPT +DUE AT +LAST REASON$/);
    expect(lines[1]).toMatch(/^\S{36} {2}test\/send +dead +1 +2026-04-22T10:30:00.000Z +http_410$/);
    expect(lines).toHaveLength(3);
    expect(stderr).toContain('the first 2');
    expect((await outbox('list', '--queue', 'no/such')).stdout).toBe('There is no such job.\n');
    expect(await outbox('list', '--state', 'lost')).toMatchObject({ code: 2 });
    expect(await outbox('list', '--limit', '0')).toMatchObject({ code: 2 });
  });

  test('show', async () => {
    const jobId = jobIdOf(send, 'one');
    expect(await json('show', jobId)).toEqual({
      job_id: jobId,
      queue: send,
      key: 'one',
      state: 'dead',
      attempt: 1,
      requested_at: '2026-04-22T10:30:00.000Z',
      due_at: '2026-04-22T10:30:00.000Z',
      last_reason: 'http_410',
      last_at: '2026-04-22T10:30:00.000Z',
      payload: { message: 'm-1' },
    });
    expect((await outbox('show', jobId)).stdout).toMatch(/^last reason: +http_410$/m);
    expect(await outbox('show', jobIdOf(send, 'none'))).toMatchObject({ code: 1 });
  });

  test('retry runs a dead letter again, as if it were new', async () => {
    answers = {};
    attempts = [];
    expect((await outbox('retry', jobIdOf(send, 'one'))).stdout).toBe('1 job is due now\n');
    expect(await host.runJobs()).toBe(1);
    expect(attempts).toEqual(['one 1']);
    expect(await json('list', '--queue', send)).toMatchObject([{ key: 'later' }]);
    expect(await outbox('retry', jobIdOf(send, 'one'))).toMatchObject({ code: 1 });
  });

  test('retry makes a pending job due', async () => {
    expect(await json('retry', jobIdOf(send, 'later'))).toEqual({ count: 1 });
    expect(await host.runJobs()).toBe(1);
    expect(attempts.at(-1)).toBe('later 1');
  });

  test('retry --all takes dead letters only, of one queue where it is named', async () => {
    answers = {};
    expect(await json('retry', '--all', '--queue', count)).toEqual({ count: 1 });
    expect(await json('retry', '--all')).toEqual({ count: 1 });
    expect(await json('retry', '--all')).toEqual({ count: 0 });
    expect(await host.runJobs()).toBe(2);
  });

  test.each([[[]], [['some-id', '--all']], [['some-id', '--queue', send]]])('retry %j is refused', async (argv) => {
    expect(await outbox('retry', ...argv)).toMatchObject({ code: 2 });
  });

  test('purge removes dead letters that are old enough', async () => {
    clock.advance(2 * day);
    expect(await json('purge', '--dead', '--older-than', '2')).toEqual({ count: 0 });
    clock.advance(1);
    expect(await json('purge', '--dead', '--older-than', '2', '--queue', count)).toEqual({ count: 1 });
    expect((await outbox('purge', '--dead', '--older-than', '2')).stdout).toBe('1 dead job was removed\n');
    expect(await json('list')).toMatchObject([{ key: 'later', state: 'pending' }]);
    await host.context.jobs.enqueue([{ queue: send, key: 'one', payload: {} }]);
    expect(await json('list')).toHaveLength(2);
  });

  test.each([[['--dead']], [['--older-than', '2']], [['--dead', '--older-than=-1']]])(
    'purge %j is refused',
    async (argv) => {
      expect(await outbox('purge', ...argv)).toMatchObject({ code: 2 });
      expect(await json('list', '--state', 'dead')).toHaveLength(2);
    },
  );
});
