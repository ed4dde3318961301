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

/** What a host takes from its surroundings; tests pass their own. */
export interface HostPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly crypto: CryptoProvider;
  readonly logger: Logger;
}

/**
 * Completes the ports of a host with those of the running Node process.
 *
 * @param given - ports that replace the defaults
 * @param logger - used when none is given
 * @returns all ports
 */
export function completePorts(given: Partial<HostPorts>, logger: () => Logger): HostPorts {
  return {
    clock: given.clock ?? systemClock,
    random: given.random ?? createRandom(nodeCrypto.webcrypto),
    fetch: given.fetch ?? ((url, init) => fetch(url, init)),
    crypto: given.crypto ?? createNodeCryptoProvider(nodeCrypto),
    logger: given.logger ?? logger(),
  };
}
