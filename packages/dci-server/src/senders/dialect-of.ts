import { type Dialect, findDialect, spdciDialect } from 'dci-core';
import type { Sender } from './sender.ts';

/**
 * @param sender - a registered sender
 * @returns how its family differs on the wire (protocol.md section 10)
 */
export function dialectOf({ dialect }: Pick<Sender, 'dialect'>): Dialect {
  return findDialect(dialect) ?? spdciDialect;
}
