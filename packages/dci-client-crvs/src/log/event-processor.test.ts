import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { collectedLines, lucia, luciaWith, movedClock, NOW, notified } from '../client.fixtures.ts';
import { foldEvents } from '../events/fold-events.ts';
import { notingSink } from '../sink/sink.fixtures.ts';
import { createEventProcessor, type ProcessorSettings } from './event-processor.ts';
import { memoryVitalEventLog } from './memory-log.ts';

const dead = luciaWith({ death_date: '2024-12-24' });

function setUp(settings: ProcessorSettings = {}) {
  const clock = movedClock();
  const log = memoryVitalEventLog();
  const sink = notingSink();
  const { logger, lines } = collectedLines();
  const processor = createEventProcessor({ log, sink, clock, logger, ...settings });
  const receiveOne = async (type = 'Death', record = dead): Promise<string> => {
    const [first] = await processor.receive(notified(type, [record]));
    if (first === undefined) throw new Error('nothing was received');
    return first.id;
  };
  return { clock, log, sink, processor, lines, receiveOne };
}

describe('a processor of vital events', () => {
  it('applies a death once, however often it is told', async () => {
    const { processor, sink, log } = setUp();
    const first = await processor.receive(notified('Death', [dead]));
    const again = await processor.receive(notified('UPDATE', [dead], { id: 'n-2', source: 'crvs_other' }));
    expect(first).toEqual([{ id: 'event-1', isNew: true }]);
    expect(again.map(({ isNew }) => isNew)).toEqual([true, false]);
    const results = await Promise.all([1, 2, 3].map(() => processor.process('event-1')));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['busy', 'busy', 'processed']);
    expect(await processor.process('event-1')).toEqual({ kind: 'settled' });
    expect(sink.calls).toHaveLength(1);
    expect(sink.calls[0]).toMatchObject({
      method: 'applyDeath',
      event: { date: '2024-12-24', deactivation: { reason: 'deceased', date: '2024-12-24' } },
      context: { eventId: 'event-1', attempt: 1 },
    });
    expect(await log.find('event-1')).toMatchObject({ state: 'processed', outcome: 'applied', attempts: 1 });
  });

  it('gives every kind of event to its method', async () => {
    const { processor, sink, log } = setUp();
    const record = { ...dead, marriage_date: '2010-06-01', divorce_date: '2015-01-01' };
    await processor.receive(notified('UPDATE', [record]));
    await processor.receive(notified('Adoption', [record], { id: 'n-2' }));
    expect(await processor.processDue()).toBe(5);
    expect(sink.calls.map(({ method }) => method)).toEqual([
      ...['applyBirth', 'applyMaritalStatus', 'applyMaritalStatus', 'applyDeath'],
    ]);
    expect(await log.list({ outcome: 'ignored' })).toMatchObject([{ type: 'Adoption', state: 'processed' }]);
  });

  it.each(['applied', 'unchanged', 'unknown_person'] as const)('notes that it is %s', async (outcome) => {
    const { processor, sink, log, receiveOne } = setUp();
    sink.answer(() => ({ outcome, fields: ['death_date'] }));
    expect(await processor.process(await receiveOne())).toEqual({ kind: 'processed', outcome });
    expect(await log.list({})).toMatchObject([{ state: 'processed', outcome, fields: ['death_date'] }]);
  });

  it('leaves a conflict to somebody, and applies it when it is tried again', async () => {
    const { processor, sink, log, clock, receiveOne } = setUp();
    sink.answer(() => ({ outcome: 'conflict', fields: ['death_date', 'Núñez, 1990'] }));
    const id = await receiveOne();
    expect(await processor.process(id)).toEqual({ kind: 'error', reason: 'conflict' });
    expect(await log.find(id)).toMatchObject({ state: 'error', outcome: 'conflict', fields: ['death_date'] });
    clock.pass(1e9);
    expect(await processor.processDue()).toBe(0);
    sink.answer(() => 'unchanged');
    await log.retry({ outcome: 'conflict' }, clock.now());
    expect(await processor.processDue()).toBe(1);
    expect(await log.find(id)).toMatchObject({ state: 'processed', outcome: 'unchanged' });
  });

  it('tries a failed event again after growing times, then waits for somebody', async () => {
    const { processor, sink, log, clock, receiveOne } = setUp({ retryDelaysMs: [1_000, 5_000] });
    sink.answer(() => {
      throw Object.assign(new Error('Núñez 1234567897'), { code: 'SQLITE_BUSY' });
    });
    const id = await receiveOne();
    expect(await processor.process(id)).toEqual({ kind: 'error', reason: 'SQLITE_BUSY', retryAt: NOW + 1_000 });
    expect(await processor.process(id)).toEqual({ kind: 'busy', until: NOW + 1_000 });
    clock.pass(1_000);
    expect(await processor.process(id)).toMatchObject({ kind: 'error', retryAt: NOW + 6_000 });
    clock.pass(5_000);
    expect(await processor.process(id)).toEqual({ kind: 'error', reason: 'SQLITE_BUSY' });
    clock.pass(1e9);
    expect(await processor.processDue()).toBe(0);
    sink.answer(() => 'applied');
    await log.retry({ reason: 'SQLITE_BUSY' }, clock.now());
    expect(await processor.process(id)).toMatchObject({ kind: 'processed' });
    expect(await log.find(id)).toMatchObject({ attempts: 4, round: 2 });
  });

  it('ends an attempt in time, also where the sink heeds no signal', async () => {
    const { processor, sink, receiveOne } = setUp({ attemptMs: 20 });
    sink.answer(() => new Promise(() => undefined));
    expect(await processor.process(await receiveOne())).toMatchObject({ kind: 'error', reason: 'TimeoutError' });
  });

  it('ends an attempt with the signal of its caller', async () => {
    const { processor, sink, receiveOne } = setUp();
    const controller = new AbortController();
    sink.answer(() => {
      controller.abort(new DciError('err.service.unavailable', 'the host stops'));
      return new Promise(() => undefined);
    });
    expect(await processor.process(await receiveOne(), controller.signal)).toMatchObject({
      kind: 'error',
      reason: 'err.service.unavailable',
    });
    expect(sink.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('takes an event up again whose processor crashed', async () => {
    const { processor, sink, log, clock, receiveOne } = setUp();
    const id = await receiveOne();
    const crashed = await log.claim(id, clock.now(), clock.now() + 120_000);
    expect(await processor.process(id)).toEqual({ kind: 'busy', until: NOW + 120_000 });
    clock.pass(120_000);
    expect(await processor.processDue()).toBe(1);
    expect(await log.find(id)).toMatchObject({ state: 'processed', attempts: 2 });
    const late = { state: 'error', reason: 'late' } as const;
    expect(await log.settle(id, crashed.kind === 'claimed' ? crashed.fence : 0, late, clock.now())).toBe(false);
    expect(sink.calls).toHaveLength(1);
  });

  it('takes an answer that is none for a failure', async () => {
    const { processor, sink, receiveOne } = setUp();
    sink.answer(() => 'done' as never);
    expect(await processor.process(await receiveOne())).toMatchObject({ kind: 'error', reason: 'TypeError' });
  });

  it('keeps what no event can be made of where somebody sees it', async () => {
    const { processor, log, sink } = setUp();
    await processor.receive(notified('Death', [lucia, luciaWith({ identifier: [], death_date: '2024-12-24' })]));
    await processor.receive(notified('DELETE', [lucia], { id: 'n-2' }));
    await processor.receive(notified('a type, with: Núñez', [lucia], { id: 'n-3' }));
    expect(await processor.processDue()).toBe(0);
    expect((await log.list({ state: 'error' })).map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      ...['unknown event_type_not_supported', 'DELETE event_type_not_supported'],
      ...['Death no_date', 'Death no_identifier'],
    ]);
    expect(sink.calls).toEqual([]);
  });

  it('logs events that a search found', async () => {
    const { processor, sink } = setUp();
    const { events } = foldEvents(dead, { source: 'crvs_main', clock: movedClock() });
    expect(await processor.receiveEvents(events)).toHaveLength(2);
    expect(await processor.receiveEvents([])).toEqual([]);
    await processor.processDue();
    expect(sink.calls.map(({ method }) => method)).toEqual(['applyBirth', 'applyDeath']);
  });

  it('writes no personal data to the log of the program', async () => {
    const { processor, sink, lines, clock } = setUp();
    const outcomes = ['applied', 'conflict', 'unknown_person'] as const;
    for (const [number, outcome] of outcomes.entries()) {
      sink.answer(() => ({ outcome, fields: ['Núñez'] }));
      await processor.receive(
        notified('UPDATE', [{ ...dead, identifier: [{ identifier_type: 'UIN', identifier_value: `71${number}` }] }]),
      );
      await processor.processDue();
    }
    sink.answer(() => {
      throw new Error('Núñez 1990-05-17');
    });
    await processor.receive(notified('Death', [luciaWith({ death_date: '2024-11-11' })], { id: 'n-9' }));
    await processor.receive(notified('Núñez', [lucia], { id: 'n-10' }));
    await processor.receive(
      notified('Death', [luciaWith({ identifier: [], death_date: '2024-11-11' })], { id: 'n-11' }),
    );
    clock.pass(1);
    await processor.processDue();
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(line).not.toMatch(/Núñez|Lucía|1990|2024|12345|71\d|B-/);
  });
});
