import assert from 'node:assert/strict';
import { type TestRunner, testOpened } from 'dci-client/testing';
import { DciError, type DciErrorCode } from 'dci-core';
import type { CheckQuery, DuplicationCheckLog, NewDuplicationCheck } from '../check-log.ts';

/** A log under test. */
export interface OpenedCheckLog {
  readonly log: DuplicationCheckLog;
  /** Sets the time of the log's clock, Unix milliseconds. */
  readonly setTime: (now: number) => void;
  /** Opens the same data again, as another process would; absent for a log that lives in memory. */
  readonly reopen?: () => Promise<DuplicationCheckLog> | DuplicationCheckLog;
  /** Whether a text stands in clear in what is stored; absent for a log that lives in memory. */
  readonly holds?: (text: string) => boolean;
  readonly close?: () => Promise<void> | void;
}

/** What {@link testDuplicationCheckLog} tests. */
export interface CheckLogContractOptions {
  /** The log's name, for the test report. */
  readonly name: string;
  /** Makes an empty log. */
  readonly create: () => Promise<OpenedCheckLog> | OpenedCheckLog;
  readonly runner: TestRunner;
}

const full: NewDuplicationCheck = {
  at: 1_700_000_000_000,
  askedBy: 'Enrolment desk Peñas Blancas',
  programme: 'CASH-PLUS-2026',
  identifiers: [
    { type: 'UIN', value: '3141592653' },
    { type: 'urn:gov:national-id', value: 'NX-27182818' },
  ],
  status: 'possible',
  complete: false,
  sources: [
    { source: 'ibr_main', status: 'answered', failures: [] },
    { source: 'ibr_north', status: 'partial', failures: ['rejected rjct.filter.invalid'] },
  ],
  matches: [
    {
      level: 'possible',
      source: 'ibr_main',
      programme: { identifier: 'SOCIAL-PENSION-77', name: 'Pensión de vejez', institution: 'Ministry' },
      state: 'graduated',
      enrolledOn: '2021-06-30',
      doubts: ['enrollment_ended'],
    },
  ],
};
/** What of it says something of a person. */
const personal = [
  '3141592653',
  'NX-27182818',
  'Peñas Blancas',
  'CASH-PLUS-2026',
  'SOCIAL-PENSION-77',
  'Pensión de vejez',
  '2021-06-30',
  'enrollment_ended',
];
const clear: NewDuplicationCheck = {
  at: 1_700_000_001_000,
  identifiers: [{ type: 'UIN', value: '1' }],
  status: 'no_match',
  complete: true,
  sources: [{ source: 'ibr_main', status: 'answered', failures: [] }],
  matches: [],
};

/**
 * The contract of {@link DuplicationCheckLog}: the same tests for every implementation.
 *
 * @param options - how to make a log, and the test runner's functions
 */
export function testDuplicationCheckLog({ name, create, runner }: CheckLogContractOptions): void {
  const it = testOpened({ create, runner });
  const listed = async (log: DuplicationCheckLog, query?: CheckQuery): Promise<readonly string[]> =>
    (await log.list(query)).map(({ checkId }) => checkId);

  runner.describe(`duplication check log contract: ${name}`, () => {
    it('is empty at first', async ({ log }) => {
      assert.deepEqual(await log.list(), []);
      assert.deepEqual(await log.list({ identifier: { type: 'UIN', value: '1' } }), []);
      assert.equal(await log.find('none'), undefined);
      assert.equal(await log.forget(Number.MAX_SAFE_INTEGER), 0);
    });

    it('keeps every member, also for another process', async ({ log, reopen }) => {
      const checkId = await log.record(full);
      for (const opened of [log, (await reopen?.()) ?? log]) {
        const { identifierHashes, ...kept } = (await opened.find(checkId)) ?? assert.fail('not found');
        const { identifiers: _, ...given } = full;
        assert.deepEqual(kept, { ...given, checkId, decisions: [] });
        assert.equal(identifierHashes.length, 2);
        assert.deepEqual(await opened.list(), [{ identifierHashes, ...kept }]);
      }
    });

    it('keeps a check that has only what it must have', async ({ log }) => {
      const { identifiers: _, ...given } = clear;
      const checkId = await log.record(clear);
      const { identifierHashes, ...kept } = (await log.find(checkId)) ?? assert.fail('not found');
      assert.deepEqual(kept, { ...given, checkId, decisions: [] });
      assert.equal(identifierHashes.length, 1);
    });

    it('shows hashes that do not tell the identifier, one for all spellings of it', async ({ log }) => {
      const ids = [
        await log.record(full),
        await log.record({ ...full, identifiers: [{ type: 'NationalID', value: 'nx 27182818' }, ...full.identifiers] }),
      ];
      const [one, other] = await Promise.all(ids.map(async (id) => (await log.find(id))?.identifierHashes ?? []));
      assert.equal(one?.length, 2);
      assert.deepEqual([...(other ?? [])].sort(), [...(one ?? [])].sort());
      for (const hash of one ?? []) assert.match(hash, /^[0-9a-f]{64}$/);
      assert.notEqual(one?.[0], one?.[1]);
    });

    it('holds nothing of a person in clear', async ({ log, holds }) => {
      if (holds === undefined) return;
      const checkId = await log.record(full);
      await log.resolve(checkId, 'permitted', 'Caseworker Ángela', 'both children of one mother');
      for (const text of [...personal, 'Caseworker', 'children'])
        assert.equal(holds(text), false, `${text} is in clear`);
      assert.equal(holds(checkId), true, 'what is stored can be seen at all');
    });

    it('finds checks by identifier, whatever its spelling', async ({ log, reopen }) => {
      const first = await log.record(full);
      await log.record(clear);
      const again = await log.record({ ...full, at: full.at + 5 });
      for (const opened of [log, (await reopen?.()) ?? log]) {
        assert.deepEqual(await listed(opened, { identifier: { type: 'NID', value: 'nx27182818' } }), [again, first]);
        assert.deepEqual(await listed(opened, { identifier: { type: 'UIN', value: 'NX-27182818' } }), []);
      }
    });

    it('lists the latest first, and no more than asked for', async ({ log }) => {
      const ids: string[] = [];
      for (const at of [30, 10, 20, 20]) ids.push(await log.record({ ...clear, at }));
      const [thirty, ten, twenty, later] = ids;
      assert.deepEqual(await listed(log), [thirty, later, twenty, ten]);
      assert.deepEqual(await listed(log, { limit: 2 }), [thirty, later]);
      assert.deepEqual(await listed(log, { limit: 0 }), [thirty]);
      assert.deepEqual(await listed(log, { since: 20, until: 30 }), [later, twenty]);
    });

    it('lists by status, by caller, and what is to be decided', async ({ log }) => {
      const possible = await log.record(full);
      const noMatch = await log.record(clear);
      const confirmed = await log.record({ ...full, at: full.at + 1, status: 'confirmed', askedBy: 'desk 2' });
      const incomplete = await log.record({ ...clear, at: full.at + 2, status: 'incomplete', complete: false });
      assert.deepEqual(await listed(log, { status: 'no_match' }), [noMatch]);
      assert.deepEqual(await listed(log, { askedBy: 'desk 2' }), [confirmed]);
      assert.deepEqual(await listed(log, { askedBy: 'desk' }), []);
      assert.deepEqual(await listed(log, { undecided: true }), [incomplete, confirmed, possible]);
      await log.resolve(confirmed, 'duplicate', 'Ada');
      assert.deepEqual(await listed(log, { undecided: true }), [incomplete, possible]);
      assert.deepEqual(await listed(log, { undecided: true, status: 'possible' }), [possible]);
    });

    it('keeps every decision, the last one at the end', async ({ log, setTime, reopen }) => {
      const checkId = await log.record(full);
      setTime(5_000);
      const once = await log.resolve(checkId, 'duplicate', ' Ada ', '  ');
      assert.deepEqual(once.decisions, [{ verdict: 'duplicate', by: 'Ada', at: 5_000 }]);
      setTime(6_000);
      const twice = await log.resolve(checkId, 'no_duplicate', 'Grace', 'twin sister');
      const last = { verdict: 'no_duplicate', by: 'Grace', note: 'twin sister', at: 6_000 } as const;
      assert.deepEqual(twice.decisions, [...once.decisions, last]);
      for (const opened of [log, (await reopen?.()) ?? log]) assert.deepEqual(await opened.find(checkId), twice);
    });

    it('loses no decision of simultaneous ones', async ({ log, reopen }) => {
      const checkId = await log.record(full);
      const other = (await reopen?.()) ?? log;
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? log : other).resolve(checkId, 'duplicate', `person ${index}`),
        ),
      );
      const { decisions } = (await log.find(checkId)) ?? assert.fail('not found');
      assert.equal(new Set(decisions.map(({ by }) => by)).size, 10);
    });

    it('refuses a decision on nothing, by nobody, or of no kind', async ({ log }) => {
      const checkId = await log.record(full);
      const refuses = (work: Promise<unknown>, code: DciErrorCode): Promise<void> =>
        assert.rejects(work, (error) => error instanceof DciError && error.code === code);
      await refuses(log.resolve('none', 'duplicate', 'Ada'), 'err.request.not_found');
      await refuses(log.resolve(checkId, 'duplicate', '  '), 'err.request.bad');
      await refuses(log.resolve(checkId, 'duplicate', 'Ada', 'x'.repeat(2_001)), 'err.request.bad');
      const word: string = 'maybe';
      await refuses(Reflect.apply(log.resolve, log, [checkId, word, 'Ada']), 'err.request.bad');
      assert.deepEqual((await log.find(checkId))?.decisions, []);
    });

    it('forgets what is old, with its decisions and identifiers', async ({ log }) => {
      const old = await log.record({ ...full, at: 10 });
      await log.resolve(old, 'duplicate', 'Ada');
      const kept = await log.record({ ...full, at: 20 });
      assert.equal(await log.forget(20), 1);
      assert.equal(await log.find(old), undefined);
      assert.deepEqual(await listed(log, { identifier: { type: 'UIN', value: '3141592653' } }), [kept]);
      assert.equal(await log.forget(20), 0);
    });
  });
}
