import type { FederatedResult } from 'dci-client';
import type { BirthVerification } from 'dci-client-crvs';
import type { DisabilityStatus } from 'dci-client-dr';
import type { DuplicationResult } from 'dci-client-ibr';
import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { activate } from './birth-verification.ts';
import { target } from './disability-targeting.ts';
import { decideEnrolment } from './duplication-prevention.ts';
import { describe as describeRegistrant } from './federated-lookup.ts';
import { countByRegion } from './mis-counts-by-region.ts';

const evidence = { verified: true, senderId: 'registry', header: {}, message: {} };
const down = new DciError('err.service.unavailable', 'down');
const fail = async (): Promise<never> => {
  throw down;
};

describe('a registrant is activated', () => {
  const registrant = { uin: '1', birthDate: '1990-05-17', active: false };
  const provenance = { source: 'crvs_main', askedAt: '2026-01-01T00:00:00Z', evidence };
  const birth = { birthDate: '1990-05-17', parents: [], identifiers: [] };
  const facts = { birth, unconfirmed: [], provenance } as const;
  const activated = async (result: BirthVerification) => {
    const { registrant: now, reason } = await activate({ verifyBirth: async () => result }, registrant);
    return { ...now, reason };
  };

  test('only when the birth is verified', async () => {
    const verified = { status: 'verified', ...facts, fields: {}, birth: { ...birth, brn: 'B1' } } as const;
    expect(await activated(verified)).toMatchObject({ active: true, brn: 'B1' });
    const reason = 'no registered birth (no_birth_date)';
    expect(await activated({ status: 'not_found', reason: 'no_birth_date', provenance })).toEqual({
      ...registrant,
      reason,
    });
    expect((await activated({ status: 'ambiguous', count: 2, provenance })).active).toBe(false);
    const mismatch = { status: 'mismatch', ...facts, fields: {}, mismatched: ['birth_date', 'sex'] } as const;
    expect(await activated(mismatch)).toMatchObject({
      active: false,
      reason: expect.stringContaining('birth_date, sex'),
    });
    await expect(activate({ verifyBirth: fail }, registrant)).rejects.toBe(down);
  });
});

describe('somebody is enrolled', () => {
  const question = (status: 'match' | 'no_match' | 'failed') => ({ identifier: { type: 'UIN', value: '1' }, status });
  const resultOf = (more: Partial<DuplicationResult>): DuplicationResult => ({
    ...{ status: 'no_match', complete: true, matches: [], excluded: [], programmes: [], sources: [] },
    ...{ checkedAt: '2026-01-01T00:00:00Z', ...more },
  });
  const decide = (more: Partial<DuplicationResult>) =>
    decideEnrolment({ checkDuplication: async () => resultOf(more) }, { identifiers: [] }, 'P1');

  test('only when every registry answered, and none has anything', async () => {
    const answered = { source: 'a', status: 'answered', questions: [question('no_match')] } as const;
    const failed = { source: 'b', status: 'failed', questions: [question('failed')] } as const;
    expect(await decide({ sources: [answered] })).toMatchObject({ mayEnrol: true });
    expect(await decide({ sources: [answered, failed], status: 'incomplete', complete: false })).toEqual({
      mayEnrol: false,
      reason: 'try again later: no full answer from b',
    });
    // Whatever the status says: without an answer nobody is enrolled.
    expect(await decide({})).toMatchObject({ mayEnrol: false });
    const programmes = [{ name: 'Pension', level: 'possible', sources: ['a'] }] as const;
    const enrollment = { status: 'ended', benefits: [] };
    const match = { level: 'possible', source: 'a', enrollment, basis: 'identifier', doubts: ['enrollment_ended'] };
    const matches = [{ ...match, identifiers: [], beneficiary: {}, record: {}, evidence }] as unknown;
    expect(await decide({ status: 'possible', programmes, matches: matches as DuplicationResult['matches'] })).toEqual({
      mayEnrol: false,
      reason: 'somebody must look at: Pension (enrollment_ended)',
    });
  });
});

describe('a target', () => {
  const statusOf = (more: Partial<DisabilityStatus>): DisabilityStatus => ({
    ...{ status: 'unknown', types: [], conflicts: [], recordFound: true, unanswered: [], source: 'dr_main' },
    ...{ asOf: '2026-01-01T00:00:00Z', fromCache: false, ageSeconds: 0, evidence: [], ...more },
  });
  test.each<[string, Partial<DisabilityStatus>]>([
    ['include', { status: 'disabled', functional_scores: { VISION: 3 } }],
    ['assess', { status: 'disabled', functional_scores: { VISION: 2 } }],
    ['assess', { status: 'disabled' }],
    ['assess', { status: 'expired', functional_scores: { VISION: 4 } }],
    ['exclude', { status: 'not_disabled', functional_scores: { VISION: 1 } }],
    ['assess', { recordFound: false }],
  ])('is to %s: %j', async (decision, more) => {
    expect(await target({ getDisabilityStatus: async () => statusOf(more) }, '1')).toMatchObject({
      uin: '1',
      decision,
    });
  });
});

test('a count that failed is not zero', async () => {
  expect(await countByRegion({ count: async () => 7 }, ['A'])).toEqual([{ region: 'A', registrants: 7, disabled: 7 }]);
  await expect(countByRegion({ count: fail }, ['A'])).rejects.toBe(down);
});

test('nobody found by some of the provinces is not nobody', async () => {
  const failed = { source: 'west', status: 'failed', elapsedMs: 1, error: down } as const;
  const answered = { source: 'north', status: 'answered', count: 0, elapsedMs: 1, evidence } as const;
  const lines = async (result: Pick<FederatedResult, 'outcomes' | 'complete'>) =>
    (await describeRegistrant({ searchById: async () => ({ records: [], groups: [], ...result }) }, '1')).lines;
  expect(await lines({ outcomes: [answered, failed], complete: false })).toEqual([
    'north: 0 found, signed by registry',
    'west: no answer (failed)',
    'not complete: a province that did not answer may know the registrant too',
  ]);
  expect((await lines({ outcomes: [answered], complete: true })).at(-1)).toBe('nobody has this identifier');
});
