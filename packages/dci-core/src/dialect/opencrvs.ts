import { defineDialect } from './dialect.ts';
import { spdciDialect } from './spdci.ts';

/** The DCI interface of OpenCRVS (protocol.md section 10; dialects.md sections 2 to 4). */
export const opencrvsDialect = defineDialect({
  ...spdciDialect,
  name: 'opencrvs',
  summary: 'OpenCRVS',
  calls: ['sync-search', 'search'],
  signatures: { write: 'jws', read: ['jws'] },
  encryption: { headers: 'unprotected' },
  repeatable: false,
});
