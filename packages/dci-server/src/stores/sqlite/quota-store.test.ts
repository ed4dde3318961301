import { expect, it } from 'vitest';
import { openedStore } from './database.fixtures.ts';
import { createSqliteQuotaStore } from './quota-store.ts';

it('keeps the usage that was saved last', async () => {
  const { store, reopen, close } = openedStore(createSqliteQuotaStore);
  try {
    expect(await store.load()).toEqual([]);
    await store.save([
      { senderId: 'a', points: 3, expiresAt: 10 },
      { senderId: 'b', points: 4, expiresAt: 20 },
    ]);
    await store.save([{ senderId: 'b', points: 5, expiresAt: 20 }]);
    expect(await (await reopen()).load()).toEqual([{ senderId: 'b', points: 5, expiresAt: 20 }]);
  } finally {
    await close?.();
  }
});
