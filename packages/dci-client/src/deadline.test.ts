import { expect, it } from 'vitest';
import { withinDeadline } from './deadline.ts';
import { failureOf } from './failure.fixtures.ts';

/** Work that ends with its signal, or, where it does not heed it, never. */
const endless = (signal: AbortSignal): Promise<string> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('broken off'))));
const deaf = (): Promise<string> => new Promise(() => undefined);

it('gives what the work gives, and what it throws', async () => {
  expect(await withinDeadline(5, undefined, async () => 'done')).toBe('done');
  await expect(withinDeadline(5, undefined, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
});

it.each([endless, deaf])('ends with a failure, or with what is given instead', async (work) => {
  expect((await failureOf(withinDeadline(0.01, undefined, work))).failure).toMatchObject({ kind: 'timeout' });
  expect(await withinDeadline(0.01, undefined, work, () => 'instead')).toBe('instead');
});

it.each([endless, deaf])('ends with the reason of the caller, whatever is given instead', async (work) => {
  const controller = new AbortController();
  const waiting = withinDeadline(5, controller.signal, work, () => 'instead');
  controller.abort(new Error('not wanted any more'));
  await expect(waiting).rejects.toThrow('not wanted any more');
  await expect(withinDeadline(5, controller.signal, work)).rejects.toThrow('not wanted any more');
});
