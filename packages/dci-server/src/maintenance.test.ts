import { collectingLogger, manualClock, silentLogger } from 'dci-host/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMaintenance } from './maintenance.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('prunes and saves from time to time, and saves at the end', async () => {
  const done: string[] = [];
  const maintenance = createMaintenance({
    replays: {
      prune: async (now) => {
        done.push(`prune ${now}`);
        return 0;
      },
    },
    quotas: {
      restore: async () => void done.push('restore'),
      save: async () => void done.push('save'),
    },
    clock: manualClock(5),
    logger: silentLogger,
    intervalMs: 1_000,
  });
  await maintenance.start();
  expect(done).toEqual(['restore']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(done).toEqual(['restore', 'save', 'prune 5', 'save', 'prune 5']);
  await maintenance.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(done).toEqual(['restore', 'save', 'prune 5', 'save', 'prune 5', 'save']);
});

it('goes on after a failure, and says so', async () => {
  let rounds = 0;
  const logger = collectingLogger();
  const maintenance = createMaintenance({
    replays: {
      prune: async () => {
        rounds += 1;
        throw new Error('the database is busy');
      },
    },
    quotas: { restore: async () => {}, save: async () => {} },
    clock: manualClock(0),
    logger,
    intervalMs: 1_000,
  });
  await maintenance.start();
  await vi.advanceTimersByTimeAsync(3_000);
  await maintenance.stop();
  expect(rounds).toBe(3);
  expect(logger.lines().filter(({ level }) => level === 'warn')).toHaveLength(3);
});
