import { collectingLogger, manualClock, silentLogger } from 'dci-host/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMaintenance } from './maintenance.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { transactionContentDays: 7, transactionDays: 30 };
const days = (count: number): number => count * 86_400_000;

it('prunes, purges and saves from time to time, and saves at the end', async () => {
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
    transactions: {
      purge: async (kept) => {
        done.push(`purge transactions ${kept.contentBefore} ${kept.rowsBefore}`);
        return 0;
      },
    },
    outgoing: {
      purge: async (kept) => {
        done.push(`purge callbacks ${kept.contentBefore} ${kept.rowsBefore}`);
        return 0;
      },
    },
    limits,
    clock: manualClock(days(31)),
    logger: silentLogger,
    intervalMs: 1_000,
  });
  await maintenance.start();
  expect(done).toEqual(['restore']);
  await vi.advanceTimersByTimeAsync(2_000);
  const round = [
    'save',
    `prune ${days(31)}`,
    `purge callbacks ${days(24)} ${days(1)}`,
    `purge transactions ${days(24)} ${days(1)}`,
  ];
  expect(done).toEqual(['restore', ...round, 'save', `prune ${days(31)}`]);
  await maintenance.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(done).toEqual(['restore', ...round, 'save', `prune ${days(31)}`, 'save']);
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
    transactions: { purge: async () => 0 },
    outgoing: { purge: async () => 0 },
    limits,
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

it('purges in every round while there is something, then more rarely', async () => {
  const left = [3, 2, 0];
  let purges = 0;
  const maintenance = createMaintenance({
    replays: { prune: async () => 0 },
    quotas: { restore: async () => {}, save: async () => {} },
    transactions: { purge: async () => 0 },
    outgoing: {
      purge: async () => {
        purges += 1;
        return left.shift() ?? 0;
      },
    },
    limits,
    clock: manualClock(0),
    logger: silentLogger,
    intervalMs: 1_000,
  });
  await maintenance.start();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(purges).toBe(3);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(purges).toBe(3);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(purges).toBe(4);
  await maintenance.stop();
});
