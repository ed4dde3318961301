import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { definePlugin } from '../plugin.ts';
import { createOutbox } from '../stores/sqlite/outbox.ts';
import { manualClock } from '../testing/clock.ts';
import { runCommand } from '../testing/run-command.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../testing/test-host.ts';
import { jobIdOf } from './job-id.ts';
import type { JobDefinition, JobOutcome, RunningJob } from './jobs.ts';
import type { OutboxJob } from './outbox.ts';

const queue = 'test/work';
const start = Date.parse('2026-04-22T10:30:00Z');
const done: JobOutcome = { kind: 'done' };

async function hostWith(
  run: JobDefinition['run'],
  options: Omit<TestHostOptions, 'plugins'> & Pick<Partial<JobDefinition>, 'timeoutMs'> = {},
) {
  const { timeoutMs = 60_000, ...rest } = options;
  const clock = manualClock(start);
  const plugin = definePlugin({
    name: 'test',
    setup({ jobs }) {
      jobs.define({ queue, run, timeoutMs });
      return {};
    },
  });
  return { clock, host: await createTestHost({ clock, ...rest, plugins: [plugin] }) };
}

const rows = (host: TestHost): readonly OutboxJob[] =>
  createOutbox(host.context.database.durable).list({ limit: 1000 });
const request = (host: TestHost, ...keys: string[]): Promise<void> =>
  host.context.jobs.enqueue(keys.map((key) => ({ queue, key, payload: { key } })));

describe('requesting work', () => {
  test('a job runs once for each key, with what it was requested with', async () => {
    const seen: RunningJob[] = [];
    const { host, clock } = await hostWith(async (job) => {
      seen.push(job);
      return done;
    });
    await using _ = host;
    await request(host, 'a', 'b', 'a');
    await request(host, 'b');
    clock.advance(7);
    expect(await host.runJobs()).toBe(2);
    expect(seen.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(seen[0]).toMatchObject({ jobId: jobIdOf(queue, 'a'), queue, payload: { key: 'a' }, attempt: 1 });
    expect(seen[0]?.requestedAt).toBe(start);
    expect(rows(host)).toEqual([]);
    expect(await host.runJobs()).toBe(0);
  });

  test('job ids are UUIDs that follow from queue and key', () => {
    expect(jobIdOf('a/b', 'c')).toBe(jobIdOf('a/b', 'c'));
    expect(jobIdOf('a/b', 'c')).not.toBe(jobIdOf('a/bc', ''));
    expect(jobIdOf('a/b', 'c')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('a job that is due later waits for the clock', async () => {
    const { host, clock } = await hostWith(async () => done);
    await using _ = host;
    await host.context.jobs.enqueue([{ queue, key: 'later', payload: {}, dueAt: start + 1000 }]);
    clock.advance(999);
    expect(await host.runJobs()).toBe(0);
    clock.advance(1);
    expect(await host.runJobs()).toBe(1);
  });

  test('a job that waits can be made due sooner; what is done, dead or due stays as it is', async () => {
    const { host } = await hostWith(async ({ key }) => (key === 'dead' ? { kind: 'dead', reason: 'no' } : done));
    await using _ = host;
    const { jobs } = host.context;
    await request(host, 'dead', 'done');
    await host.runJobs();
    const later = ['soon', 'later'].map((key) => ({ queue, key, payload: {}, dueAt: start + 1000 }));
    await jobs.enqueue([...later, { queue, key: 'due', payload: {}, dueAt: start - 1000 }]);
    jobs.hasten(queue, ['soon', 'due', 'dead', 'done', 'unknown']);
    expect(rows(host).map(({ key, state, dueAt }) => [key, state, dueAt - start])).toEqual([
      ['due', 'pending', -1000],
      ['dead', 'dead', 0],
      ['soon', 'pending', 0],
      ['later', 'pending', 1000],
    ]);
    expect(await host.runJobs()).toBe(2);
  });

  test('jobs are retried by their keys: dead ones are pending again', async () => {
    const { host } = await hostWith(async ({ key, attempt }) =>
      key === 'dead' && attempt < 3 ? { kind: 'dead', reason: 'no' } : done,
    );
    await using _ = host;
    const { jobs } = host.context;
    await request(host, 'dead', 'done');
    await host.runJobs();
    await jobs.enqueue([{ queue, key: 'later', payload: {}, dueAt: start + 1000 }]);
    expect(await jobs.retry(queue, ['dead', 'done', 'later', 'unknown'])).toBe(2);
    expect(rows(host).map(({ key, state, dueAt, attempt }) => [key, state, dueAt - start, attempt])).toEqual([
      ['dead', 'pending', 0, 0],
      ['later', 'pending', 0, 0],
    ]);
    expect(await host.runJobs()).toBe(2);
    expect(rows(host)).toMatchObject([{ key: 'dead', state: 'dead', attempt: 1 }]);
  });

  test('belongs to the transaction: what is rolled back requests nothing', async () => {
    const { host } = await hostWith(async () => done);
    await using _ = host;
    const { database, jobs } = host.context;
    const refused = database.commit(() => {
      jobs.writer.apply({ enqueue: [{ queue, key: 'x', payload: {} }] });
      throw new DciError('err.request.bad', 'no');
    });
    await expect(refused).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(rows(host)).toEqual([]);
  });

  test.each([
    [{ queue: 'nameless', key: 'a', payload: {} }],
    [{ queue, key: '', payload: {} }],
    [{ queue, key: 'a', payload: { text: 'x'.repeat(5000) } }],
    [{ queue, key: 'a', payload: {}, dueAt: 0.5 }],
  ])('%j is refused', async (bad) => {
    const { host } = await hostWith(async () => done);
    await using _ = host;
    await expect(host.context.jobs.enqueue([bad])).rejects.toMatchObject({ code: 'err.internal' });
    expect(rows(host)).toEqual([]);
  });

  test('a job of a queue that nobody defined waits', async () => {
    const { host } = await hostWith(async () => done);
    await using _ = host;
    await host.context.jobs.enqueue([{ queue: 'other/work', key: 'a', payload: {} }]);
    expect(await host.runJobs()).toBe(0);
    expect(rows(host)).toHaveLength(1);
  });
});

describe('defining queues', () => {
  test('one name is defined once, and during set-up only', async () => {
    const define = (name: string, again = false) =>
      definePlugin({
        name: 'test',
        setup({ jobs }) {
          for (let times = again ? 2 : 1; times > 0; times -= 1) jobs.define({ queue: name, run: async () => done });
          return {};
        },
      });
    const refused = { code: 'err.configuration.invalid' };
    await expect(createTestHost({ plugins: [define('test/a', true)] })).rejects.toMatchObject(refused);
    await expect(createTestHost({ plugins: [define('Test A')] })).rejects.toMatchObject(refused);
    await using host = await createTestHost({ plugins: [define('test/a')] });
    expect(() => host.context.jobs.define({ queue: 'test/b', run: async () => done })).toThrow(
      expect.objectContaining(refused),
    );
  });

  test('is without effect in a command, whose requests the host finds', async () => {
    using directory = temporaryDirectory();
    const seen: string[] = [];
    const options = { dataDirectory: directory.path };
    const { host } = await hostWith(async ({ key }) => {
      seen.push(key);
      return done;
    }, options);
    await using _ = host;
    const { code } = await runCommand(['request'], {
      config: options,
      commands: [
        {
          name: 'request',
          summary: 'requests work',
          async run(context) {
            const { jobs } = await context.openState();
            jobs.define({ queue, run: async () => done });
            await jobs.enqueue([{ queue, key: 'from a command', payload: {}, dueAt: start }]);
            return 0;
          },
        },
      ],
    });
    expect(code).toBe(0);
    expect(await host.runJobs()).toBe(1);
    expect(seen).toEqual(['from a command']);
  });
});

describe('ends of an attempt', () => {
  test('a job that its handler wants again comes back when it said', async () => {
    const attempts: number[] = [];
    const { host, clock } = await hostWith(async ({ attempt }) => {
      attempts.push(attempt);
      return attempt < 3 ? { kind: 'retry', dueAt: clock.now() + 5000, reason: 'http_503' } : done;
    });
    await using _ = host;
    await request(host, 'a');
    expect(await host.runJobs()).toBe(1);
    expect(rows(host)).toMatchObject([
      { state: 'pending', lastReason: 'http_503', lastAt: start, dueAt: start + 5000 },
    ]);
    clock.advance(5000);
    expect(await host.runJobs()).toBe(1);
    clock.advance(5000);
    expect(await host.runJobs()).toBe(1);
    expect(attempts).toEqual([1, 2, 3]);
    expect(rows(host)).toEqual([]);
  });

  test('a handler settles in its own commit, together with what it requests', async () => {
    const { host } = await hostWith(async (job) => {
      const { database, jobs } = host.context;
      const next = { queue, key: 'second', payload: {} };
      await database.commit(() =>
        jobs.writer.apply({ settle: { job, outcome: done }, ...(job.key === 'first' ? { enqueue: [next] } : {}) }),
      );
      return 'settled';
    });
    await using _ = host;
    await request(host, 'first');
    expect(await host.runJobs()).toBe(2);
    expect(rows(host)).toEqual([]);
  });

  test('a job may end and request its own key anew', async () => {
    let runs = 0;
    const { host, clock } = await hostWith(async (job) => {
      runs += 1;
      const { database, jobs } = host.context;
      await database.commit(() =>
        jobs.writer.apply({
          settle: { job, outcome: done },
          enqueue: [{ queue, key: job.key, payload: {}, dueAt: clock.now() + 60_000 }],
        }),
      );
      return 'settled';
    });
    await using _ = host;
    await request(host, 'every minute');
    expect(await host.runJobs()).toBe(1);
    clock.advance(60_000);
    expect(await host.runJobs()).toBe(1);
    expect(runs).toBe(2);
    expect(rows(host)).toMatchObject([{ attempt: 0, dueAt: start + 120_000 }]);
  });

  test('a dead letter stays, and keeps its key from being requested', async () => {
    const { host } = await hostWith(async () => ({ kind: 'dead', reason: 'http_410' }));
    await using _ = host;
    await request(host, 'a');
    expect(await host.runJobs()).toBe(1);
    await request(host, 'a');
    expect(await host.runJobs()).toBe(0);
    expect(rows(host)).toMatchObject([{ state: 'dead', attempt: 1, lastReason: 'http_410', lastAt: start }]);
  });

  test('a rejection comes back later and later, and is given up after twenty in a row', async () => {
    const { host, clock } = await hostWith(async () => {
      throw new DciError('err.service.unavailable', 'the text is not kept');
    });
    await using _ = host;
    await request(host, 'a');
    const waits: number[] = [];
    for (let attempt = 1; attempt < 20; attempt += 1) {
      expect(await host.runJobs()).toBe(1);
      expect(rows(host)).toMatchObject([{ state: 'pending', attempt, lastReason: 'err.service.unavailable' }]);
      waits.push((rows(host)[0]?.dueAt ?? 0) - clock.now());
      clock.advance(waits.at(-1) ?? 0);
    }
    for (const [index, wait] of waits.entries()) {
      const middle = Math.min(300_000, 1000 * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(Math.max(1000, middle * 0.8));
      expect(wait).toBeLessThanOrEqual(Math.min(300_000, middle * 1.2));
    }
    expect(await host.runJobs()).toBe(1);
    expect(rows(host)).toMatchObject([{ state: 'dead', attempt: 20 }]);
    expect(JSON.stringify(rows(host))).not.toContain('the text');
  });

  test('rejections count anew after an outcome', async () => {
    const { host, clock } = await hostWith(async ({ attempt }) => {
      if (attempt % 10 === 0) return { kind: 'retry', dueAt: clock.now(), reason: 'again' };
      if (attempt < 45) throw new TypeError('a person’s name');
      return done;
    });
    await using _ = host;
    await request(host, 'a');
    for (let runs = 0; runs < 60; runs += 1) {
      await host.runJobs();
      clock.advance(400_000);
      expect(rows(host)[0]?.lastReason ?? 'TypeError').toBe('TypeError');
    }
    expect(rows(host)).toEqual([]);
  });
});

describe('fences (CR5)', () => {
  test('an attempt that outlived its time is refused, the new one counts', async () => {
    const late = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    const lateEnds: unknown[] = [];
    const { host, clock } = await hostWith(
      async (job) => {
        if (job.attempt > 1) return done;
        job.signal.addEventListener('abort', () => reasons.push(job.signal.reason.name));
        await late.promise;
        const { database, jobs } = host.context;
        lateEnds.push(
          await database
            .commit(() => jobs.writer.apply({ settle: { job, outcome: { kind: 'dead', reason: 'late' } } }))
            .catch((error: unknown) => error),
        );
        return 'settled';
      },
      { timeoutMs: 20 },
    );
    await using _ = host;
    await request(host, 'a');
    expect(await host.runJobs()).toBe(1);
    expect(reasons).toEqual(['TimeoutError']);
    expect(rows(host)).toMatchObject([{ state: 'pending', attempt: 1, lastReason: 'timeout' }]);
    late.resolve();
    await expect.poll(() => lateEnds).toHaveLength(1);
    expect(lateEnds).toMatchObject([{ code: 'err.state.conflict' }]);
    expect(rows(host)).toMatchObject([{ state: 'pending', attempt: 1, lastReason: 'timeout' }]);
    clock.advance(10_000);
    expect(await host.runJobs()).toBe(1);
    expect(rows(host)).toEqual([]);
  });

  test('a refused settlement takes the whole transaction with it', async () => {
    const { host } = await hostWith(async () => done);
    await using _ = host;
    const { database, jobs } = host.context;
    await request(host, 'a');
    const stale = { jobId: jobIdOf(queue, 'a'), fence: 99 };
    const refused = database.commit(() =>
      jobs.writer.apply({
        enqueue: [{ queue, key: 'b', payload: {} }],
        settle: { job: stale, outcome: done },
      }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'err.state.conflict', status: 409 });
    expect(rows(host).map(({ key }) => key)).toEqual(['a']);
  });

  test('an attempt never fits a later job of the same key', async () => {
    using directory = temporaryDirectory();
    const { host } = await hostWith(async () => done, { dataDirectory: directory.path });
    await using _ = host;
    const outbox = createOutbox(host.context.database.durable);
    const jobId = jobIdOf(queue, 'a');
    await request(host, 'a');
    const first = outbox.lease(jobId);
    const second = outbox.lease(jobId);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.POSITIVE_INFINITY);
    expect(outbox.settle({ jobId, fence: first?.fence ?? -1 }, done, 0)).toBe(false);
    expect(outbox.settle({ jobId, fence: second?.fence ?? -1 }, done, 0)).toBe(true);
    await request(host, 'a');
    const third = outbox.lease(jobId);
    for (const old of [first, second]) {
      expect(old?.fence).not.toBe(third?.fence);
      expect(outbox.settle({ jobId, fence: old?.fence ?? -1 }, done, 0)).toBe(false);
    }
  });
});

test('a job whose attempts end with the process is given up in the end (CR6)', async () => {
  const { host } = await hostWith(async () => done);
  await using _ = host;
  const outbox = createOutbox(host.context.database.durable);
  await request(host, 'poison');
  for (let attempt = 1; attempt <= 20; attempt += 1) outbox.lease(jobIdOf(queue, 'poison'));
  expect(await host.runJobs()).toBe(0);
  expect(rows(host)).toMatchObject([{ state: 'dead', lastReason: 'process_ended' }]);
});

test('a stopping host aborts what does not end, and the job is as if not begun', async () => {
  using directory = temporaryDirectory();
  const options = { dataDirectory: directory.path, limits: { drainTimeoutMs: 20 } };
  const begun = Promise.withResolvers<void>();
  const { host } = await hostWith(async ({ signal }) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return done;
  }, options);
  await request(host, 'a', 'b');
  const running = host.runJobs();
  await begun.promise;
  await host.stop();
  expect(await running).toBe(1);
  const { host: next } = await hostWith(async () => done, options);
  await using _ = next;
  expect(rows(next)).toMatchObject([
    { key: 'a', attempt: 0, failures: 0, state: 'pending' },
    { key: 'b', attempt: 0 },
  ]);
  expect(await next.runJobs()).toBe(2);
});

test('a state database that fails under a job ends the host', async () => {
  const { host } = await hostWith(async () => {
    throw Object.assign(new Error('disk I/O error'), { name: 'SqliteError', code: 'SQLITE_IOERR_FSYNC' });
  });
  await using _ = host;
  await request(host, 'a', 'b');
  expect(await host.runJobs()).toBe(1);
  await expect(host.failure).resolves.toMatchObject({ code: 'SQLITE_IOERR_FSYNC' });
  expect((await host.fetch(new Request('http://localhost/health/live'))).status).toBe(503);
});
