import type { Fetch } from 'dci-core';
import { vi } from 'vitest';

const realTimeout = globalThis.setTimeout;

/** A fetch that notes what it is asked for and never answers, until its signal ends it. */
export interface SilentFetch {
  readonly fetch: Fetch;
  /** Bodies that were sent. */
  readonly bodies: readonly string[];
}

/**
 * @param then - answers from the second request on; absent: nobody does
 * @returns the fetch
 */
export function silentFetch(then?: Fetch): SilentFetch {
  const bodies: string[] = [];
  return {
    bodies,
    fetch: (url, init) => {
      bodies.push(String(init?.body));
      if (then !== undefined && bodies.length > 1) return then(url, init);
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true });
      });
    },
  };
}

/** Lets real work go on, whatever the fake timers say. */
export const breathe = (milliseconds = 2): Promise<void> =>
  new Promise((resolve) => void realTimeout(resolve, milliseconds));

/** Waits in real time until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await breathe();
}

/**
 * Runs a test in which timers go only as it says, while real work, such as signing, goes on.
 *
 * @param test - gets a function that lets time pass in small steps
 */
export async function withTimers(
  test: (pass: (milliseconds: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await test(async (milliseconds) => {
      for (let passed = 0; passed < milliseconds; passed += 500) {
        await vi.advanceTimersByTimeAsync(Math.min(500, milliseconds - passed));
        await breathe();
      }
    });
  } finally {
    vi.useRealTimers();
  }
}
