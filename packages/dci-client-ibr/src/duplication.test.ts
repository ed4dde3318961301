import type { SearchOutcome } from 'dci-client';
import { DciError } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isClear } from './duplication.ts';
import { memoryCheckLog } from './memory-check-log.ts';
import { ibrService } from './service.ts';
import { askedValue, beneficiaryRecord, failedCall, fakeSource, page } from './source.fixtures.ts';
import type { SourceFailure } from './source.ts';

const clock = { now: () => 0 };
const timeoutSeconds = 0.005;

/** What a source says to one identifier. */
type ItemOutcome = (value: string) => SearchOutcome | 'missing';

const record = (value: string, status: string) => beneficiaryRecord({ identifiers: [['UIN', value]], status });
const itemOutcomes = {
  noMatch: () => page([]),
  active: (value) => page([record(value, '1')]),
  ended: (value) => page([record(value, '3')]),
  rejected: () => ({ status: 'rjct', referenceId: 'r', code: 'rjct.filter.invalid', text: 'no such attribute' }),
  missing: () => 'missing',
  pending: () => page([], { status: 'pdng' }),
  received: () => page([], { status: 'rcvd' }),
  truncated: () => page([], { totalCount: 3 }),
  ofSomebodyElse: (value) => page([record(`${value}0`, '1')]),
} satisfies Record<string, ItemOutcome>;
type Item = keyof typeof itemOutcomes;
const items: readonly Item[] = [
  'noMatch',
  'active',
  'ended',
  'rejected',
  'missing',
  'pending',
  'received',
  'truncated',
  'ofSomebodyElse',
];

const failures: readonly SourceFailure[] = [
  { kind: 'refused', status: 403 },
  { kind: 'refused', status: 404, peerCode: 'err.request.not_found' },
  { kind: 'refused', status: 400, peerCode: 'rjct.total_count.limit_exceeded' },
  { kind: 'rejected', referenceId: '' },
  { kind: 'unreachable', systemCode: 'ECONNRESET' },
  { kind: 'timeout', seconds: 1 },
  { kind: 'signature', reason: 'signature_mismatch' },
  { kind: 'protocol', fault: 'malformed' },
  { kind: 'protocol', fault: 'other_items' },
  { kind: 'protocol', fault: 'record' },
  { kind: 'unsupported', call: 'sync-search' },
];

/** What a source does: fails as a whole, says nothing in time, or answers each identifier. */
type Plan = { readonly whole: SourceFailure | 'error' | 'bug' | 'silence' } | { readonly items: readonly Item[] };

const identifierCount = 3;
const plan: fc.Arbitrary<Plan> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      whole: fc.constantFrom<SourceFailure | 'error' | 'bug' | 'silence'>(...failures, 'error', 'bug', 'silence'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      items: fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant<Item>('noMatch') }, fc.constantFrom(...items)), {
        minLength: identifierCount,
        maxLength: identifierCount,
      }),
    }),
  },
);

function source(code: string, { ...what }: Plan) {
  return fakeSource(code, (criteria) => {
    if ('items' in what) {
      const value = String(askedValue(criteria));
      const outcome: ItemOutcome = itemOutcomes[what.items[Number(value) - 1] ?? 'missing'];
      return outcome(value);
    }
    const { whole } = what;
    if (whole === 'silence') return new Promise(() => undefined);
    if (whole === 'bug') throw new TypeError('oops');
    if (whole === 'error') return new DciError('err.configuration.invalid', 'disabled');
    return failedCall(whole);
  });
}

const identifiers = Array.from({ length: identifierCount }, (_, index) => ({ type: 'UIN', value: String(index + 1) }));

describe('isClear', () => {
  it('is true if and only if every source answered for every identifier and none has a match', async () => {
    const seen = { clear: 0, other: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), async (plans) => {
        const clients = plans.map((one, index) => source(`source_${index}`, one));
        const result = await ibrService({ clients, clock, timeoutSeconds }).checkDuplication({ identifiers });
        const said = plans.flatMap((one): readonly (Item | 'whole')[] => ('items' in one ? one.items : ['whole']));
        // An item that is missing takes the others of its message with it where the order no longer tells.
        const mayBeClear = said.every((one) => one === 'noMatch');
        const hasActive = result.matches.some(({ level }) => level === 'confirmed');
        expect(isClear(result)).toBe(mayBeClear);
        expect(result.status === 'no_match').toBe(mayBeClear);
        expect(result.complete).toBe(said.every((one) => ['noMatch', 'active', 'ended'].includes(one)));
        expect(result.status === 'confirmed').toBe(hasActive);
        if (!said.includes('missing')) {
          expect(hasActive).toBe(said.includes('active'));
          expect(result.matches.length > 0).toBe(said.includes('active') || said.includes('ended'));
        }
        for (const outcome of result.sources) {
          const questions = outcome.questions.map(({ status, failure }) => [
            status === 'failed',
            failure !== undefined,
          ]);
          expect(questions).toHaveLength(identifierCount);
          for (const [failed, hasFailure] of questions) expect(failed).toBe(hasFailure);
        }
        seen[mayBeClear ? 'clear' : 'other'] += 1;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.clear, seen.other), 'both cases were tried').toBeGreaterThan(10);
  });

  it.each<SourceFailure | 'silence'>([...failures, 'silence'])('is false after %j of one source', async (failure) => {
    const well = source('well', { items: ['noMatch', 'noMatch', 'noMatch'] });
    const failing = fakeSource('failing', () =>
      failure === 'silence' ? new Promise(() => undefined) : failedCall(failure),
    );
    const random = { uuid: () => 'check-1', bytes: (length: number) => new Uint8Array(length) };
    const crypto = { sha256: () => new Uint8Array(32) };
    const log = memoryCheckLog({ clock, random, crypto });
    const service = ibrService({ clients: [well, failing], clock, log, timeoutSeconds });
    const result = await service.checkDuplication({ identifiers }, { askedBy: 'desk' });
    expect(isClear(result)).toBe(false);
    expect(result).toMatchObject({ status: 'incomplete', checkId: 'check-1' });
    const [logged] = await log.list();
    expect(logged).toMatchObject({ status: 'incomplete', complete: false, askedBy: 'desk' });
    expect(logged?.sources[1]).toMatchObject({ status: 'failed', failures: [expect.stringMatching(/^\w+/)] });
  });

  it('is false of a result without sources or questions', () => {
    expect(isClear({ matches: [], sources: [] })).toBe(false);
    expect(isClear({ matches: [], sources: [{ source: 'a', status: 'answered', questions: [] }] })).toBe(false);
  });
});
