import { describe, expect, it } from 'vitest';
import { ibrService } from './service.ts';
import { beneficiaryRecord, failedCall, fakeSource, page } from './source.fixtures.ts';

const clock = { now: () => 0 };
const uin = { type: 'UIN', value: '1' };
const empty = fakeSource('ibr_empty', () => page([]));
const full = fakeSource('ibr_main', () =>
  page([
    beneficiaryRecord(),
    beneficiaryRecord({ programme: { programme_name: 'School' }, status: '3', identifiers: [] }),
  ]),
);
const failing = fakeSource('ibr_north', () => failedCall({ kind: 'signature', reason: 'expired' }));

describe('the enrolments of somebody', () => {
  it('are all of all sources, with who says so', async () => {
    const result = await ibrService({ clients: [empty, full], clock }).getEnrollmentStatus(uin);
    expect(result).toMatchObject({ status: 'found', complete: true });
    expect(result.enrollments).toMatchObject([
      {
        source: 'ibr_main',
        programme: { identifier: 'P1', name: 'Cash Transfer' },
        state: 'active',
        enrolledOn: '2024-03-01',
        identifierShown: true,
        evidence: { messageId: 'message-of-ibr_main' },
      },
      { source: 'ibr_main', programme: { name: 'School' }, state: 'graduated', identifierShown: false },
    ]);
    expect(result.sources.map(({ source, status, questions }) => [source, status, questions[0]?.status])).toEqual([
      ['ibr_empty', 'answered', 'no_match'],
      ['ibr_main', 'answered', 'match'],
    ]);
  });

  it('are none only when every source answered', async () => {
    const service = ibrService({ clients: [empty, failing], clock });
    expect(await service.getEnrollmentStatus(uin)).toMatchObject({ status: 'incomplete', complete: false });
    expect(await service.getEnrollmentStatus(uin, { sources: ['ibr_empty'] })).toMatchObject({
      status: 'none',
      complete: true,
      enrollments: [],
    });
    expect(await ibrService({ clients: [full, failing], clock }).getEnrollmentStatus(uin)).toMatchObject({
      status: 'found',
      complete: false,
    });
  });

  it('are not those of somebody else', async () => {
    const other = { type: 'UIN', value: '2' };
    const result = await ibrService({ clients: full, clock }).getEnrollmentStatus(other);
    expect(result.enrollments.map(({ programme }) => programme.name)).toEqual(['School']);
    expect(result.sources[0]?.questions).toEqual([
      { identifier: other, status: 'failed', failure: { kind: 'other_record' } },
    ]);
  });

  it('are not asked for without an identifier', async () => {
    await expect(
      ibrService({ clients: empty, clock }).getEnrollmentStatus({ type: '', value: '1' }),
    ).rejects.toMatchObject({
      code: 'err.request.bad',
      path: 'identifier.type',
    });
  });
});
