import type { SpecialReply } from 'dci-client';
import { DciError, type JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import type { EnrolledAnswer } from './check-enrollment.ts';
import { ibrService } from './service.ts';
import { type AskedSource, beneficiaryRecord, evidence, failedCall, fakeSource, page } from './source.fixtures.ts';
import type { SourceFailure } from './source.ts';

const clock = { now: () => 0 };
const uin = { type: 'UIN', value: '1' };
const item = (more: JsonObject): JsonObject => ({ reference_id: 't1', timestamp: '', status: 'succ', ...more });
const reply = (items: readonly JsonObject[], header: JsonObject = {}): SpecialReply => ({
  message: { transaction_id: 't1', correlation_id: 'c1', enrolled_response: items },
  evidence: evidence('ibr_main', header),
});
const never = () => {
  throw new Error('no search is expected');
};
const answering = (answer: SpecialReply | DciError, source = 'ibr_main') =>
  fakeSource(source, never, { call: () => answer });
const ask = (clients: AskedSource | readonly AskedSource[], options = {}) =>
  ibrService({ clients, clock }).checkEnrollment(uin, options);
const unsupported = failedCall({ kind: 'unsupported', call: 'special' });

describe('the question whether somebody is enrolled', () => {
  it.each<[string, readonly JsonObject[], EnrolledAnswer]>([
    ['yes', [item({ enrolled_status: 'yes' })], 'yes'],
    ['YES', [item({ enrolled_status: 'YES' })], 'yes'],
    ['no', [item({ enrolled_status: 'no' })], 'no'],
    ['one of several says yes', [item({ enrolled_status: 'no' }), item({ enrolled_status: 'yes' })], 'yes'],
    ['no item', [], 'unknown'],
    ['neither', [item({ enrolled_status: 'maybe' })], 'unknown'],
    ['nothing', [item({})], 'unknown'],
    ['no beside nothing', [item({ enrolled_status: 'no' }), item({})], 'unknown'],
    ['no, not yet', [item({ enrolled_status: 'no', status: 'pdng' })], 'unknown'],
    ['no, rejected', [item({ enrolled_status: 'no', status: 'rjct' })], 'unknown'],
  ])('is answered: %s', async (_, items, answer) => {
    const result = await ask(answering(reply(items)));
    expect(result).toMatchObject({ answer, sources: [{ source: 'ibr_main', answer, by: 'enrolled' }] });
    expect(result.sources[0]?.evidence?.senderId).toBe('ibr_main.example.org');
  });

  it('names the type of the identifier; with a programme it has the form of the standard’s example', async () => {
    const source = answering(reply([item({ enrolled_status: 'no' })]));
    await ask(source);
    await ask(source, { programme: 'P1', consent: { id: 'c' }, authorize: { id: 'a' } });
    expect(source.calls).toEqual([
      { operation: 'enrolled', message: { enrolled_criteria: { query_type: 'idtype-value', query: uin } } },
      {
        operation: 'enrolled',
        message: {
          enrolled_criteria: {
            query_type: 'expression',
            query: {
              person_identifier: { eq: '1' },
              'programme_identifier.program.programme_identifier': { eq: 'P1' },
            },
            consent: { id: 'c' },
            authorize: { id: 'a' },
          },
        },
      },
    ]);
  });

  it.each<[string, SpecialReply | DciError, Partial<SourceFailure>]>([
    [
      'a header that rejects',
      reply([], { status: 'rjct', status_reason_code: 'rjct.filter.invalid' }),
      { kind: 'rejected' },
    ],
    [
      'a message that is none',
      { message: { enrolled_response: 'yes' }, evidence: evidence('a') },
      { kind: 'protocol' },
    ],
    ['a bad signature', failedCall({ kind: 'signature', reason: 'expired' }), { kind: 'signature' }],
    ['a refusal', failedCall({ kind: 'refused', status: 403 }), { kind: 'refused' }],
    ['a disabled source', new DciError('err.configuration.invalid', 'x'), { kind: 'error' }],
  ])('is unknown after %s', async (_, answer, failure) => {
    expect(await ask(answering(answer))).toMatchObject({ answer: 'unknown', sources: [{ by: 'enrolled', failure }] });
  });

  it('is unknown when nobody answers in time', async () => {
    const silent = fakeSource('ibr_main', never, { call: () => new Promise(() => undefined) });
    expect(await ask(silent, { timeoutSeconds: 0.01 })).toMatchObject({
      answer: 'unknown',
      sources: [{ failure: { kind: 'timeout', seconds: 0.01 } }],
    });
  });

  it('is answered yes by one source, and no by all', async () => {
    const sources = {
      yes: answering(reply([item({ enrolled_status: 'yes' })]), 'yes'),
      no: answering(reply([item({ enrolled_status: 'no' })]), 'no'),
      unknown: answering(reply([]), 'unknown'),
    };
    const { yes, no, unknown } = sources;
    expect((await ask([no, unknown, yes])).answer).toBe('yes');
    expect((await ask([no, unknown])).answer).toBe('unknown');
    expect((await ask([no])).answer).toBe('no');
    expect((await ask([no, unknown, yes], { sources: ['no'] })).sources.map(({ source }) => source)).toEqual(['no']);
    await expect(ask([no], { sources: ['other'] })).rejects.toMatchObject({ code: 'err.request.bad' });
    await expect(ask([no], { sources: [] })).rejects.toMatchObject({ code: 'err.request.bad' });
  });
});

describe('a source without the operation', () => {
  const searched = (records: readonly JsonObject[], more: Parameters<typeof page>[1] = {}, missing = unsupported) =>
    fakeSource('ibr_main', () => page(records, more), { call: () => missing });

  it.each<[string, DciError | SpecialReply]>([
    ['by its dialect', unsupported],
    ['by a missing address', failedCall({ kind: 'refused', status: 404 })],
    ['by its words', failedCall({ kind: 'rejected', referenceId: '', peerCode: 'rjct.action.not_supported' })],
    ['in the header of its reply', reply([], { status: 'rjct', status_reason_code: 'rjct.action.not_supported' })],
  ])('%s is searched', async (_, missing) => {
    const source = fakeSource('ibr_main', () => page([beneficiaryRecord()]), { call: () => missing });
    expect(await ask(source)).toMatchObject({
      answer: 'yes',
      sources: [{ by: 'search', answer: 'yes', enrollments: [{ source: 'ibr_main', state: 'active' }] }],
    });
    expect(source.batches).toMatchObject([[{ queryType: 'idtype-value', query: uin }]]);
  });

  it.each<[string, readonly JsonObject[], Parameters<typeof page>[1], EnrolledAnswer]>([
    ['suspended', [beneficiaryRecord({ status: '4' })], {}, 'yes'],
    ['of no status', [beneficiaryRecord({ status: null })], {}, 'yes'],
    ['whose record shows no identifier', [beneficiaryRecord({ identifiers: [] })], {}, 'yes'],
    ['ended', [beneficiaryRecord({ status: '3' })], {}, 'no'],
    ['nowhere', [], {}, 'no'],
    ['of a status that nobody knows', [beneficiaryRecord({ status: 'on hold' })], {}, 'unknown'],
    ['found although more was counted', [beneficiaryRecord()], { totalCount: 2 }, 'yes'],
    ['not found although one was counted', [], { totalCount: 1 }, 'unknown'],
    ['somebody else', [beneficiaryRecord({ identifiers: [['UIN', '2']] })], {}, 'unknown'],
  ])('says of somebody %s', async (_, records, more, answer) => {
    expect((await ask(searched(records, more))).answer).toBe(answer);
  });

  it('is searched for one programme', async () => {
    const source = searched([
      beneficiaryRecord(),
      beneficiaryRecord({ programme: { programme_name: 'School' }, status: '3' }),
    ]);
    const answers = ['P1', 'school', 'P9'].map(async (programme) => (await ask(source, { programme })).answer);
    expect(await Promise.all(answers)).toEqual(['yes', 'no', 'no']);
  });

  it('that fails leaves the answer unknown', async () => {
    const source = fakeSource('ibr_main', () => failedCall({ kind: 'unreachable' }), { call: () => unsupported });
    expect(await ask(source)).toMatchObject({
      answer: 'unknown',
      sources: [{ by: 'search', failure: { kind: 'unreachable' } }],
    });
  });
});
