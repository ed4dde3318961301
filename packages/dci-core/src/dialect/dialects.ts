import type { Dialect, ShippedDialect } from './dialect.ts';
import { opencrvsDialects } from './opencrvs.ts';
import { openg2pDialect } from './openg2p.ts';
import { opensppDialect } from './openspp.ts';
import { spdciDialect } from './spdci.ts';

/** The dialects that this package ships (protocol.md section 10). */
export const dialects: readonly ShippedDialect[] = [spdciDialect, opensppDialect, ...opencrvsDialects, openg2pDialect];

/**
 * @param name - for example `openspp`
 * @param more - dialects beside the shipped ones; of two with one name the first counts, the shipped ones before these
 * @returns the dialect, or `undefined` when none has this name
 */
export function findDialect(name: string, more: readonly Dialect[] = []): Dialect | undefined {
  return [...dialects, ...more].find((dialect) => dialect.name === name);
}
