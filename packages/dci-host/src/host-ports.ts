import nodeCrypto from 'node:crypto';
import {
  type Clock,
  type CryptoProvider,
  createNodeCryptoProvider,
  createRandom,
  type Fetch,
  type Logger,
  type Random,
  systemClock,
} from 'dci-core';
import { createEgress, type EgressOptions } from './egress/create-egress.ts';
import type { Egress } from './egress/egress.ts';
import { createEgressFetch } from './egress/egress-fetch.ts';

/** What a host takes from its surroundings; tests pass their own. */
export interface HostPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Default: a fetch that goes through the egress. */
  readonly fetch: Fetch;
  /** Default: what the configuration permits. */
  readonly egress: Egress;
  readonly crypto: CryptoProvider;
  readonly logger: Logger;
}

/** The ports of a command that has no configuration: what its operator names is fetched without the egress's rules. */
export type ProcessPorts = Omit<HostPorts, 'egress'>;

/**
 * Completes the ports of a command with those of the running Node process.
 *
 * @param given - ports that replace the defaults
 * @param logger - used when none is given
 * @returns all ports but the egress
 */
export function completePorts(given: Partial<ProcessPorts>, logger: () => Logger): ProcessPorts {
  return {
    clock: given.clock ?? systemClock,
    random: given.random ?? createRandom(nodeCrypto.webcrypto),
    fetch: given.fetch ?? ((url, init) => fetch(url, init)),
    crypto: given.crypto ?? createNodeCryptoProvider(nodeCrypto),
    logger: given.logger ?? logger(),
  };
}

/**
 * Completes the ports of a host: as {@link completePorts}, with the egress that its configuration permits, through which
 * `fetch` goes too.
 *
 * @param given - ports that replace the defaults
 * @param logger - used when none is given
 * @param config - what the egress may reach
 * @returns all ports
 */
export function completeHostPorts(
  given: Partial<HostPorts>,
  logger: () => Logger,
  config: EgressOptions['config'],
): HostPorts {
  const egress = given.egress ?? createEgress({ config });
  return { ...completePorts({ ...given, fetch: given.fetch ?? createEgressFetch(egress) }, logger), egress };
}
