import * as nodeCrypto from 'node:crypto';
import {
  type Clock,
  type CryptoProvider,
  createNodeCryptoProvider,
  createRandom,
  type Random,
  systemClock,
} from 'dci-core';
import { type NodeFetch, type NodeFetchOptions, nodeFetch } from './fetch.ts';

/** What a client needs of the program around it. */
export interface NodePorts {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: NodeFetch;
}

/** @returns cryptography and randomness of `node:crypto`, and the clock of the machine */
export function nodePlatform(): Omit<NodePorts, 'fetch'> {
  return {
    crypto: createNodeCryptoProvider(nodeCrypto),
    clock: systemClock,
    random: createRandom(nodeCrypto.webcrypto),
  };
}

/**
 * The ports of a Node program: cryptography and randomness of `node:crypto`, the clock of the machine, and `nodeFetch`.
 *
 * @param options - of the fetch
 * @returns what `createClient` and `probeDataSource` take beside a data source
 * @throws DciError `err.configuration.invalid` as `nodeFetch`
 */
export function nodePorts(options: NodeFetchOptions = {}): NodePorts {
  return { ...nodePlatform(), fetch: nodeFetch(options) };
}
