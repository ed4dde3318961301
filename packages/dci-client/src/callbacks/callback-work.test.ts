import { crvs, DciError } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import type { ReceiptConfirmation } from '../dci-client.ts';
import { unsupported } from '../failure.ts';
import { random } from '../registry.fixtures.ts';
import { type CallbackWorkOptions, createCallbackWork } from './callback-work.ts';
import { canary, createWorld, notifyEvent, searchItem, startTime, type World } from './callback-world.fixtures.ts';
import type { CallbackHandler, HandlerContext } from './handlers.ts';
import { createMemoryCallbacks, type MemoryCallbacksOptions } from './memory/memory-callbacks.ts';
import type { NotifiedEvent } from './notifications.ts';
import { receiptsBy } from './receipts-by.ts';

const context: HandlerContext = { signal: new AbortController().signal, attempt: 1 };
const event = (id: string) => ({ kind: 'event', id }) as const;
const answer = { kind: 'answer', id: 't-search' } as const;

/** A world with one event for the handler `births`, and an answered search of it. */
async function worldWithWork(receipts = true): Promise<World & { readonly eventId: string }> {
  const world = createWorld();
  await world.subscriptions.save({
    ...{ code: 's1', source: 'crvs_main', transactionId: 't-old', eventTypes: ['LiveBirth'], state: 'active' as const },
    ...{ handler: 'births', receipts, since: startTime },
  });
  expect((await world.deliver('notify')).status).toBe(202);
  await world.open();
  expect((await world.deliver('on-search')).status).toBe(202);
  const [stored] = await world.notifications.list('received', 1);
  if (stored === undefined) throw new Error('there is no event');
  return { ...world, eventId: stored.event.id };
}

function workOf(world: World, handler: Partial<CallbackHandler>, options: Partial<CallbackWorkOptions> = {}) {
  const logger = collectingLogger();
  const work = createCallbackWork({
    handlers: [{ name: 'births', ...handler }],
    ...world,
    registryOf: (source) => (source === 'crvs_main' ? crvs : undefined),
    logger,
    ...options,
  });
  return { work, logger };
}

describe('the handler of an event', () => {
  it('is called with the event until it succeeds, and not again', async () => {
    const world = await worldWithWork();
    const seen: NotifiedEvent[] = [];
    let isBroken = true;
    const { work } = workOf(world, {
      onEvent: async (notified) => {
        seen.push(notified);
        if (isBroken) throw Object.assign(new Error(canary), { code: 'SQLITE_BUSY' });
      },
    });
    await expect(work.run(event(world.eventId), context)).rejects.toThrow(canary);
    expect(await world.notifications.find(world.eventId)).toMatchObject({
      ...{ state: 'error', attempts: 1, reason: 'SQLITE_BUSY' },
    });
    isBroken = false;
    expect(await work.run(event(world.eventId), context)).toEqual({ kind: 'done' });
    expect(await work.run(event(world.eventId), context)).toEqual({ kind: 'done' });
    expect(await work.run(event('unknown'), context)).toEqual({ kind: 'done' });
    expect(await world.notifications.find(world.eventId)).toMatchObject({ state: 'processed', attempts: 2 });
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ eventType: 'LiveBirth', referenceId: 'e1', source: 'crvs_main' });
    expect(world.requested.filter(({ kind }) => kind === 'receipt')).toEqual([{ kind: 'receipt', id: world.eventId }]);
  });

  it('that is interrupted has not failed', async () => {
    const world = await worldWithWork();
    const controller = new AbortController();
    const { work } = workOf(world, {
      onEvent: async (_event, { signal }) => {
        controller.abort(new Error('stop'));
        signal.throwIfAborted();
      },
    });
    await expect(work.run(event(world.eventId), { ...context, signal: controller.signal })).rejects.toThrow('stop');
    expect(await world.notifications.find(world.eventId)).toMatchObject({ state: 'received', attempts: 0 });
  });

  it('may be one that takes no events', async () => {
    const world = await worldWithWork();
    expect(await workOf(world, {}).work.run(event(world.eventId), context)).toEqual({ kind: 'done' });
    expect(await world.notifications.find(world.eventId)).toMatchObject({ state: 'processed' });
  });

  it('that the program does not have keeps the event for a program that has it', async () => {
    const world = await worldWithWork();
    const { work } = workOf(world, { name: 'deaths' });
    await expect(work.run(event(world.eventId), context)).rejects.toMatchObject({ code: 'err.configuration.invalid' });
    expect(await world.notifications.find(world.eventId)).toMatchObject({ state: 'error' });
    await expect(work.run(answer, context)).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });

  it('must have a name of its own', async () => {
    const world = createWorld();
    expect(() => workOf(world, {}, { handlers: [{ name: 'a' }, { name: 'a' }] })).toThrow(DciError);
  });
});

describe('the handler of an answer', () => {
  it('gets the whole answer, as often as it is asked for', async () => {
    const world = await worldWithWork();
    const results: unknown[] = [];
    const { work } = workOf(world, { onSearchResult: async (result) => void results.push(result) });
    expect(await work.run(answer, context)).toEqual({ kind: 'done' });
    expect(await work.run(answer, context)).toEqual({ kind: 'done' });
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({
      ...{ source: 'crvs_main', transactionId: 't-search' },
      outcomes: [{ status: 'succ', referenceId: 'r1', recordType: 'Person', totalCount: 1 }],
      evidence: { verified: true },
    });
  });

  it('is not called before the answer is there, nor for what is no search', async () => {
    const world = createWorld();
    await world.open();
    await world.open({ action: 'txn-status', handler: 'births' });
    await world.deliver('txn/on-status');
    const onSearchResult = () => Promise.reject(new Error('called'));
    const { work } = workOf(world, { onSearchResult });
    for (const id of ['t-search', 't-txn-status', 'unknown']) {
      expect(await work.run({ kind: 'answer', id }, context)).toEqual({ kind: 'done' });
    }
  });

  it('is not called with an answer that cannot be used', async () => {
    const world = createWorld();
    await world.open();
    await world.deliver('on-search', {
      message: { transaction_id: 't-search', search_response: [searchItem('of-another')] },
    });
    const { work, logger } = workOf(world, { onSearchResult: () => Promise.reject(new Error('called')) });
    expect(await work.run(answer, context)).toEqual({ kind: 'dead', reason: 'err.service.unavailable' });
    expect(logger.lines()).toMatchObject([{ level: 'error', transaction_id: 't-search' }]);
    expect(logger.text()).not.toContain(canary);
    const { work: without } = workOf(world, {}, { registryOf: () => undefined });
    await expect(without.run(answer, context)).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });
});

describe('a receipt', () => {
  const confirmed = async (world: World & { readonly eventId: string }, receipts: CallbackWorkOptions['receipts']) => {
    const { work } = workOf(world, {}, receipts === undefined ? {} : { receipts });
    await work.run(event(world.eventId), context);
    return () => work.run({ kind: 'receipt', id: world.eventId }, context);
  };
  const reply = (status: string) => ({
    items: [{ referenceId: 'e1', status }],
    evidence: { verified: true, senderId: 'x', header: {}, message: {} },
  });

  it('is sent once the handler is through, again until it is taken, and then no more', async () => {
    const world = await worldWithWork();
    const sent: ReceiptConfirmation[] = [];
    let isBroken = true;
    const receipts = receiptsBy((source) => ({
      receipt: async (confirmation) => {
        sent.push(confirmation);
        if (isBroken) throw new Error(`${source} is away`);
        return reply('succ');
      },
    }));
    const { work } = workOf(world, {}, { receipts });
    // Not before the handler succeeded.
    expect(await work.run({ kind: 'receipt', id: world.eventId }, context)).toEqual({ kind: 'done' });
    expect(sent).toEqual([]);
    const confirm = await confirmed(world, receipts);
    await expect(confirm()).rejects.toThrow('crvs_main is away');
    expect((await world.notifications.find(world.eventId))?.receiptSent).toBe(false);
    isBroken = false;
    expect(await confirm()).toEqual({ kind: 'done' });
    expect((await world.notifications.find(world.eventId))?.receiptSent).toBe(true);
    expect(await confirm()).toEqual({ kind: 'done' });
    expect(sent).toEqual(Array.from({ length: 2 }, () => ({ referenceIds: ['e1'], subscriptionCode: 's1' })));
  });

  it('is given up where the registry will never take it', async () => {
    for (const receipts of [
      undefined,
      receiptsBy(() => ({ receipt: async () => reply('rjct') })),
      receiptsBy(() => ({ receipt: () => Promise.reject(unsupported('receipt', 'openspp')) })),
    ]) {
      const world = await worldWithWork();
      const confirm = await confirmed(world, receipts);
      expect(await confirm()).toMatchObject({ kind: 'dead' });
      expect((await world.notifications.find(world.eventId))?.receiptSent).toBe(false);
    }
    const world = await worldWithWork();
    const confirm = await confirmed(
      world,
      receiptsBy(() => undefined),
    );
    await expect(confirm()).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });

  it('is not sent where none was asked for', async () => {
    const world = await worldWithWork(false);
    const confirm = await confirmed(world, () => Promise.reject(new Error('sent')));
    expect(await confirm()).toEqual({ kind: 'done' });
    expect(world.requested.some(({ kind }) => kind === 'receipt')).toBe(false);
  });
});

describe('callbacks in memory', () => {
  const create = (options: Partial<MemoryCallbacksOptions> = {}) => {
    const logger = collectingLogger();
    const pauses: number[] = [];
    let due: (() => void)[] = [];
    const callbacks = createMemoryCallbacks({
      registryOf: () => crvs,
      clock: { now: () => startTime },
      random,
      logger,
      schedule: (delayMs, run) => {
        pauses.push(delayMs);
        due.push(run);
        return () => {
          due = due.filter((each) => each !== run);
        };
      },
      ...options,
    });
    const world = createWorld({ stores: callbacks });
    const notify = async (...ids: string[]) => {
      await world.subscriptions.save({
        ...{ code: 's1', source: 'crvs_main', transactionId: 't-old', eventTypes: [], state: 'active' as const },
        ...{ handler: 'births', receipts: true, since: startTime },
      });
      const notify_event = ids.map((reference_id) => notifyEvent({ reference_id }));
      expect((await world.deliver('notify', { message: { subscription_code: 's1', notify_event } })).status).toBe(202);
    };
    /** Lets the time pass of everything that waits. */
    const pass = async () => {
      for (const run of due.splice(0)) run();
      await callbacks.idle();
    };
    return { ...callbacks, world, notify, pass, pauses, logger, waiting: () => due.length };
  };

  it('run the handlers of events and answers, and send receipts, by themselves', async () => {
    const done: string[] = [];
    const { world, notify, idle } = create({
      handlers: [
        {
          name: 'births',
          onEvent: async ({ referenceId }) => void done.push(`event ${referenceId}`),
          onSearchResult: async ({ transactionId }) => void done.push(`answer ${transactionId}`),
        },
      ],
      receipts: async ({ referenceId }) => void done.push(`receipt ${referenceId}`),
    });
    await notify('e1', 'e2');
    await world.open();
    await world.deliver('on-search');
    await idle();
    expect(done.toSorted()).toEqual(['answer t-search', 'event e1', 'event e2', 'receipt e1', 'receipt e2']);
    expect(await world.notifications.list('processed', 9)).toMatchObject([
      { receiptSent: true },
      { receiptSent: true },
    ]);
  });

  it('try again what failed, with longer and longer pauses, and give up in the end', async () => {
    let attempts = 0;
    const { notify, idle, pass, pauses, logger, waiting } = create({
      attempts: 12,
      handlers: [
        {
          name: 'births',
          onEvent: async (_event, { attempt }) => {
            attempts = attempt;
            throw new TypeError(canary);
          },
        },
      ],
    });
    await notify('e1');
    await idle();
    while (waiting() > 0) await pass();
    expect(attempts).toBe(12);
    expect(pauses).toHaveLength(11);
    for (const [index, pause] of pauses.entries()) {
      const middle = Math.min(300_000, 1_000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(middle * 0.8 - 1);
      expect(pause).toBeLessThanOrEqual(middle * 1.2 + 1);
    }
    expect(logger.lines().at(-1)).toMatchObject({ level: 'error', error: 'TypeError', attempt: 12, job: 'event' });
    expect(logger.text()).not.toContain(canary);
  });

  it('run a bounded number at once, each once', async () => {
    let running = 0;
    let most = 0;
    let calls = 0;
    const { notify, idle } = create({
      concurrency: 3,
      handlers: [
        {
          name: 'births',
          onEvent: async () => {
            calls += 1;
            running += 1;
            most = Math.max(most, running);
            await new Promise(setImmediate);
            running -= 1;
          },
        },
      ],
    });
    await notify(...Array.from({ length: 20 }, (_, index) => `e${index}`));
    await idle();
    expect([calls, most]).toEqual([20, 3]);
  });

  it('leave a handler behind that does not heed its signal', async () => {
    const { notify, idle, stop, pauses, pass, waiting } = create({
      timeoutMs: 5,
      handlers: [{ name: 'births', onEvent: () => new Promise(() => {}) }],
    });
    await notify('e1');
    await idle();
    expect(pauses).toHaveLength(1);
    await pass();
    expect(waiting()).toBe(1);
    await stop();
    expect(waiting()).toBe(0);
  });

  it('stop: what runs is aborted, and nothing starts any more', async () => {
    const started: string[] = [];
    let aborted = false;
    const { notify, stop, idle } = create({
      concurrency: 1,
      handlers: [
        {
          name: 'births',
          onEvent: async ({ referenceId = '' }, { signal }) => {
            started.push(referenceId);
            await new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                aborted = true;
                reject(signal.reason);
              });
            });
          },
        },
      ],
    });
    await notify('e1', 'e2');
    await new Promise(setImmediate);
    await stop();
    await idle();
    expect([started, aborted]).toEqual([['e1'], true]);
  });

  it('forget what is over', async () => {
    const clock = { now: () => startTime };
    const { world, notify, maintain, idle } = create({ clock, handlers: [{ name: 'births' }] });
    await notify('e1');
    await world.open({ expiresAt: startTime + 1 });
    await idle();
    clock.now = () => startTime + 2;
    await maintain();
    expect((await world.transactions.find('t-search'))?.state).toBe('expired');
    expect(await world.notifications.list('processed', 9)).toHaveLength(1);
    clock.now = () => startTime + 31 * 86_400_000;
    await maintain();
    expect(await world.transactions.find('t-search')).toBeUndefined();
    expect(await world.notifications.list('processed', 9)).toEqual([]);
  });
});
