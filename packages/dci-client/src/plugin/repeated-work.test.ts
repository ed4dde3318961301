import { collectingLogger } from 'dci-host/testing';
import { expect, it, vi } from 'vitest';
import { repeatedWork } from './repeated-work.ts';

it('goes round after round, one at a time, and stops after the one that is under way', async () => {
  let running = 0;
  let most = 0;
  let rounds = 0;
  const round = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    rounds += 1;
  };
  const work = repeatedWork({ round, intervalMs: 1, logger: collectingLogger(), failure: 'not done' });
  work.start();
  await vi.waitFor(() => expect(rounds).toBeGreaterThan(2), { interval: 1 });
  await Promise.all([work.run(), work.run()]);
  await work.stop();
  expect([most, running]).toEqual([1, 0]);
  const before = rounds;
  await new Promise((resolve) => setTimeout(resolve, 15));
  expect(rounds).toBe(before);
});

it('logs what fails, without its text, and goes on', async () => {
  const logger = collectingLogger();
  let rounds = 0;
  const round = async (): Promise<void> => {
    rounds += 1;
    if (rounds === 1) throw new Error('canary');
  };
  const work = repeatedWork({ round, intervalMs: 60_000, logger, failure: 'not done; it is tried again' });
  await work.run();
  await work.run();
  expect(rounds).toBe(2);
  expect(logger.lines()).toMatchObject([{ level: 'warn', msg: 'not done; it is tried again' }]);
  expect(logger.text()).not.toContain('canary');
});
