import { describe, expect, it } from 'vitest';
import { testCrypto } from '../server.fixtures.ts';
import { defaultDeliverySettings } from './delivery-settings.ts';
import { readRetryAfter, retryDelay } from './retry-delay.ts';

const { delaysMs, jitter } = defaultDeliverySettings;
const hour = 3_600_000;
const delaysOf = (messageId: string, settings = { delaysMs, jitter }): readonly number[] =>
  settings.delaysMs.map((_, index) => retryDelay(messageId, index + 1, settings, testCrypto) ?? Number.NaN);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('retryDelay', () => {
  const messages = Array.from({ length: 1_000 }, (_, index) => `message ${index}`);

  it('keeps every delay within a fifth of the schedule, and all of them together at 75 hours', () => {
    for (const messageId of messages) {
      const delays = delaysOf(messageId);
      for (const [index, delay] of delays.entries()) {
        const nominal = delaysMs[index] ?? Number.NaN;
        expect(Math.abs(delay - nominal)).toBeLessThanOrEqual(nominal * jitter + 1);
      }
      expect(sum(delays)).toBeGreaterThan(75 * hour);
      expect(Math.abs(sum(delays) - sum(delaysMs))).toBeLessThanOrEqual(2_000);
    }
  });

  it('spreads messages that failed together over the whole range', () => {
    for (const [index, nominal] of delaysMs.entries()) {
      const delays = messages.map((messageId) => delaysOf(messageId)[index] ?? Number.NaN);
      const partner = index === 0 ? nominal : Math.min(nominal, delaysMs[index % 2 === 0 ? index - 1 : index + 1] ?? 0);
      expect(Math.min(...delays)).toBeLessThan(nominal - partner * jitter * 0.95);
      expect(Math.max(...delays)).toBeGreaterThan(nominal + partner * jitter * 0.95);
    }
  });

  it('has none after the last attempt', () => {
    expect(retryDelay('m', 9, { delaysMs, jitter }, testCrypto)).toBeDefined();
    expect(retryDelay('m', 10, { delaysMs, jitter }, testCrypto)).toBeUndefined();
    expect(retryDelay('m', 1, { delaysMs: [], jitter }, testCrypto)).toBeUndefined();
  });

  it('keeps to other schedules as well', () => {
    for (const messageId of messages) {
      for (const [index, delay] of delaysOf(messageId, { delaysMs: [10, 1_000, 100, 50], jitter: 0.5 }).entries()) {
        const nominal = [10, 1_000, 100, 50][index] ?? Number.NaN;
        expect(Math.abs(delay - nominal)).toBeLessThanOrEqual(nominal * 0.5 + 1);
      }
    }
    expect(delaysOf('m', { delaysMs: [10, 20, 30], jitter: 0 })).toEqual([10, 20, 30]);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-04-22T10:30:00Z');
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['99999999999', 24 * hour],
    ['Wed, 22 Apr 2026 10:31:00 GMT', 60_000],
    ['Wed, 22 Apr 2026 10:29:00 GMT', 0],
    ['Sun, 06 Nov 2094 08:49:37 GMT', 24 * hour],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['2026-04-22T10:31:00Z', undefined],
    ['Wed, 99 Foo 2026 10:31:00 GMT', undefined],
  ])('of %j is %j', (value, expected) => {
    expect(readRetryAfter(value, now, 24 * hour)).toBe(expected);
  });
});
