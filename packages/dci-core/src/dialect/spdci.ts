import type { SpecialOperation } from '../registry-type/registry-type.ts';
import { type DialectCall, defineDialect } from './dialect.ts';
import { readStandardRefusal } from './read-refusal.ts';

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

/**
 * @param call - what is asked for
 * @param operation - path of a special call
 * @returns the path below `registry/`
 */
export function callPath(call: DialectCall, operation: SpecialOperation['path'] = ''): string {
  return call === 'special' ? operation : callPaths[call];
}

/**
 * The standard as it is written, and this project's own server (OpenAPI v1.0.0; protocol.md section 5). Everything passes
 * as it is: what we send validates against the standard's file of the registry.
 */
export const spdciDialect = defineDialect({
  name: 'spdci-1.0',
  summary: 'The standard SPDCI 1.0.0, as its OpenAPI files have it',
  calls: [
    'sync-search',
    'search',
    'subscribe',
    'unsubscribe',
    'sync-txn-status',
    'txn-status',
    'sync-receipt',
    'receipt',
    'special',
  ],
  signatures: { write: 'dci', read: ['dci'] },
  encryption: { headers: 'protected' },
  repeatable: true,
  path: (call, registry, operation) => `${registry.slugs[0] ?? registry.name}/registry/${callPath(call, operation)}`,
  writeHeader: (header) => header,
  writeQuery: ({ queryType, query }) => ({ queryType, query }),
  writeSearchCriteria: (criteria) => criteria,
  writeMessage: (message) => message,
  readParties: ({ sender_id, receiver_id, action }) => ({
    senderId: textOf(sender_id),
    receiverId: textOf(receiver_id),
    action: textOf(action),
  }),
  readMessage: (message) => message,
  readRefusal: readStandardRefusal,
});

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
