import { isIPv6 } from 'node:net';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** How many wrong secrets are answered in a minute before the answer is 429 (reliability.md OA4). */
export interface FailureLimits {
  /** Wrong secrets for one client, from anywhere. Default 5. */
  readonly perClient: number;
  /** Failures from one address, for any client. Default 5; set it higher where all clients share a proxy's address. */
  readonly perAddress: number;
}

/** Counts failed authentications. */
export interface FailureLimiter {
  /**
   * @param address - where a request comes from; absent: not known
   * @returns seconds until it may try again; `undefined` when it may now
   */
  blocked(address: string | undefined): Promise<number | undefined>;
  /**
   * Counts a failure.
   *
   * @returns seconds until the next try, when there were too many; else `undefined`
   */
  fail(clientId: string, address: string | undefined): Promise<number | undefined>;
}

const windowSeconds = 60;

/**
 * Makes a limiter, in memory.
 *
 * A blocked address is refused whatever it shows, before any work. A client is not: whoever shows its right secret is the
 * client, and somebody who only knows its id could shut it out otherwise.
 *
 * @param limits - failures in a minute
 * @returns the limiter
 */
export function createFailureLimiter(limits: FailureLimits): FailureLimiter {
  const clients = new RateLimiterMemory({
    keyPrefix: '',
    points: Number.MAX_SAFE_INTEGER,
    duration: windowSeconds,
  });
  const addresses = new RateLimiterMemory({
    keyPrefix: '',
    points: Number.MAX_SAFE_INTEGER,
    duration: windowSeconds,
  });
  return {
    blocked: async (address) => {
      if (address === undefined) return undefined;
      const used = await addresses.get(addressGroup(address));
      return used !== null && used.consumedPoints >= limits.perAddress ? secondsOf(used.msBeforeNext) : undefined;
    },
    fail: async (clientId, address) => {
      if (address !== undefined) await addresses.penalty(addressGroup(address), 1);
      const { consumedPoints, msBeforeNext } = await clients.penalty(clientId.slice(0, 100), 1);
      return consumedPoints > limits.perClient ? secondsOf(msBeforeNext) : undefined;
    },
  };
}

function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/**
 * @param address - an IP address
 * @returns what counts as one address: of IPv6 the network of 64 bits, in which a single party can choose any address
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...before,
    ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'),
    ...after,
  ];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
