import { describe, expect, it } from 'vitest';
import { newCallback } from '../../deliver/delivery.fixtures.ts';
import { testReceiverStore } from '../../testing/receiver-store-contract.ts';
import { createSqliteOutgoingStore } from './outgoing-store.ts';
import { createSqliteReceiverStore } from './receiver-store.ts';
import { openedState } from './state-database.fixtures.ts';

testReceiverStore({
  name: 'SQLite',
  create: () => openedState(({ database }) => createSqliteReceiverStore(database)),
  runner: { describe, it },
});

describe('the messages of a receiver', () => {
  it('are counted by what became of them', async () => {
    const { store, close } = openedState((state) => ({
      outgoing: createSqliteOutgoingStore(state),
      receivers: createSqliteReceiverStore(state.database),
    }));
    const subjects = ['c1', 'c2', 'c3', 'c4'];
    await store.outgoing.add(
      subjects.map((subject) => newCallback({ subject })),
      {},
    );
    for (const [subject, state] of [
      ['c1', 'dead'],
      ['c2', 'delivered'],
    ] as const) {
      await store.outgoing.settle({ messageId: `callback-${subject}-0`, state, at: 1, jobs: {} });
    }
    expect(await store.receivers.list()).toEqual([
      { receiver: { receiverId: 'mis.example.org', failures: 0, openings: 0 }, pending: 2, dead: 1 },
    ]);
    close();
  });
});
