import { HandOut } from './hand-out.ts';
import type { Queue } from './queue.ts';

/**
 * Makes a queue in the memory of this process, for tests.
 *
 * @returns the queue
 */
export function createMemoryQueue(): Queue {
  const queues = new Map<string, HandOut<string>>();
  return {
    broken: new Promise(() => {}),
    async start(settings, handle) {
      for (const { name, concurrency } of settings) {
        queues.set(name, new HandOut(concurrency, (jobId) => handle(name, jobId)));
      }
    },
    async send(queue, jobIds) {
      const target = queues.get(queue);
      if (target === undefined) throw new Error(`there is no queue ${queue}`);
      // Not within the sender's turn, as with a real queue.
      setImmediate(() => target.add(jobIds));
    },
    async stop() {
      for (const queue of queues.values()) queue.stop();
      queues.clear();
    },
  };
}
