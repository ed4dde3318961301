import { manualClock } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { type CallDeferral, type CallPermit, ReceiverCalls } from './receiver-calls.ts';

const setup = () => {
  const clock = manualClock(0);
  return { clock, calls: new ReceiverCalls({ callsPerReceiver: 4 }, clock) };
};
const permitted = (entered: CallPermit | CallDeferral): CallPermit => {
  if ('dueAt' in entered) throw new Error('deferred');
  return entered;
};
const dueTimes = (calls: ReceiverCalls, count: number): readonly number[] =>
  Array.from({ length: count }, () => {
    const entered = calls.enter('r', false);
    if (!('dueAt' in entered)) throw new Error('permitted');
    return entered.dueAt;
  });
const gaps = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('ReceiverCalls', () => {
  it('lets a bounded number of calls to one receiver run, and those to others as well', () => {
    const { calls } = setup();
    const permits = Array.from({ length: 4 }, () => permitted(calls.enter('r', false)));
    expect(calls.enter('r', false)).toHaveProperty('dueAt');
    for (let index = 0; index < 10; index += 1) permitted(calls.enter(`other ${index}`, false));
    permits[0]?.release();
    permits[0]?.release();
    permitted(calls.enter('r', false));
    expect(calls.enter('r', false)).toHaveProperty('dueAt');
  });

  it('gives each call beyond the bound a time of its own, as fast as calls end', () => {
    const { calls, clock } = setup();
    for (let index = 0; index < 50; index += 1) {
      const permit = permitted(calls.enter('r', false));
      clock.advance(10_000);
      permit.release();
    }
    for (let index = 0; index < 4; index += 1) permitted(calls.enter('r', false));
    const times = dueTimes(calls, 10);
    expect(times[0]).toBeGreaterThan(clock.now());
    for (const gap of gaps(times)) expect(Math.abs(gap - 2_500)).toBeLessThan(50);
  });

  it('sees that a receiver has become slow before its calls end', () => {
    const { calls, clock } = setup();
    for (let index = 0; index < 4; index += 1) permitted(calls.enter('r', false));
    expect(gaps(dueTimes(calls, 3))).toEqual([50, 50]);
    clock.advance(12_000);
    expect(gaps(dueTimes(calls, 3))).toEqual([3_000, 3_000]);
  });

  it('lets a probe be the only call', () => {
    const { calls } = setup();
    const call = permitted(calls.enter('r', false));
    expect(calls.enter('r', true)).toEqual({ dueAt: 15_000 });
    call.release();
    const probe = permitted(calls.enter('r', true));
    expect(calls.enter('r', true)).toEqual({ dueAt: 15_000 });
    expect(calls.enter('r', false)).toEqual({ dueAt: 15_000 });
    permitted(calls.enter('other', true)).release();
    probe.release();
    permitted(calls.enter('r', true));
  });
});
