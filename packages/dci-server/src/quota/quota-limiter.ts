import { DciError, type Logger } from 'dci-core';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Quota } from '../access/policy.ts';
import type { QuotaStore } from '../stores/ports.ts';

/** The quota of a sender whose policy names none: generous, against accidents rather than enumeration. */
export const defaultQuota: Quota = { perMinute: 600_000, perDay: 100_000_000 };

const minuteSeconds = 60;
const daySeconds = 86_400;

/** Counts the points that senders use (protocol.md section 4 step 7). */
export interface QuotaLimiter {
  /**
   * Takes points from a sender's quota.
   *
   * @param senderId - the sender
   * @param points - what the message costs
   * @param quota - the sender's quota
   * @throws DciError `err.request.too_many_requests` with `retryAfter`; nothing is taken then
   */
  take(senderId: string, points: number, quota: Quota): Promise<void>;
  /**
   * Takes points for what only turned out after a message had passed step 7, whether the quota allows it or not. The next
   * message is refused where they exceed it.
   *
   * @param senderId - the sender
   * @param points - what is to be charged
   */
  debit(senderId: string, points: number): Promise<void>;
  /** Reads the daily usage that an earlier process saved. */
  restore(): Promise<void>;
  /** Saves the daily usage, when it changed. */
  save(): Promise<void>;
}

/**
 * Makes a limiter: a window of a minute and one of a day per sender, each starting with its first message.
 * Counting happens in memory. The daily usage is saved from time to time, so that a restart does not give it
 * back; a crash gives back what was used since the last save.
 *
 * @param store - keeps the daily usage
 * @param logger - is warned of every refusal
 * @returns the limiter
 */
export function createQuotaLimiter(store: QuotaStore, logger: Logger): QuotaLimiter {
  // The limit differs from sender to sender, so the limiters only count; `take` compares.
  const minute = new RateLimiterMemory({ keyPrefix: '', points: Number.MAX_SAFE_INTEGER, duration: minuteSeconds });
  const day = new RateLimiterMemory({ keyPrefix: '', points: Number.MAX_SAFE_INTEGER, duration: daySeconds });
  let changed = false;

  const consume = async (limiter: RateLimiterMemory, senderId: string, points: number, limit: number) => {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(senderId, points);
    if (consumedPoints <= limit) return;
    await limiter.reward(senderId, points);
    const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
    logger.warn({ sender_id: senderId, count: consumedPoints, total: limit }, 'the quota of a sender is used up');
    throw new DciError('err.request.too_many_requests', 'the quota of this sender is used up for now', { retryAfter });
  };

  return {
    take: async (senderId, points, quota) => {
      await consume(minute, senderId, points, quota.perMinute);
      try {
        await consume(day, senderId, points, quota.perDay);
      } catch (error) {
        await minute.reward(senderId, points);
        throw error;
      }
      changed = true;
    },
    debit: async (senderId, points) => {
      await minute.penalty(senderId, points);
      await day.penalty(senderId, points);
      changed = true;
    },
    restore: async () => {
      const usage = await store.load();
      day.restore({
        version: 1,
        storage: usage.map(({ senderId, points, expiresAt }) => ({ key: senderId, value: points, expiresAt })),
      });
    },
    save: async () => {
      if (!changed) return;
      changed = false;
      const { storage } = day.dump();
      await store.save(
        storage.map(({ key, value, expiresAt }) => ({
          senderId: String(key),
          points: value,
          expiresAt: expiresAt ?? 0,
        })),
      );
    },
  };
}
