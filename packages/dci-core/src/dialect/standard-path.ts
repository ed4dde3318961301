import type { RegistryType } from '../registry-type/registry-type.ts';
import type { DialectCall } from './dialect.ts';

const callPaths: Readonly<Record<Exclude<DialectCall, 'special'>, string>> = {
  'sync-search': 'sync/search',
  search: 'search',
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  'sync-txn-status': 'sync/txn/status',
  'txn-status': 'txn/status',
  // The standard has no path for a receipt; these are ours (protocol.md section 5).
  'sync-receipt': 'sync/receipt',
  receipt: 'receipt',
};

/** The calls that every registry of the standard has; a special call is of one registry type. */
export const standardCalls: readonly DialectCall[] = [
  'sync-search',
  'search',
  'subscribe',
  'unsubscribe',
  'sync-txn-status',
  'txn-status',
  'sync-receipt',
  'receipt',
];

/**
 * The path of a call (OpenAPI v1.0.0; protocol.md section 5).
 *
 * @param call - what is asked for
 * @param operation - path of a special call below `registry/`
 * @returns the path below `registry/`
 */
export function callPath(call: DialectCall, operation = ''): string {
  return call === 'special' ? operation : callPaths[call];
}

/**
 * The path of a call below the base address of a party that may serve several registries.
 *
 * @param call - what is asked for
 * @param registry - type of the registry asked
 * @param operation - path of a special call below `registry/`
 * @returns for example `social/registry/sync/search`
 */
export function standardPath(call: DialectCall, registry: RegistryType, operation?: string): string {
  return `${registry.slugs[0] ?? registry.name}/registry/${callPath(call, operation)}`;
}
