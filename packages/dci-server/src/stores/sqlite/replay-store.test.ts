import { describe, it } from 'vitest';
import { testReplayStore } from '../../testing/replay-store-contract.ts';
import { openedStore } from './database.fixtures.ts';
import { createSqliteReplayStore } from './replay-store.ts';

testReplayStore({ name: 'SQLite', create: () => openedStore(createSqliteReplayStore), runner: { describe, it } });
