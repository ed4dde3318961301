import { describe, expect, it } from 'vitest';
import type { NewVitalEvent } from '../../../log/vital-event-log.ts';
import { testVitalEventLog } from '../../../testing/vital-event-log-contract.ts';
import { eventQueue } from '../../event-jobs.ts';
import { openedState } from './state.fixtures.ts';
import { createSqliteVitalEventLog } from './vital-event-log.ts';

testVitalEventLog({
  name: 'SQLite',
  create: () => {
    const { store, reopen, applied, holds, close } = openedState(createSqliteVitalEventLog);
    const requested = () =>
      applied().flatMap(({ enqueue = [] }) => enqueue.map(({ payload }) => String(payload.event)));
    return { log: store, reopen, holds, requested, close };
  },
  runner: { describe, it },
});

const event = (number: number): NewVitalEvent => ({
  keys: [`Death 2020-01-02 UIN ${number}`],
  type: 'Death',
  source: 'crvs_main',
  content: { date: '2020-01-02', record: { number } },
});

describe('the log of vital events in SQLite', () => {
  it('logs nothing whose work cannot be requested', async () => {
    const { store, failJobs, applied, close } = openedState(createSqliteVitalEventLog);
    failJobs(new Error('no space'));
    await expect(store.receive([event(1)], 1)).rejects.toThrow('no space');
    expect(await store.list({})).toEqual([]);
    failJobs(undefined);
    const [received] = await store.receive([event(1)], 2);
    expect(received?.isNew).toBe(true);
    expect(applied()).toEqual([
      { enqueue: [{ queue: eventQueue, key: `${received?.id}:1`, payload: { event: received?.id } }] },
    ]);
    close();
  });

  it('requests the work of a new round under a key of its own, however many there are', async () => {
    const { store, applied, close } = openedState(createSqliteVitalEventLog);
    const events = await store.receive(
      Array.from({ length: 600 }, (_, number) => event(number)),
      1,
    );
    for (const { id } of events) {
      const claim = await store.claim(id, 1, 2);
      if (claim.kind === 'claimed') await store.settle(id, claim.fence, { state: 'error', reason: 'timeout' }, 1);
    }
    const before = applied().length;
    expect(await store.retry({}, 3)).toEqual(events.map(({ id }) => id));
    const requested = applied()
      .slice(before)
      .flatMap(({ enqueue = [] }) => enqueue.map(({ key }) => key));
    expect(requested).toEqual(events.map(({ id }) => `${id}:2`));
    close();
  });

  it('opens no content that was moved to another row', async () => {
    const { store, connect, close } = openedState(createSqliteVitalEventLog);
    const [one, other] = await store.receive([event(1), event(2)], 1);
    connect()
      .prepare(
        `UPDATE dci_client_crvs_event SET content =
           (SELECT content FROM dci_client_crvs_event WHERE event_id = ?) WHERE event_id = ?`,
      )
      .run(other?.id, one?.id);
    await expect(store.find(one?.id ?? '')).rejects.toMatchObject({ code: 'err.internal' });
    expect(await store.find(other?.id ?? '')).toMatchObject({ content: { record: { number: 2 } } });
    close();
  });

  it('leaves no hash behind of what it forgot', async () => {
    const { store, connect, close } = openedState(createSqliteVitalEventLog);
    const [{ id } = { id: '' }] = await store.receive([event(1)], 1);
    const claim = await store.claim(id, 1, 2);
    const fence = claim.kind === 'claimed' ? claim.fence : 0;
    await store.settle(id, fence, { state: 'processed', outcome: 'applied', fields: [] }, 1);
    expect(await store.forget({ contentBefore: 2, eventsBefore: 2 })).toBe(1);
    expect(connect().prepare('SELECT count(*) FROM dci_client_crvs_event_key').pluck().get()).toBe(0);
    close();
  });
});
