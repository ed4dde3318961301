import assert from 'node:assert/strict';
import { type TestRunner, testOpened } from 'dci-client/testing';
import type { LoggedEvent, NewVitalEvent, Settlement, VitalEventLog } from '../log/vital-event-log.ts';

/** A log under test. */
export interface OpenedVitalEventLog {
  readonly log: VitalEventLog;
  /** Opens the same log again, as another process or after a restart; absent for logs that do not outlive their process. */
  readonly reopen?: () => Promise<VitalEventLog> | VitalEventLog;
  /** @returns whether this text can be found in what is stored; absent for logs in memory */
  readonly holds?: (text: string) => boolean;
  /** @returns ids of the events whose work was requested so far, in order; absent for logs without jobs */
  readonly requested?: () => readonly string[];
  readonly close?: () => Promise<void> | void;
}

/** What {@link testVitalEventLog} tests. */
export interface VitalEventLogContractOptions {
  /** The log's name, for the test report. */
  readonly name: string;
  /** Makes an empty log. */
  readonly create: () => Promise<OpenedVitalEventLog> | OpenedVitalEventLog;
  readonly runner: TestRunner;
}

const t0 = 1_000_000;
const lease = 500;

function death(changes: Partial<NewVitalEvent> = {}): NewVitalEvent {
  return {
    keys: ['Death 2020-01-02 UIN 4711-secret'],
    type: 'Death',
    source: 'crvs_main',
    content: {
      date: '2020-01-02',
      record: { death_date: '2020-01-02', name: { surname: 'Secret-Name' }, big: 12345678901234567890n },
      notification: { id: 'n-1', subscriptionCode: 'SUB-1', referenceId: 'ref-1' },
    },
    ...changes,
  };
}

const person = (number: number, changes: Partial<NewVitalEvent> = {}): NewVitalEvent =>
  death({ keys: [`Death 2020-01-02 UIN ${number}`], ...changes });

async function received(log: VitalEventLog, event: NewVitalEvent = death(), now = t0): Promise<string> {
  const [first] = await log.receive([event], now);
  assert.ok(first !== undefined);
  return first.id;
}

async function claimed(log: VitalEventLog, id: string, now: number): Promise<{ fence: number; attempt: number }> {
  const claim = await log.claim(id, now, now + lease);
  if (claim.kind !== 'claimed') throw new assert.AssertionError({ message: `not claimed: ${claim.kind}` });
  return claim;
}

async function settled(log: VitalEventLog, id: string, settlement: Settlement, now = t0): Promise<void> {
  const { fence } = await claimed(log, id, now);
  assert.equal(await log.settle(id, fence, settlement, now), true);
}

const applied: Settlement = { state: 'processed', outcome: 'applied', fields: ['death_date'] };
const ids = (events: readonly LoggedEvent[]): readonly string[] => events.map(({ id }) => id);

/**
 * The contract of {@link VitalEventLog}: the same tests for every implementation.
 *
 * @param options - how to make a log, and the test runner's functions
 */
export function testVitalEventLog({ name, create, runner }: VitalEventLogContractOptions): void {
  const it = testOpened({ create, runner });

  runner.describe(`vital event log contract: ${name}`, () => {
    it('gives back an event with all that it was received with', async ({ log, reopen }) => {
      const id = await received(log);
      for (const opened of [log, (await reopen?.()) ?? log]) {
        assert.deepEqual(await opened.find(id), {
          ...{ id, type: 'Death', source: 'crvs_main', state: 'received', attempts: 0, round: 1, fields: [] },
          ...{ receivedAt: t0, changedAt: t0, content: death().content },
        });
      }
      assert.equal(await log.find('other'), undefined);
    });

    it('logs an event once, whichever of its identifiers names it', async ({ log, reopen }) => {
      const [first, same, other] = await log.receive(
        [person(1, { keys: ['a', 'b'] }), person(1, { keys: ['b', 'c'] }), person(2)],
        t0,
      );
      assert.deepEqual([first?.isNew, same?.isNew, other?.isNew], [true, false, true]);
      assert.equal(same?.id, first?.id);
      assert.notEqual(other?.id, first?.id);
      const again = (await reopen?.()) ?? log;
      assert.deepEqual(await again.receive([person(1, { keys: ['a'] }), person(1, { keys: ['c'] })], t0 + 1), [
        { id: first?.id, isNew: false },
        { id: first?.id, isNew: false },
      ]);
      assert.equal((await log.list({})).length, 2);
    });

    it('keeps personal data out of sight', async ({ log, holds }) => {
      if (holds === undefined) return;
      const id = await received(log);
      await settled(log, id, applied);
      assert.ok(holds('crvs_main'), 'what is not sealed is found');
      for (const text of ['4711-secret', 'Secret-Name', '2020-01-02']) assert.ok(!holds(text), text);
    });

    it('requests the work of new events and of those that are tried again, and of no others', async (opened) => {
      const { log, requested } = opened;
      if (requested === undefined) return;
      const id = await received(log);
      await received(log);
      await received(log, person(3, { rejection: 'no_identifier' }));
      assert.deepEqual(requested(), [id]);
      await settled(log, id, { state: 'error', reason: 'conflict', outcome: 'conflict', fields: [] });
      await log.retry({}, t0 + 1);
      assert.deepEqual(requested(), [id, id]);
    });

    it('lets one processor at a time have an event', async ({ log, reopen }) => {
      const id = await received(log);
      const other = (await reopen?.()) ?? log;
      const claims = await Promise.all([log, other, log, other].map((each) => each.claim(id, t0, t0 + lease)));
      assert.deepEqual(claims.map(({ kind }) => kind).sort(), ['busy', 'busy', 'busy', 'claimed']);
      const found = await log.find(id);
      assert.deepEqual([found?.state, found?.attempts, found?.leasedUntil], ['processing', 1, t0 + lease]);
      assert.deepEqual(await log.claim(id, t0 + 1, t0 + 1 + lease), { kind: 'busy', until: t0 + lease });
      assert.deepEqual(await log.claim('other', t0, t0 + lease), { kind: 'missing' });
    });

    it('gives an event to the next when the time of its processor is over, and refuses the former', async ({
      log,
      reopen,
    }) => {
      const id = await received(log);
      const first = await claimed(log, id, t0);
      const other = (await reopen?.()) ?? log;
      const second = await claimed(other, id, t0 + lease);
      assert.ok(second.fence > first.fence);
      assert.equal(second.attempt, 2);
      assert.equal(await log.settle(id, first.fence, applied, t0 + lease + 1), false);
      assert.equal((await log.find(id))?.state, 'processing');
      assert.equal(await other.settle(id, second.fence, applied, t0 + lease + 1), true);
      assert.equal(await other.settle(id, second.fence, applied, t0 + lease + 2), false);
      assert.equal((await log.find(id))?.attempts, 2);
    });

    it('notes what came of an event', async ({ log }) => {
      const id = await received(log);
      await settled(log, id, applied, t0 + 7);
      const found = await log.find(id);
      assert.deepEqual([found?.state, found?.outcome, found?.fields], ['processed', 'applied', ['death_date']]);
      assert.deepEqual([found?.changedAt, found?.leasedUntil, found?.reason], [t0 + 7, undefined, undefined]);
      assert.deepEqual(await log.claim(id, t0 + 8, t0 + 9), { kind: 'settled' });
    });

    it('takes an error up again at its time, and not before', async ({ log }) => {
      const id = await received(log);
      await settled(log, id, { state: 'error', reason: 'ECONNREFUSED', retryAt: t0 + 100 });
      const found = await log.find(id);
      assert.deepEqual([found?.state, found?.reason, found?.retryAt], ['error', 'ECONNREFUSED', t0 + 100]);
      assert.deepEqual(await log.claim(id, t0 + 99, t0 + 199), { kind: 'busy', until: t0 + 100 });
      await settled(log, id, applied, t0 + 100);
      const done = await log.find(id);
      assert.deepEqual(
        [done?.state, done?.attempts, done?.reason, done?.retryAt],
        ['processed', 2, undefined, undefined],
      );
    });

    it('leaves an error that has no time to be tried again by somebody', async ({ log }) => {
      const id = await received(log);
      await settled(log, id, { state: 'error', reason: 'conflict', outcome: 'conflict', fields: ['birth_date'] });
      const found = await log.find(id);
      assert.deepEqual([found?.outcome, found?.fields], ['conflict', ['birth_date']]);
      assert.deepEqual(await log.claim(id, t0 + 1e9, t0 + 2e9), { kind: 'settled' });
      assert.deepEqual(await log.retry({}, t0 + 5), [id]);
      const again = await log.find(id);
      assert.deepEqual(
        [again?.state, again?.round, again?.attempts, again?.outcome, again?.reason, again?.fields],
        ['received', 2, 1, undefined, undefined, []],
      );
      assert.equal((await claimed(log, id, t0 + 6)).attempt, 1);
      assert.equal((await log.find(id))?.attempts, 2);
    });

    it('tries again what is asked for, and nothing else', async ({ log }) => {
      const [a, b, c, d] = (
        await log.receive(
          [1, 2, 3, 4].map((number) => person(number)),
          t0,
        )
      ).map(({ id }) => id);
      assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
      await settled(log, a, { state: 'error', reason: 'conflict', outcome: 'conflict', fields: [] });
      await settled(log, b, { state: 'error', reason: 'timeout' });
      await settled(log, c, { state: 'processed', outcome: 'unknown_person', fields: [] });
      await settled(log, d, applied);
      assert.deepEqual(await log.retry({ id: d }, t0 + 1), []);
      assert.deepEqual(await log.retry({ reason: 'other' }, t0 + 1), []);
      assert.deepEqual(await log.retry({ type: 'Marriage' }, t0 + 1), []);
      assert.deepEqual(await log.retry({ source: 'other' }, t0 + 1), []);
      assert.deepEqual(await log.retry({ outcome: 'conflict' }, t0 + 1), [a]);
      assert.deepEqual(await log.retry({ outcome: 'unknown_person' }, t0 + 1), [c]);
      assert.deepEqual(await log.retry({ type: 'Death', source: 'crvs_main' }, t0 + 1), [b]);
      assert.deepEqual(await log.retry({}, t0 + 1), []);
      assert.equal((await log.find(d))?.state, 'processed');
    });

    it('tries an event again whose processor is gone, and none that is worked on', async ({ log }) => {
      const id = await received(log);
      const { fence } = await claimed(log, id, t0);
      assert.deepEqual(await log.retry({ id }, t0 + lease - 1), []);
      assert.deepEqual(await log.retry({ id }, t0 + lease), [id]);
      assert.equal(await log.settle(id, fence, applied, t0 + lease), false);
    });

    it('logs what no event can be made of as an error for good', async ({ log }) => {
      const id = await received(log, person(1, { content: { notification: { id: 'n-1' } }, rejection: 'no_date' }));
      const found = await log.find(id);
      assert.deepEqual([found?.state, found?.reason, found?.attempts], ['error', 'no_date', 0]);
      assert.deepEqual(await log.claim(id, t0 + 1e9, t0 + 2e9), { kind: 'settled' });
      assert.deepEqual(await log.retry({ id }, t0 + 1e9), []);
      assert.deepEqual(await log.due(t0 + 1e9, 10), []);
    });

    it('lists what is due, oldest first', async ({ log }) => {
      const [a, b, c, d, e] = (
        await log.receive(
          [1, 2, 3, 4, 5].map((number) => person(number)),
          t0,
        )
      ).map(({ id }) => id);
      assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined);
      await claimed(log, b, t0);
      await settled(log, c, { state: 'error', reason: 'timeout', retryAt: t0 + 50 });
      await settled(log, d, applied);
      assert.deepEqual(await log.due(t0, 10), [a, e]);
      assert.deepEqual(await log.due(t0 + lease, 10), [a, b, c, e]);
      assert.deepEqual(await log.due(t0 + lease, 2), [a, b]);
    });

    it('lists and counts', async ({ log }) => {
      const [a, b, c] = (
        await log.receive([person(1), person(2, { type: 'LiveBirth' }), person(3, { source: 'other' })], t0)
      ).map(({ id }) => id);
      assert.ok(a !== undefined && b !== undefined && c !== undefined);
      await settled(log, a, applied);
      await settled(log, b, { state: 'error', reason: 'timeout' });
      assert.deepEqual(ids(await log.list({})), [c, b, a]);
      assert.deepEqual(ids(await log.list({ limit: 2 })), [c, b]);
      assert.deepEqual(ids(await log.list({ state: 'processed' })), [a]);
      assert.deepEqual(ids(await log.list({ outcome: 'applied' })), [a]);
      assert.deepEqual(ids(await log.list({ type: 'LiveBirth' })), [b]);
      assert.deepEqual(ids(await log.list({ reason: 'timeout', source: 'crvs_main' })), [b]);
      assert.deepEqual(ids(await log.list({ source: 'other' })), [c]);
      assert.deepEqual(ids(await log.list({ state: 'processing' })), []);
      assert.deepEqual(await log.counts(), { received: 1, processing: 0, processed: 1, error: 1 });
    });

    it('forgets first what an event says, then the event; a repetition is recognised in between', async ({
      log,
      holds,
    }) => {
      const [a, b] = (await log.receive([person(1), person(2)], t0)).map(({ id }) => id);
      assert.ok(a !== undefined && b !== undefined);
      await settled(log, a, { state: 'processed', outcome: 'unknown_person', fields: [] });
      assert.equal(await log.forget({ contentBefore: t0, eventsBefore: t0 }), 0);
      assert.equal(await log.forget({ contentBefore: t0 + 1, eventsBefore: t0 }), 1);
      assert.equal(await log.forget({ contentBefore: t0 + 1, eventsBefore: t0 }), 0);
      assert.equal((await log.find(a))?.content, undefined);
      assert.notEqual((await log.find(b))?.content, undefined, 'what is not processed is kept');
      assert.deepEqual(await log.receive([person(1)], t0 + 2), [{ id: a, isNew: false }]);
      assert.deepEqual(await log.retry({ id: a, outcome: 'unknown_person' }, t0 + 2), []);
      assert.equal(await log.forget({ contentBefore: t0 + 1, eventsBefore: t0 + 1 }), 1);
      assert.equal(await log.find(a), undefined);
      const [again] = await log.receive([person(1)], t0 + 3);
      assert.equal(again?.isNew, true);
      assert.ok(holds === undefined || holds('crvs_main'));
    });
  });
}
