import { describe, it } from 'vitest';
import { testOutgoingStore } from '../../testing/outgoing-store-contract.ts';
import { createSqliteOutgoingStore } from './outgoing-store.ts';
import { openedState } from './state-database.fixtures.ts';

testOutgoingStore({ name: 'SQLite', create: () => openedState(createSqliteOutgoingStore), runner: { describe, it } });
