import * as nodeCrypto from 'node:crypto';
import { type Clock, createRandom } from 'dci-core';
import { createMemoryCache } from './cache/memory-cache.ts';
import { type FakeRegistry, fakeRegistry } from './disability-source.fixtures.ts';
import { type DrService, type DrServiceOptions, drService } from './dr-service.ts';

export const random = createRandom(nodeCrypto.webcrypto);
export const noon = Date.parse('2026-04-22T12:00:00Z');

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** Seconds; negative goes back. */
  advance(seconds: number): void;
}

/** @returns a clock that stands at noon */
export function manualClock(): ManualClock {
  let now = noon;
  return {
    now: () => now,
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}

/** A service, and what it works with. */
export interface ServiceTest {
  readonly registry: FakeRegistry;
  readonly clock: ManualClock;
  readonly service: DrService;
  /** @returns another service of the same registry, clock and cache */
  with(options: Partial<DrServiceOptions>): DrService;
}

/** @returns a service with a cache, of a registry that knows nobody */
export function serviceTest(options: Partial<DrServiceOptions> = {}): ServiceTest {
  const registry = fakeRegistry();
  const clock = manualClock();
  const cache = createMemoryCache({ random });
  const make = (more: Partial<DrServiceOptions>): DrService =>
    drService({ client: registry, clock, cache, ...options, ...more });
  return { registry, clock, service: make({}), with: make };
}
