import { defineDialect } from './dialect.ts';
import { spdciDialect } from './spdci.ts';

/** OpenG2P registry platform (protocol.md section 10; dialects.md sections 2 to 4). */
export const openg2pDialect = defineDialect({
  ...spdciDialect,
  name: 'openg2p',
  summary: 'OpenG2P registry platform',
  calls: ['sync-search', 'search'],
  signatures: { write: 'jws-detached', read: ['jws-detached'] },
  repeatable: false,
  locale: 'en',
});
