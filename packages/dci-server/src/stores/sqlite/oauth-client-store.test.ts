import { describe, it } from 'vitest';
import { testOAuthClientStore } from '../../testing/oauth-client-store-contract.ts';
import { openedStore } from './database.fixtures.ts';
import { createSqliteOAuthClientStore } from './oauth-client-store.ts';

testOAuthClientStore({
  name: 'SQLite',
  create: () =>
    openedStore((database) => {
      for (const senderId of ['a', 'b']) {
        database
          .prepare(
            `INSERT INTO dci_server_sender (sender_id, state, dialect, schemes, policy)
             VALUES (?, 'active', 'spdci-1.0', '[]', '{}') ON CONFLICT DO NOTHING`,
          )
          .run(senderId);
      }
      return createSqliteOAuthClientStore(database);
    }),
  runner: { describe, it },
});
