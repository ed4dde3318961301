import { defineDialect } from './dialect.ts';
import { spdciDialect } from './spdci.ts';

/** OpenSPP 2 (protocol.md section 10; dialects.md sections 2 to 4). */
export const opensppDialect = defineDialect({
  ...spdciDialect,
  name: 'openspp',
  summary: 'OpenSPP 2',
  calls: ['sync-search', 'search', 'subscribe', 'unsubscribe', 'sync-txn-status', 'txn-status'],
  repeatable: false,
});
