import { describe, expect, it } from 'vitest';
import { testSenderStore } from '../../testing/sender-store-contract.ts';
import { openedStore } from './database.fixtures.ts';
import { createSqliteSenderStore } from './sender-store.ts';
import { openedState } from './state-database.fixtures.ts';

testSenderStore({ name: 'SQLite', create: () => openedStore(createSqliteSenderStore), runner: { describe, it } });

describe('the callback credential', () => {
  it('is sealed at rest', async () => {
    const { store, holds, close } = openedState(({ database, sealer }) =>
      createSqliteSenderStore(database.durable, sealer),
    );
    await store.add({
      senderId: 'mis.example.org',
      state: 'active',
      dialect: 'spdci-1.0',
      schemes: ['dci'],
      keys: [],
      callbackCredential: { kind: 'bearer', token: 'callback-token' },
      policy: { registries: {} },
    });
    expect(holds('mis.example.org')).toBe(true);
    expect(holds('callback-token')).toBe(false);
    close();
  });
});
