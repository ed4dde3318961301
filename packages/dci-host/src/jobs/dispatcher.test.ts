import { describe, expect, test } from 'vitest';
import type { CliCommand } from '../cli/command.ts';
import { createHost, type Host } from '../create-host.ts';
import { definePlugin } from '../plugin.ts';
import { createOutbox } from '../stores/sqlite/outbox.ts';
import { collectingLogger } from '../testing/logger.ts';
import { runCommand } from '../testing/run-command.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { createTestHost } from '../testing/test-host.ts';
import { createDispatcher } from './dispatcher.ts';
import type { JobDefinition, JobOutcome } from './jobs.ts';
import { createMemoryQueue } from './memory-queue.ts';
import type { Queue } from './queue.ts';

const [work, other] = ['test/work', 'test/other'];
const done: JobOutcome = { kind: 'done' };

const pluginWith = (...definitions: readonly JobDefinition[]) =>
  definePlugin({
    name: 'test',
    setup({ jobs }) {
      for (const definition of definitions) jobs.define(definition);
      return {};
    },
  });

const requests = (queue: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ queue, key: `job ${index}`, payload: {} }));

const left = (host: Host): number => createOutbox(host.context.database.durable).list({ limit: 10_000 }).length;
const isReady = async (host: Host): Promise<unknown> =>
  (await (await host.fetch(new Request('http://localhost/health/ready'))).json()).checks.find(
    ({ name }: { name: string }) => name === 'job queue',
  )?.status;

/** A host whose queue a test watches and breaks. */
async function hostOn(createQueue: () => Queue, ...definitions: readonly JobDefinition[]) {
  const directory = temporaryDirectory();
  const logger = collectingLogger();
  const host = await createHost(
    { dataDirectory: directory.path, plugins: [pluginWith(...definitions)] },
    { logger, env: {}, jobDriver: (parts) => createDispatcher(parts, { createQueue, pollMs: 20 }) },
  );
  return {
    host,
    logger,
    async [Symbol.asyncDispose]() {
      await host.stop();
      directory.remove();
    },
  };
}

describe('jobs that run by themselves', () => {
  test('after the commit, with what they request, and retries when due', async () => {
    const seen: string[] = [];
    const run: JobDefinition['run'] = async ({ key, attempt }) => {
      seen.push(`${key} ${attempt}`);
      if (key === 'job 0' && attempt === 1) return { kind: 'retry', dueAt: Date.now() + 30, reason: 'once_more' };
      return done;
    };
    await using host = await createTestHost({ jobs: 'memory', plugins: [pluginWith({ queue: work, run })] });
    await host.context.jobs.enqueue(requests(work, 3));
    await expect.poll(() => seen.toSorted()).toEqual(['job 0 1', 'job 0 2', 'job 1 1', 'job 2 1']);
    await expect.poll(() => left(host)).toBe(0);
    expect(await isReady(host)).toBe('ok');
  });

  test('those that a command requests, and those that were left by the process before', async () => {
    using directory = temporaryDirectory();
    const seen: string[] = [];
    const run: JobDefinition['run'] = async ({ key }) => {
      seen.push(key);
      return done;
    };
    const options = { dataDirectory: directory.path, plugins: [pluginWith({ queue: work, run })] };
    {
      await using before = await createTestHost(options);
      await before.context.jobs.enqueue([{ queue: work, key: 'left', payload: {} }]);
    }
    await using _ = await createTestHost({ ...options, jobs: 'memory' });
    await expect.poll(() => seen).toEqual(['left']);
    const command: CliCommand = {
      name: 'request',
      summary: 'requests work',
      async run(context) {
        const { jobs } = await context.openState();
        await jobs.enqueue([{ queue: work, key: 'from a command', payload: {} }]);
        return 0;
      },
    };
    expect(await runCommand(['request'], { config: options, commands: [command] })).toMatchObject({ code: 0 });
    await expect.poll(() => seen).toEqual(['left', 'from a command']);
  });

  test('no more at once than their queue allows', async () => {
    let [running, most] = [0, 0];
    const run: JobDefinition['run'] = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return done;
    };
    await using host = await createTestHost({
      jobs: 'memory',
      plugins: [pluginWith({ queue: work, run, concurrency: 3 })],
    });
    await host.context.jobs.enqueue(requests(work, 40));
    await expect.poll(() => left(host)).toBe(0);
    expect(most).toBe(3);
  });
});

describe('a queue', () => {
  test('is not made before there is a job to run', async () => {
    let made = 0;
    const createQueue = () => {
      made += 1;
      return createMemoryQueue();
    };
    await using test = await hostOn(createQueue, { queue: work, run: async () => done });
    const { host } = test;
    await host.context.jobs.enqueue([{ queue: work, key: 'later', payload: {}, dueAt: Date.now() + 3_600_000 }]);
    await host.context.jobs.enqueue([{ queue: 'test/undefined', key: 'never', payload: {} }]);
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBe(0);
    expect(await isReady(host)).toBe('ok');
    await host.context.jobs.enqueue(requests(work, 1));
    await expect.poll(() => left(host)).toBe(2);
    expect(made).toBe(1);
  });

  test('holds a bounded number of jobs, and a backlog keeps no other waiting', async () => {
    const open = Promise.withResolvers<void>();
    const held: Record<string, number> = {};
    const createQueue = (): Queue => {
      const queue = createMemoryQueue();
      return {
        ...queue,
        async send(name, jobIds) {
          held[name] = (held[name] ?? 0) + jobIds.length;
          await queue.send(name, jobIds);
        },
      };
    };
    await using test = await hostOn(
      createQueue,
      {
        queue: work,
        async run() {
          await open.promise;
          return done;
        },
      },
      { queue: other, run: async () => done },
    );
    const { host } = test;
    await host.context.jobs.enqueue([...requests(work, 1000), ...requests(other, 10)]);
    await expect.poll(() => left(host)).toBe(1000);
    expect(held).toEqual({ [work]: 200, [other]: 10 });
    open.resolve();
    await expect.poll(() => left(host), { timeout: 10_000 }).toBe(0);
    expect(held).toEqual({ [work]: 1000, [other]: 10 });
  });

  test('that hands out twice, or what nobody sent, runs nothing twice', async () => {
    const open = Promise.withResolvers<void>();
    const ran: string[] = [];
    const createQueue = (): Queue => {
      const queue = createMemoryQueue();
      return { ...queue, send: (name, jobIds) => queue.send(name, [...jobIds, ...jobIds, 'nobody sent this']) };
    };
    await using test = await hostOn(createQueue, {
      queue: work,
      async run({ key }) {
        ran.push(key);
        await open.promise;
        return done;
      },
    });
    const { host } = test;
    await host.context.jobs.enqueue(requests(work, 3));
    await expect.poll(() => ran.length).toBe(3);
    open.resolve();
    await expect.poll(() => left(host)).toBe(0);
    expect(ran.toSorted()).toEqual(['job 0', 'job 1', 'job 2']);
  });

  test.each(['does not start', 'breaks with jobs in it', 'takes no jobs'] as const)(
    'that %s is replaced, and readiness says so meanwhile',
    async (fault) => {
      let made = 0;
      const ran: string[] = [];
      const createQueue = (): Queue => {
        made += 1;
        const queue = createMemoryQueue();
        if (made > 1) return queue;
        const error = Object.assign(new Error('of the engine'), { code: 'ENGINE' });
        const broken = Promise.withResolvers<Error>();
        if (fault === 'does not start') return { ...queue, start: () => Promise.reject(error) };
        if (fault === 'takes no jobs') return { ...queue, send: () => Promise.reject(error) };
        return {
          ...queue,
          broken: broken.promise,
          // They vanish with it.
          send: async () => broken.resolve(error),
        };
      };
      await using test = await hostOn(createQueue, {
        queue: work,
        async run({ key }) {
          ran.push(key);
          return done;
        },
      });
      const { host, logger } = test;
      await host.context.jobs.enqueue(requests(work, 5));
      await expect.poll(() => logger.lines().some(({ msg }) => msg.includes('the job queue failed'))).toBe(true);
      expect(await isReady(host)).toBe('failing');
      await expect.poll(() => left(host), { timeout: 10_000 }).toBe(0);
      expect(ran.toSorted()).toEqual(['job 0', 'job 1', 'job 2', 'job 3', 'job 4']);
      expect(made).toBe(2);
      await expect.poll(() => isReady(host), { timeout: 5000 }).toBe('ok');
    },
  );

  test('that does not end keeps no host from ending', async () => {
    const createQueue = (): Queue => ({ ...createMemoryQueue(), stop: () => new Promise(() => {}) });
    const test = await hostOn(createQueue, { queue: work, run: async () => done });
    await test.host.context.jobs.enqueue(requests(work, 1));
    await expect.poll(() => left(test.host)).toBe(0);
    await test[Symbol.asyncDispose]();
  });
});
