import { DciError } from 'dci-core';
import { silentLogger } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QuotaStore, QuotaUsage } from '../stores/ports.ts';
import { createQuotaLimiter } from './quota-limiter.ts';

/** A store in memory that counts how often it is written. */
function store(): QuotaStore & { readonly saved: () => readonly QuotaUsage[]; readonly writes: () => number } {
  let saved: readonly QuotaUsage[] = [];
  let writes = 0;
  return {
    load: async () => saved,
    save: async (usage) => {
      saved = usage;
      writes += 1;
    },
    saved: () => saved,
    writes: () => writes,
  };
}

// The limiter's library reads the time and sets timers by itself.
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-04-22T10:30:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const retryAfter = async (promise: Promise<void>): Promise<number | undefined> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DciError && error.code === 'err.request.too_many_requests') return error.retryAfter;
    throw error;
  }
  return undefined;
};

describe('a quota limiter', () => {
  it('allows the quota of a minute and refuses what goes beyond', async () => {
    const limiter = createQuotaLimiter(store(), silentLogger);
    const quota = { perMinute: 10, perDay: 100 };
    await limiter.take('a', 10, quota);
    vi.advanceTimersByTime(15_000);
    expect(await retryAfter(limiter.take('a', 1, quota))).toBe(45);
    vi.advanceTimersByTime(45_000);
    expect(await retryAfter(limiter.take('a', 10, quota))).toBeUndefined();
  });

  it('takes nothing for what it refuses', async () => {
    const limiter = createQuotaLimiter(store(), silentLogger);
    const quota = { perMinute: 10, perDay: 20 };
    await limiter.take('a', 6, quota);
    for (let attempt = 0; attempt < 50; attempt += 1)
      expect(await retryAfter(limiter.take('a', 5, quota))).toBeDefined();
    expect(await retryAfter(limiter.take('a', 4, quota))).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(await retryAfter(limiter.take('a', 10, quota))).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(await retryAfter(limiter.take('a', 1, quota))).toBe(86_400 - 120);
    expect(await retryAfter(limiter.take('a', 1, { perMinute: 1, perDay: 21 }))).toBeUndefined();
  });

  it('never refuses what is charged later, and refuses the next message for it', async () => {
    const limiter = createQuotaLimiter(store(), silentLogger);
    const quota = { perMinute: 10, perDay: 1_000 };
    await limiter.take('a', 10, quota);
    await limiter.debit('a', 500);
    expect(await retryAfter(limiter.take('a', 1, quota))).toBe(60);
    vi.advanceTimersByTime(60_000);
    expect(await retryAfter(limiter.take('a', 10, quota))).toBeUndefined();
    await limiter.debit('a', 480);
    vi.advanceTimersByTime(60_000);
    expect(await retryAfter(limiter.take('a', 1, quota))).toBe(86_400 - 120);
    expect(await retryAfter(limiter.take('b', 1, quota))).toBeUndefined();
    await limiter.debit('new', 11);
    expect(await retryAfter(limiter.take('new', 1, quota))).toBe(60);
  });

  it('keeps senders apart', async () => {
    const limiter = createQuotaLimiter(store(), silentLogger);
    const quota = { perMinute: 1, perDay: 1 };
    await limiter.take('a', 1, quota);
    expect(await retryAfter(limiter.take('b', 1, quota))).toBeUndefined();
    expect(await retryAfter(limiter.take('rlflx:a', 1, quota))).toBeUndefined();
  });

  it('follows a quota that is changed', async () => {
    const limiter = createQuotaLimiter(store(), silentLogger);
    await limiter.take('a', 5, { perMinute: 5, perDay: 100 });
    expect(await retryAfter(limiter.take('a', 1, { perMinute: 6, perDay: 100 }))).toBeUndefined();
    expect(await retryAfter(limiter.take('a', 1, { perMinute: 2, perDay: 100 }))).toBe(60);
  });

  it('knows the usage of the day after a restart, until the day is over', async () => {
    const kept = store();
    const quota = { perMinute: 100, perDay: 10 };
    const before = createQuotaLimiter(kept, silentLogger);
    await before.take('a', 9, quota);
    await before.save();
    vi.advanceTimersByTime(1_000_000);
    const after = createQuotaLimiter(kept, silentLogger);
    await after.restore();
    expect(await retryAfter(after.take('a', 2, quota))).toBe(86_400 - 1_000);
    expect(await retryAfter(after.take('a', 1, quota))).toBeUndefined();
    await after.save();
    vi.advanceTimersByTime(86_400_000);
    const later = createQuotaLimiter(kept, silentLogger);
    await later.restore();
    expect(await retryAfter(later.take('a', 10, quota))).toBeUndefined();
  });

  it('saves what is charged later', async () => {
    const kept = store();
    const limiter = createQuotaLimiter(kept, silentLogger);
    await limiter.debit('a', 7);
    await limiter.save();
    expect(kept.saved()).toMatchObject([{ senderId: 'a', points: 7 }]);
  });

  it('saves only what changed', async () => {
    const kept = store();
    const limiter = createQuotaLimiter(kept, silentLogger);
    await limiter.save();
    await limiter.take('a', 1, { perMinute: 1, perDay: 1 });
    await limiter.save();
    await limiter.save();
    expect(kept.writes()).toBe(1);
    expect(kept.saved()).toEqual([{ senderId: 'a', points: 1, expiresAt: Date.now() + 86_400_000 }]);
  });
});
