import assert from 'node:assert/strict';
import type { Queue } from '../jobs/queue.ts';

/** The functions of a test runner that the contract uses; those of vitest, and `node:test` with `after`, fit. */
export interface QueueTestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  readonly beforeAll: (prepare: () => Promise<void>) => unknown;
  readonly afterAll: (cleanUp: () => Promise<void>) => unknown;
}

/** What {@link testQueue} tests. */
export interface QueueContractOptions {
  /** The queue's name, for the test report. */
  readonly name: string;
  /** Makes a queue that is not started; all of one contract share a place, for example a database. */
  readonly create: () => Queue;
  readonly runner: QueueTestRunner;
}

const queues = {
  all: 'contract/all',
  other: 'contract/other',
  bounded: 'contract/bounded',
  slow: 'contract/slow',
  again: 'contract/again',
  ordered: 'contract/ordered',
};

/**
 * The contract of `Queue`: the same tests for every implementation.
 *
 * @param options - how to make the queue, and the test runner's functions
 */
export function testQueue({ name, create, runner }: QueueContractOptions): void {
  runner.describe(`${name} as a queue`, () => {
    const taken = new Journal();
    let queue: Queue;
    runner.beforeAll(async () => {
      queue = create();
      const concurrency = (of: string): number => (of === queues.ordered ? 1 : 4);
      await queue.start(
        Object.values(queues).map((of) => ({ name: of, concurrency: concurrency(of) })),
        (of, jobId) => taken.take(of, jobId),
      );
    });
    runner.afterAll(() => queue.stop());

    runner.it('hands out every job, under the queue that it was sent to', async () => {
      const sent = ids('all', 450);
      for (let from = 0; from < sent.length; from += 150) await queue.send(queues.all, sent.slice(from, from + 150));
      const others = ids('other', 5);
      await queue.send(queues.other, others);
      await taken.until(queues.all, sent.length);
      await taken.until(queues.other, others.length);
      assert.deepEqual(taken.of(queues.all).toSorted(), sent.toSorted());
      assert.deepEqual(taken.of(queues.other).toSorted(), others.toSorted());
    });

    runner.it('hands out as many at once as it was told, and no more', async () => {
      const open = taken.hold(queues.bounded);
      const sent = ids('bounded', 30);
      await queue.send(queues.bounded, sent);
      await taken.until(queues.bounded, 4);
      // Whatever is on its way to another queue arrives: so would a fifth.
      const others = ids('beside', 20);
      await queue.send(queues.other, others);
      for (const jobId of others) await taken.untilTaken(jobId);
      assert.equal(taken.of(queues.bounded).length, 4);
      open();
      await taken.until(queues.bounded, sent.length);
      assert.equal(taken.mostAtOnce(queues.bounded), 4);
    });

    runner.it('a job that takes long holds back no other', async () => {
      const [long = '', ...others] = ids('slow', 120);
      const open = taken.hold(long);
      await queue.send(queues.slow, [long]);
      await taken.untilTaken(long);
      await queue.send(queues.slow, others);
      await taken.until(queues.slow, others.length + 1);
      open();
    });

    runner.it('a job may be sent again as soon as its handler has ended', async () => {
      const [jobId = ''] = ids('again', 1);
      for (let times = 1; times <= 5; times += 1) {
        await queue.send(queues.again, [jobId]);
        await taken.until(queues.again, times);
      }
      assert.deepEqual(taken.of(queues.again), Array(5).fill(jobId));
    });

    runner.it('hands out in the order of sending', async () => {
      const sent = ids('ordered', 12);
      for (const jobId of sent) await queue.send(queues.ordered, [jobId]);
      await taken.until(queues.ordered, sent.length);
      assert.deepEqual(taken.of(queues.ordered), sent);
    });

    runner.it('refuses jobs of a queue that it does not know', async () => {
      await assert.rejects(queue.send('contract/unknown', ids('unknown', 1)));
    });
  });

  runner.describe(`${name} as a queue that ends`, () => {
    const settings = [{ name: queues.all, concurrency: 2 }];

    runner.it('hands out nothing after its end, and the next forgets what was left', async () => {
      const before = new Journal();
      const first = create();
      await first.start(settings, (of, jobId) => before.take(of, jobId));
      const open = before.hold(queues.all);
      const left = ids('left', 20);
      await first.send(queues.all, left);
      await before.until(queues.all, 2);
      await first.stop();
      await first.stop();
      await assert.rejects(first.send(queues.all, ids('late', 1)));
      open();

      const after = new Journal();
      const second = create();
      await second.start(settings, (of, jobId) => after.take(of, jobId));
      const sent = ids('next', 20);
      await second.send(queues.all, sent);
      await after.until(queues.all, sent.length);
      await second.stop();
      assert.deepEqual(after.of(queues.all).toSorted(), sent.toSorted());
      assert.equal(before.of(queues.all).length, 2);
    });

    runner.it('may end without having begun', async () => {
      await create().stop();
    });
  });
}

/** Notes what was handed out, and lets a test hold back handlers. */
class Journal {
  readonly #taken: { readonly queue: string; readonly jobId: string }[] = [];
  readonly #running = new Map<string, number>();
  readonly #most = new Map<string, number>();
  readonly #gates = new Map<string, Promise<void>>();
  #listeners: (() => void)[] = [];

  async take(queue: string, jobId: string): Promise<void> {
    const running = (this.#running.get(queue) ?? 0) + 1;
    this.#running.set(queue, running);
    this.#most.set(queue, Math.max(running, this.#most.get(queue) ?? 0));
    this.#taken.push({ queue, jobId });
    for (const listener of this.#listeners.splice(0)) listener();
    await (this.#gates.get(jobId) ?? this.#gates.get(queue));
    this.#running.set(queue, (this.#running.get(queue) ?? 0) - 1);
  }

  of(queue: string): string[] {
    return this.#taken.filter((one) => one.queue === queue).map(({ jobId }) => jobId);
  }

  mostAtOnce(queue: string): number {
    return this.#most.get(queue) ?? 0;
  }

  /** Handlers of this queue, or of this job, end only after the returned function was called. */
  hold(queueOrJob: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gates.set(queueOrJob, promise);
    return resolve;
  }

  until(queue: string, count: number): Promise<void> {
    return this.#untilTrue(() => this.of(queue).length >= count);
  }

  untilTaken(jobId: string): Promise<void> {
    return this.#untilTrue(() => this.#taken.some((one) => one.jobId === jobId));
  }

  async #untilTrue(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#listeners.push(resolve));
  }
}

function ids(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${what}-${String(index).padStart(4, '0')}`);
}
