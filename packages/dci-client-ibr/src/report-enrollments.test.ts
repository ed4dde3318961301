import type { SpecialReply } from 'dci-client';
import type { Beneficiary, DciError, JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { readBeneficiary } from './beneficiary-record.ts';
import type { ReportEnrollmentsOptions } from './report-enrollments.ts';
import { ibrService } from './service.ts';
import { beneficiaryRecord, evidence, failedCall, fakeSource, page } from './source.fixtures.ts';
import type { SourceFailure } from './source.ts';

const clock = { now: () => 0 };
const of = (value: string): Beneficiary =>
  readBeneficiary(beneficiaryRecord({ identifiers: [['UIN', value]] })).beneficiary;
const reply = (items: readonly JsonObject[], header: JsonObject = {}): SpecialReply => ({
  message: { transaction_id: 't1', correlation_id: 'c1', enrolled_response: items },
  evidence: evidence('ibr_main', header),
});
const taking = (answer: (count: number, call: number) => SpecialReply | DciError) => {
  let calls = 0;
  return fakeSource('ibr_main', () => page([]), {
    call: (_, message) => {
      calls += 1;
      const { beneficiaries } = message.enrolled_updates as { beneficiaries: readonly JsonObject[] };
      return answer(beneficiaries.length, calls);
    },
  });
};
const allTaken = (count: number) =>
  reply(Array.from({ length: count }, (_, index) => ({ reference_id: `b${index}`, status: 'succ' })));
const report = (
  client: ReturnType<typeof taking>,
  beneficiaries: readonly Beneficiary[],
  options?: ReportEnrollmentsOptions,
) => ibrService({ clients: client, clock }).reportEnrollments(beneficiaries, options);

describe('a report of enrolments', () => {
  it('is sent once, whole, with an outcome for each beneficiary', async () => {
    const client = taking(() =>
      reply([
        { reference_id: 'b0', status: 'succ' },
        { reference_id: 'b1', status: 'rjct', status_reason_message: 'unknown programme' },
        { reference_id: 'b2', status: 'pdng' },
        {},
      ]),
    );
    const result = await report(client, ['1', '2', '3', '4'].map(of));
    expect(result).toEqual({
      source: 'ibr_main',
      complete: false,
      outcomes: [
        { status: 'succ', referenceId: 'b0' },
        { status: 'rjct', referenceId: 'b1', text: 'unknown programme' },
        { status: 'pdng', referenceId: 'b2' },
        { status: 'unknown' },
      ],
      evidence: [evidence('ibr_main')],
    });
    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]).toMatchObject({
      operation: 'enrollment-updates',
      message: {
        enrolled_updates: {
          beneficiaries: ['1', '2', '3', '4'].map((value) => ({
            ...of(value),
            '@context': 'https://schema.spdci.org/extensions/ibr/v1',
            '@type': 'Beneficiary',
            benefits: [],
          })),
        },
      },
    });
  });

  it('goes in messages of a size', async () => {
    const client = taking(allTaken);
    const result = await report(
      client,
      Array.from({ length: 250 }, (_, index) => of(String(index))),
    );
    expect(result).toMatchObject({ complete: true });
    expect(result.outcomes).toHaveLength(250);
    expect(result.evidence).toHaveLength(3);
    expect(await report(client, [of('1'), of('2')], { batchSize: 1 })).toMatchObject({ complete: true });
    expect(client.calls).toHaveLength(5);
  });

  it('ends at the first message that fails, and says how far it came', async () => {
    const client = taking((count, call) =>
      call === 2 ? failedCall({ kind: 'timeout', seconds: 1 }) : allTaken(count),
    );
    const result = await report(client, ['1', '2', '3', '4', '5'].map(of), { batchSize: 2 });
    expect(result.outcomes.map(({ status }) => status)).toEqual(['succ', 'succ', 'unknown', 'unknown', 'not_sent']);
    expect(result).toMatchObject({ complete: false, failure: { kind: 'timeout' } });
    expect(client.calls, 'nothing is sent again').toHaveLength(2);
  });

  it.each<[string, SourceFailure, string]>([
    ['an unknown outcome', { kind: 'timeout', seconds: 1 }, 'unknown'],
    ['a lost answer', { kind: 'unreachable', systemCode: 'ECONNRESET' }, 'unknown'],
    ['an answer of somebody else', { kind: 'signature', reason: 'signature_mismatch' }, 'unknown'],
    ['an answer to something else', { kind: 'protocol', fault: 'other_transaction' }, 'unknown'],
    ['an error of the server', { kind: 'refused', status: 502 }, 'unknown'],
    ['a time-out of a gateway', { kind: 'refused', status: 408 }, 'unknown'],
    ['a message that came before', { kind: 'refused', status: 409 }, 'unknown'],
    ['a repeated message', { kind: 'rejected', referenceId: '', peerCode: 'rjct.message_id.duplicate' }, 'unknown'],
    ['a refusal', { kind: 'refused', status: 403 }, 'refused'],
    ['a rejecting header', { kind: 'refused', status: 200, peerCode: 'rjct.action.not_supported' }, 'refused'],
    ['a rejection', { kind: 'rejected', referenceId: '' }, 'refused'],
    ['a dialect without the call', { kind: 'unsupported', call: 'special' }, 'refused'],
    ['a closed port', { kind: 'unreachable', systemCode: 'ECONNREFUSED' }, 'refused'],
  ])('after %s says what is known', async (_, failure, status) => {
    const client = taking(() => failedCall(failure));
    expect(await report(client, [of('1')])).toMatchObject({ complete: false, outcomes: [{ status }], failure });
    expect(client.calls).toHaveLength(1);
  });

  it('takes no answer for one that is of other beneficiaries', async () => {
    for (const answer of [reply([{ status: 'succ' }]), { ...reply([]), message: { enrolled_response: 7 } }]) {
      const result = await report(
        taking(() => answer),
        [of('1'), of('2')],
      );
      expect(result.outcomes.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
      expect(result.failure).toMatchObject({ kind: 'protocol', fault: 'other_items' });
    }
  });

  it('is refused by the header of the reply', async () => {
    const header = { status: 'rjct', status_reason_code: 'rjct.action.not_supported' };
    expect(
      await report(
        taking(() => reply([], header)),
        [of('1')],
      ),
    ).toMatchObject({
      outcomes: [{ status: 'refused' }],
      failure: { kind: 'rejected', peerCode: 'rjct.action.not_supported' },
    });
  });

  it.each<[string, readonly Beneficiary[], ReportEnrollmentsOptions, string]>([
    ['nobody', [], {}, 'beneficiaries'],
    ['no member', [{ ...of('1'), member: undefined }], {}, 'beneficiaries[0]'],
    ['no status', [of('1'), { ...of('2'), enrollment_status: undefined }], {}, 'beneficiaries[1].enrollment_status'],
    ['no programme', [{ ...of('1'), programme_identifier: [] }], {}, 'beneficiaries[0].programme_identifier'],
    ['a status in words', [{ ...of('1'), enrollment_status: 'Active' }], {}, 'beneficiaries[0].enrollment_status'],
    ['a size that is none', [of('1')], { batchSize: 0 }, 'batchSize'],
  ])('of %s is refused before anything is sent', async (_, beneficiaries, options, path) => {
    const client = taking(allTaken);
    await expect(report(client, beneficiaries, options)).rejects.toMatchObject({ code: 'err.request.bad', path });
    expect(client.calls).toEqual([]);
  });

  it('names its registry where there are several', async () => {
    const [one, other] = [taking(allTaken), { ...taking(allTaken), source: 'ibr_north' }];
    const service = ibrService({ clients: [one, other], clock });
    await expect(service.reportEnrollments([of('1')])).rejects.toMatchObject({ path: 'source' });
    expect(await service.reportEnrollments([of('1')], { source: 'ibr_north' })).toMatchObject({ source: 'ibr_north' });
    expect([one.calls.length, other.calls.length]).toEqual([0, 1]);
  });

  it('ends with the reason of the caller’s signal', async () => {
    const client = taking(allTaken);
    const reason = new Error('enough');
    await expect(report(client, [of('1')], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(client.calls).toEqual([]);
  });
});
