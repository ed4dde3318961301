import { describe, it } from 'vitest';
import { testSenderStore } from '../../testing/sender-store-contract.ts';
import { openedStore } from './database.fixtures.ts';
import { createSqliteSenderStore } from './sender-store.ts';

testSenderStore({ name: 'SQLite', create: () => openedStore(createSqliteSenderStore), runner: { describe, it } });
