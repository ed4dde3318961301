import { manualClock } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { type CallDeferral, type CallPermit, ReceiverCalls } from './receiver-calls.ts';

const setup = () => {
  const clock = manualClock(0);
  return { clock, calls: new ReceiverCalls({ callsPerReceiver: 4, concurrency: 64 }, clock) };
};
const permitted = (entered: CallPermit | CallDeferral): CallPermit => {
  if ('dueAt' in entered) throw new Error('deferred');
  return entered;
};
const dueTimes = (calls: ReceiverCalls, count: number): readonly number[] =>
  Array.from({ length: count }, () => {
    const entered = calls.enter('r', false, 'call');
    if (!('dueAt' in entered)) throw new Error('permitted');
    return entered.dueAt;
  });
const gaps = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('ReceiverCalls', () => {
  it('lets a bounded number of calls to one receiver run, and those to others as well', () => {
    const { calls } = setup();
    const permits = Array.from({ length: 4 }, () => permitted(calls.enter('r', false, 'call')));
    expect(calls.enter('r', false, 'call')).toHaveProperty('dueAt');
    for (let index = 0; index < 10; index += 1) permitted(calls.enter(`other ${index}`, false, 'call'));
    permits[0]?.release();
    permits[0]?.release();
    permitted(calls.enter('r', false, 'call'));
    expect(calls.enter('r', false, 'call')).toHaveProperty('dueAt');
  });

  it('gives each call beyond the bound a time of its own, as fast as calls end', () => {
    const { calls, clock } = setup();
    for (let index = 0; index < 50; index += 1) {
      const permit = permitted(calls.enter('r', false, 'call'));
      clock.advance(10_000);
      permit.release();
    }
    for (let index = 0; index < 4; index += 1) permitted(calls.enter('r', false, 'call'));
    const times = dueTimes(calls, 10);
    expect(times[0]).toBeGreaterThan(clock.now());
    for (const gap of gaps(times)) expect(Math.abs(gap - 2_500)).toBeLessThan(50);
  });

  it('sees that a receiver has become slow before its calls end', () => {
    const { calls, clock } = setup();
    for (let index = 0; index < 4; index += 1) permitted(calls.enter('r', false, 'call'));
    expect(gaps(dueTimes(calls, 3))).toEqual([50, 50]);
    clock.advance(12_000);
    expect(gaps(dueTimes(calls, 3))).toEqual([3_000, 3_000]);
  });

  it('lets a probe be the only call', () => {
    const { calls } = setup();
    const call = permitted(calls.enter('r', false, 'call'));
    expect(calls.enter('r', true, 'call')).toHaveProperty('dueAt');
    call.release();
    const probe = permitted(calls.enter('r', true, 'call'));
    expect(calls.enter('r', true, 'call')).toHaveProperty('dueAt');
    expect(calls.enter('r', false, 'call')).toHaveProperty('dueAt');
    permitted(calls.enter('other', true, 'call')).release();
    probe.release();
    permitted(calls.enter('r', true, 'call'));
  });

  it('lets the others come back when a probe is likely to be over, each in its turn', () => {
    const { calls, clock } = setup();
    permitted(calls.enter('r', true, 'call'));
    clock.advance(50);
    expect(dueTimes(calls, 3)).toEqual([250, 300, 350]);
    // It takes longer than calls did: twice as long, perhaps.
    clock.advance(4_950);
    expect(dueTimes(calls, 2)).toEqual([11_250, 12_500]);
    // A call ends after 15 s.
    clock.advance(15_000);
    expect(dueTimes(calls, 1)[0]).toBe(20_000 + 15_000 + 5_000);
  });

  it('calls up what waits, the oldest first, as soon as a call ends', () => {
    const { calls } = setup();
    const permits = Array.from({ length: 4 }, (_, index) => permitted(calls.enter('r', false, `running ${index}`)));
    for (const name of ['a', 'b', 'c']) expect(calls.enter('r', false, name)).toHaveProperty('dueAt');
    expect(calls.next('r')).toEqual([]);
    permits[0]?.release();
    expect(calls.next('r')).toEqual(['a']);
    permits[1]?.release();
    permits[2]?.release();
    // The one that was called up has come, and one came in its turn.
    permitted(calls.enter('r', false, 'a'));
    permitted(calls.enter('r', false, 'b'));
    permits[3]?.release();
    expect(calls.next('r')).toEqual(['c']);
    expect(calls.next('r')).toEqual([]);
  });

  it('calls nothing up beside a probe', () => {
    const { calls } = setup();
    const probe = permitted(calls.enter('r', true, 'probe'));
    expect(calls.enter('r', false, 'a')).toHaveProperty('dueAt');
    expect(calls.next('r')).toEqual([]);
    probe.release();
    expect(calls.next('r')).toEqual(['a']);
  });

  it('gives no turn that is hours away, whatever a receiver was like', () => {
    const { calls, clock } = setup();
    for (let index = 0; index < 4; index += 1) permitted(calls.enter('r', false, 'call'));
    clock.advance(12_000);
    const times = dueTimes(calls, 1_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(clock.now() + 600_000);
    expect(times.filter((time) => time > clock.now() + 300_000).length).toBeGreaterThan(500);
  });

  it('lets receivers that are slow share half of the workers, while fast ones may have all their calls', () => {
    const { calls, clock } = setup();
    const enter = (receiver: string): boolean => !('dueAt' in calls.enter(receiver, false, `${receiver} call`));
    const slow = Array.from({ length: 20 }, (_, index) => `slow ${index}`);
    for (const receiver of slow) expect(enter(receiver)).toBe(true);
    clock.advance(12_000);
    // One of 32 workers for each of 20.
    for (const receiver of slow) expect(enter(receiver)).toBe(false);
    for (let index = 0; index < 4; index += 1) expect(enter('fast')).toBe(true);
    expect(enter('fast')).toBe(false);
    // One that turns out to be slow gets no further call, yet never none.
    expect(enter('another')).toBe(true);
    clock.advance(12_000);
    expect(enter('another')).toBe(false);
  });

  it('gives a slow receiver all its calls while few are slow', () => {
    const { calls, clock } = setup();
    permitted(calls.enter('r', false, 'a'));
    permitted(calls.enter('other', false, 'b'));
    clock.advance(12_000);
    for (let index = 0; index < 3; index += 1) permitted(calls.enter('r', false, 'c'));
    expect(calls.enter('r', false, 'd')).toHaveProperty('dueAt');
  });
});
