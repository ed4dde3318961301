import { describe, it } from 'vitest';
import { testSubscriptionStore } from '../../testing/subscription-store-contract.ts';
import { openedState } from './state-database.fixtures.ts';
import { createSqliteSubscriptionStore } from './subscription-store.ts';

testSubscriptionStore({
  name: 'SQLite',
  create: () => openedState(createSqliteSubscriptionStore),
  runner: { describe, it },
});
