import type { Clock, Random } from 'dci-core';
import { withinDeadline } from '../deadline.ts';
import { type ClientFailure, clientFailure, timedOut } from '../failure.ts';
import { wait } from './wait.ts';

/**
 * When a request may be made again that failed.
 *
 * `read`: it changes nothing, so always, as a new message. `identical`: the same message once more, because the registry
 * answers what it got twice as it did the first time. `never`: only when certainly nothing of it was sent.
 */
export type Repetition = 'read' | 'identical' | 'never';

/** What {@link withAttempts} keeps to. */
export interface AttemptsOptions {
  readonly repetition: Repetition;
  /** Further attempts after the first. */
  readonly retries: number;
  /** Time for all of them together. */
  readonly seconds: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends when the whole time is over or the caller gives up. */
  readonly signal: AbortSignal;
}

/** One attempt. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** Must be called before the first byte leaves. */
  readonly sending: () => void;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Does some work again where that is safe and promising: no connection, no answer in its time, and answers that ask for
 * patience. Each attempt but the last gets half of the time that is left, so that a slow registry is still waited for.
 * Between two there is a growing, random delay, or what `Retry-After` asks for; it may take half of the time that is left.
 *
 * @param options - what is safe, and how much time there is
 * @param work - one attempt
 * @returns what the first successful attempt returns
 * @throws what the last attempt threw
 */
export async function withAttempts<T>(options: AttemptsOptions, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { repetition, seconds, clock, signal } = options;
  const end = clock.now() + seconds * 1000;
  for (let number = 0; ; number += 1) {
    const isLast = number >= options.retries;
    const left = end - clock.now();
    let isSent = false;
    const attempt = (within: AbortSignal): Promise<T> =>
      work({
        signal: within,
        sending: () => {
          isSent = true;
        },
      });
    try {
      if (isLast || repetition === 'never') return await attempt(signal);
      return await withinDeadline(Math.max(left, 0) / 2000, signal, attempt);
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = clientFailure(error);
      const isSafe = repetition !== 'never' || !isSent || (failure !== undefined && isNeverSent(failure));
      if (failure !== undefined && !isLast && isSafe && isPassing(failure)) {
        const delay = Math.max(backoff(number, options.random), retryAfterOf(error) * 1000);
        if (delay <= (end - clock.now()) / 2) {
          await wait(delay, signal);
          continue;
        }
      }
      // The share of one attempt would mean nothing to the caller.
      throw failure?.kind === 'timeout' ? timedOut(seconds) : error;
    }
  }
}

/** Answers of a registry, or of a gateway before it, that another attempt can change. */
const passingStatuses: readonly number[] = [429, 502, 503, 504];

function isPassing(failure: ClientFailure): boolean {
  if (failure.kind === 'timeout') return true;
  if (failure.kind === 'refused') return passingStatuses.includes(failure.status);
  if (failure.kind === 'protocol') return failure.fault === 'truncated';
  return failure.kind === 'unreachable' && !isRuledOut(failure.systemCode);
}

const tlsCode = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|TLS_FAILED$)/;

/** What another attempt cannot change. */
function isRuledOut(code: string | undefined): boolean {
  return code !== undefined && (tlsCode.test(code) || code === 'URL_FORBIDDEN' || code === 'ADDRESS_FORBIDDEN');
}

const codesBeforeSending: readonly string[] = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
  // of the egress of a host
  ...['NAME_NOT_FOUND', 'CONNECT_FAILED', 'CONNECT_TIMEOUT'],
];

/**
 * @param failure - of a request
 * @returns whether no connection came about, so that the registry certainly got nothing
 */
export function isNeverSent(failure: ClientFailure): boolean {
  if (failure.kind !== 'unreachable' || failure.systemCode === undefined) return false;
  return codesBeforeSending.includes(failure.systemCode) || isRuledOut(failure.systemCode);
}

function backoff(number: number, random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  const longest = Math.min(FIRST_DELAY_MS * 2 ** number, LONGEST_DELAY_MS);
  return longest * (0.5 + (high * 256 + low) / 131_072);
}

function retryAfterOf(error: unknown): number {
  return error instanceof Error && 'retryAfter' in error ? Number(error.retryAfter ?? 0) : 0;
}
