import { describe, expect, it } from 'vitest';
import { shareWork } from './share-work.ts';

describe('shared work', () => {
  it('is not joined any more once the last who waited has gone, however slowly it ends', async () => {
    const signals: AbortSignal[] = [];
    const slow = Promise.withResolvers<string>();
    const work = shareWork((signal) => {
      signals.push(signal);
      return signals.length === 1 ? slow.promise : Promise.resolve('fresh');
    });
    const caller = new AbortController();
    const first = work(caller.signal);
    caller.abort('gone');
    await expect(first).rejects.toBe('gone');
    expect(signals[0]?.aborted).toBe(true);
    expect(await work(new AbortController().signal)).toBe('fresh');
    slow.resolve('late');
    expect(signals).toHaveLength(2);
  });

  it('that failed is made anew', async () => {
    let count = 0;
    const work = shareWork(async () => {
      count += 1;
      if (count === 1) throw new Error('once');
      return count;
    });
    const { signal } = new AbortController();
    await expect(Promise.all([work(signal), work(signal)])).rejects.toThrow('once');
    expect(await work(signal)).toBe(2);
  });
});
