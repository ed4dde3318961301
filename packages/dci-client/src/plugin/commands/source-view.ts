import { isJsonObject, type JsonObject, readJson } from 'dci-core';
import type { SourceClients } from '../sources/source-clients.ts';
import type { SourceEntry } from '../sources/source-directory.ts';

/** Whether a data source is asked: `unusable` when a secret or a key of it cannot be read where that was looked at. */
export interface SourceCondition {
  readonly state: 'active' | 'disabled' | 'unusable';
  /** Why it is unusable; without secrets. */
  readonly reason?: string;
}

/**
 * @param entry - a data source
 * @param clients - find out whether it can be used
 * @returns its condition, as this process sees it: `env:` secrets are those of this process
 */
export async function conditionOf(
  entry: SourceEntry,
  clients: Pick<SourceClients, 'faultOf'>,
): Promise<SourceCondition> {
  if (entry.disabled) return { state: 'disabled' };
  const reason = await clients.faultOf(entry);
  return reason === undefined ? { state: 'active' } : { state: 'unusable', reason };
}

/**
 * @param entry - a data source
 * @param condition - whether it is asked
 * @returns it for `--json`: settings as they are, because they name secrets and hold none
 */
export function sourceView({ settings, origin }: SourceEntry, { state, reason }: SourceCondition): JsonObject {
  const { value } = readJson(JSON.stringify(settings));
  return { ...(isJsonObject(value) ? value : {}), origin, state, ...(reason !== undefined && { reason }) };
}
