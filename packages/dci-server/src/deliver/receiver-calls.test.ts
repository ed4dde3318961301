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
    expect(calls.enter('r', true)).toHaveProperty('dueAt');
    call.release();
    const probe = permitted(calls.enter('r', true));
    expect(calls.enter('r', true)).toHaveProperty('dueAt');
    expect(calls.enter('r', false)).toHaveProperty('dueAt');
    permitted(calls.enter('other', true)).release();
    probe.release();
    permitted(calls.enter('r', true));
  });

  it('lets the others come back when a probe is likely to be over, each in its turn', () => {
    const { calls, clock } = setup();
    permitted(calls.enter('r', true));
    clock.advance(50);
    expect(dueTimes(calls, 3)).toEqual([250, 300, 350]);
    // It takes longer than calls did: twice as long, perhaps.
    clock.advance(4_950);
    expect(dueTimes(calls, 2)).toEqual([11_250, 12_500]);
    // A call ends after 15 s.
    clock.advance(15_000);
    expect(dueTimes(calls, 1)[0]).toBe(20_000 + 15_000 + 5_000);
  });
});
