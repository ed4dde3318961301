import { manualClock } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { type CallDeferral, type CallPermit, ReceiverCalls } from './receiver-calls.ts';

const bounds = { callsPerReceiver: 4, concurrency: 16 };
const setup = () => {
  const clock = manualClock(0);
  return { clock, calls: new ReceiverCalls(bounds, clock) };
};
const permitted = (entered: CallPermit | CallDeferral): CallPermit => {
  if ('dueAt' in entered) throw new Error('deferred');
  return entered;
};

describe('ReceiverCalls', () => {
  it('lets a bounded number of calls to one receiver begin, and those to others as well', async () => {
    const { calls } = setup();
    for (let index = 0; index < 4; index += 1) permitted(await calls.enter('slow', false));
    let isWaiting = true;
    const fifth = calls.enter('slow', false).then((entered) => {
      isWaiting = false;
      return entered;
    });
    for (let index = 0; index < 4; index += 1) permitted(await calls.enter(`other ${index}`, false));
    expect(isWaiting).toBe(true);
    permitted(await calls.enter('another', false)).release();
    void fifth;
  });

  it('hands a place over to the one who waits longest', async () => {
    const { calls } = setup();
    const first = permitted(await calls.enter('r', false));
    for (let index = 0; index < 3; index += 1) permitted(await calls.enter('r', false));
    const order: string[] = [];
    const waiting = ['a', 'b'].map(async (name) => {
      const permit = permitted(await calls.enter('r', false));
      order.push(name);
      permit.release();
    });
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b']);
  });

  it('sends calls back to the queue, each for a time of its own, once a receiver is slow', async () => {
    const { calls, clock } = setup();
    // Ten seconds a call, some of them.
    for (let index = 0; index < 20; index += 1) {
      const permit = permitted(await calls.enter('slow', false));
      clock.advance(10_000);
      permit.release();
    }
    for (let index = 0; index < 4; index += 1) permitted(await calls.enter('slow', false));
    const now = clock.now();
    const dueTimes: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const entered = await calls.enter('slow', false);
      expect(entered).toHaveProperty('dueAt');
      if ('dueAt' in entered) dueTimes.push(entered.dueAt - now);
    }
    expect(dueTimes[0]).toBeGreaterThan(1_000);
    for (const [index, dueAt] of dueTimes.slice(1).entries()) {
      const gap = dueAt - (dueTimes[index] ?? 0);
      expect(gap).toBeGreaterThan(2_000);
      expect(gap).toBeLessThan(2_600);
    }
  });

  it('leaves half of the workers to others, however fast a receiver is', async () => {
    const { calls } = setup();
    for (let index = 0; index < 20; index += 1) permitted(await calls.enter('r', false)).release();
    for (let index = 0; index < 4; index += 1) permitted(await calls.enter('r', false));
    const waiting = Array.from({ length: 8 }, () => calls.enter('r', false));
    expect(await calls.enter('r', false)).toHaveProperty('dueAt');
    expect(waiting).toHaveLength(8);
  });

  it('lets a probe be the only call', async () => {
    const { calls } = setup();
    const call = permitted(await calls.enter('r', false));
    expect(await calls.enter('r', true)).toEqual({ dueAt: 15_000 });
    call.release();
    const probe = permitted(await calls.enter('r', true));
    expect(await calls.enter('r', true)).toEqual({ dueAt: 15_000 });
    expect(await calls.enter('r', false)).toEqual({ dueAt: 15_000 });
    permitted(await calls.enter('other', true)).release();
    probe.release();
    permitted(await calls.enter('r', true));
  });
});
