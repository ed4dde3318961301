import type { CryptoProvider } from 'dci-core';
import type { DeliverySettings } from './delivery-settings.ts';

/**
 * Tells how long to wait before the next attempt. The jitter follows from the message id: messages that failed together
 * are tried again apart. Delays are taken in pairs from the second on, and what the first of a pair is shorter its
 * second is longer, so that all attempts together span the sum of the delays (75 hours) whatever the jitter.
 *
 * @param messageId - of the message
 * @param attempts - how many attempts have been made, from 1
 * @param settings - delays and jitter
 * @param crypto - for the hash
 * @returns milliseconds; `undefined` when no attempt is left
 */
export function retryDelay(
  messageId: string,
  attempts: number,
  settings: Pick<DeliverySettings, 'delaysMs' | 'jitter'>,
  crypto: Pick<CryptoProvider, 'sha256'>,
): number | undefined {
  const { delaysMs, jitter } = settings;
  const position = attempts - 1;
  const delay = delaysMs[position];
  if (delay === undefined) return undefined;
  const isSecond = position > 0 && position % 2 === 0;
  const partner = delaysMs[isSecond ? position - 1 : position + 1];
  const shift = position === 0 || partner === undefined ? delay : Math.min(delay, partner);
  const pair = Math.ceil(position / 2);
  const direction = fraction(`${messageId} ${pair}`, crypto) * (isSecond ? -1 : 1);
  return Math.round(delay + direction * jitter * shift);
}

/** @returns a number from -1 to 1 that follows from the text */
function fraction(text: string, crypto: Pick<CryptoProvider, 'sha256'>): number {
  const bytes = crypto.sha256(new TextEncoder().encode(text));
  const [first = 0, second = 0, third = 0] = bytes;
  return ((first << 16) | (second << 8) | third) / 0x7fffff - 1;
}

/** RFC 9110 section 5.6.7, in its preferred form. */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3).
 *
 * @param value - seconds or an HTTP date
 * @param now - Unix milliseconds
 * @param longestMs - the longest time that is honoured
 * @returns milliseconds to wait; `undefined` when the header is absent or no such value
 */
export function readRetryAfter(value: string | undefined, now: number, longestMs: number): number | undefined {
  const text = value?.trim() ?? '';
  const wait = /^\d{1,15}$/.test(text)
    ? Number(text) * 1_000
    : httpDate.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longestMs);
}
