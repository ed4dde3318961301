import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import type { DuplicationResult } from './duplication.ts';
import { isClear } from './duplication.ts';
import type { Registrant } from './registrant.ts';
import { ibrService } from './service.ts';
import { askedValue, beneficiaryRecord, failedCall, fakeSource, page, type RecordFacts } from './source.fixtures.ts';
import type { BeneficiarySource, SourceFailure } from './source.ts';

const clock = { now: () => Date.parse('2026-04-22T10:30:00Z') };
const uin = { type: 'UIN', value: '1' };
const lucia: Registrant = {
  identifiers: [uin],
  name: { surname: 'Nunez', givenName: 'Lucia' },
  birthDate: '1990-05-17',
  sex: 'F',
};
const empty = fakeSource('ibr_empty', () => page([]));
const holding = (...facts: readonly RecordFacts[]) =>
  fakeSource('ibr_main', () => page(facts.map((one) => beneficiaryRecord(one))));
const check = (
  clients: BeneficiarySource | readonly BeneficiarySource[],
  registrant: Registrant = lucia,
  options: Parameters<ReturnType<typeof ibrService>['checkDuplication']>[1] = {},
): Promise<DuplicationResult> => ibrService({ clients, clock }).checkDuplication(registrant, options);
const doubtsOf = ({ matches }: DuplicationResult) => matches.map(({ level, doubts }) => [level, ...doubts]);

describe('a check for duplicates', () => {
  it('is clear when every source answered and none has anything', async () => {
    const result = await check([empty, fakeSource('ibr_north', () => page([]))]);
    expect(result).toEqual({
      status: 'no_match',
      complete: true,
      matches: [],
      excluded: [],
      programmes: [],
      sources: ['ibr_empty', 'ibr_north'].map((source) => ({
        source,
        status: 'answered',
        questions: [{ identifier: uin, status: 'no_match' }],
      })),
      checkedAt: '2026-04-22T10:30:00Z',
    });
    expect(isClear(result)).toBe(true);
  });

  it('confirms an active enrolment under the same identifier, with programme, dates and provenance', async () => {
    const result = await check([empty, holding({})], lucia, { programme: 'p-1' });
    expect(result).toMatchObject({
      status: 'confirmed',
      complete: true,
      programmes: [{ identifier: 'P1', name: 'Cash Transfer', level: 'confirmed', sources: ['ibr_main'] }],
    });
    expect(result.matches).toMatchObject([
      {
        level: 'confirmed',
        source: 'ibr_main',
        sameProgramme: true,
        basis: 'identifier',
        identifiers: [uin],
        doubts: [],
        enrollment: { state: 'active', status: '1', enrolledOn: '2024-03-01' },
        evidence: { senderId: 'ibr_main.example.org', messageId: 'message-of-ibr_main' },
        beneficiary: { member: { demographic_info: { birth_date: '1990-05-17' } } },
      },
    ]);
    expect(isClear(result)).toBe(false);
  });

  it('tells enrolments in the same programme from others', async () => {
    const { matches } = await check(holding({}, { programme: { programme_name: 'School Meals' } }), lucia, {
      programme: 'school meals',
    });
    expect(matches.map(({ sameProgramme }) => sameProgramme)).toEqual([false, true]);
    expect((await check(holding({}))).matches[0]).not.toHaveProperty('sameProgramme');
  });

  it.each<[string, RecordFacts, readonly string[]]>([
    ['suspended', { status: '4' }, ['enrollment_suspended']],
    ['graduated', { status: '3' }, ['enrollment_ended']],
    ['of somebody who died', { status: '2' }, ['enrollment_ended']],
    ['ended, in a word of the peer', { status: 'exited' }, ['enrollment_ended']],
    ['of a status that nobody knows', { status: 'on hold' }, ['enrollment_status_unknown']],
    ['of no status', { status: null }, ['enrollment_status_unknown']],
    ['of another birth date', { person: { birth_date: '1991-05-17' } }, ['birth_date_differs']],
    ['of the other sex', { person: { sex: 'male' } }, ['sex_differs']],
    ['of quite another name', { person: { name: { surname: 'Okafor', given_name: 'Ada' } } }, ['name_differs']],
    [
      'of another national id',
      {
        identifiers: [
          ['UIN', '1'],
          ['NationalID', 'X9'],
        ],
      },
      ['identifier_differs'],
    ],
    ['without identifiers', { identifiers: [] }, ['identifier_not_shown']],
    ['with identifiers of other types', { identifiers: [['BRN', '7']] }, ['identifier_not_shown']],
  ])('finds an enrolment %s possible only', async (_, facts, doubts) => {
    const registrant = { ...lucia, identifiers: [uin, { type: 'NID', value: 'X1' }] };
    const source = fakeSource('ibr_main', (criteria) =>
      page(askedValue(criteria) === '1' ? [beneficiaryRecord(facts)] : []),
    );
    const result = await check(source, registrant);
    expect(doubtsOf(result)).toEqual([['possible', ...doubts]]);
    expect(result).toMatchObject({ status: 'possible', complete: true });
    expect(isClear(result)).toBe(false);
  });

  it.each<[string, RecordFacts]>([
    ['other order, accents and case', { person: { name: { surname: 'LUCIA', given_name: 'nuñez' } } }],
    ['a slip', { person: { name: { surname: 'Nuñes' } } }],
    ['an initial', { person: { name: { given_name: 'L.' } } }],
    ['nothing of the person', { person: {} }],
    ['an unknown sex', { person: { sex: 'unknown' } }],
    ['the identifier in other signs', { identifiers: [['ns:org:IdentifierType:UIN', ' 1-']] }],
    [
      'a second identifier of the type',
      {
        identifiers: [
          ['UIN', '5'],
          ['UIN', '1'],
        ],
      },
    ],
  ])('is not misled by a record with %s', async (_, facts) => {
    expect(doubtsOf(await check(holding(facts)))).toEqual([['confirmed']]);
  });

  it('believes a registry that shows no identifiers where it is told to', async () => {
    const source = holding({ identifiers: [] });
    const result = await ibrService({ clients: source, clock, acceptUnshownIdentifiers: true }).checkDuplication(lucia);
    expect(result.matches).toMatchObject([{ level: 'confirmed', basis: 'registry' }]);
  });

  it('takes a record about somebody else for an answer to another question', async () => {
    const result = await check(holding({ identifiers: [['UIN', '2']] }));
    expect(result).toMatchObject({ status: 'incomplete', complete: false, matches: [] });
    expect(result.sources[0]?.questions).toEqual([
      { identifier: uin, status: 'failed', failure: { kind: 'other_record' } },
    ]);
  });

  it('asks for every identifier in one message, each once, and sends nothing else of the person', async () => {
    const source = fakeSource('ibr_main', () => page([]));
    const brn = { type: 'BRN', value: '7' };
    await check(source, { ...lucia, identifiers: [uin, brn, { type: ' UIN', value: '1 ' }] });
    expect(source.batches).toHaveLength(1);
    expect(source.batches[0]?.map(({ queryType, query, recordType }) => [queryType, query, recordType])).toEqual([
      ['idtype-value', uin, 'Beneficiary'],
      ['idtype-value', brn, 'Beneficiary'],
    ]);
    expect(JSON.stringify(source.batches)).not.toMatch(/Nunez|Lucia|1990/);
  });

  it('counts a record that is found under two identifiers once', async () => {
    const identifiers = [uin, { type: 'NID', value: 'X1' }];
    const result = await check(
      holding({
        identifiers: [
          ['UIN', '1'],
          ['NationalID', 'X1'],
        ],
      }),
      { identifiers },
    );
    expect(result.matches).toMatchObject([{ level: 'confirmed', identifiers }]);
    expect(result.sources[0]?.questions.map(({ status }) => status)).toEqual(['match', 'match']);
  });

  it('asks one by one where a source takes no batch', async () => {
    for (const failure of [
      { kind: 'protocol', fault: 'other_items' },
      { kind: 'refused', status: 400, peerCode: 'rjct.total_count.limit_exceeded' },
      { kind: 'rejected', referenceId: '', peerCode: 'rjct.total_count.invalid' },
    ] as const) {
      const source = fakeSource(
        'ibr_main',
        (criteria) => page(askedValue(criteria) === '1' ? [beneficiaryRecord()] : []),
        {
          refusesBatches: failedCall(failure),
        },
      );
      const result = await check(source, { identifiers: [uin, { type: 'BRN', value: '7' }] });
      expect(source.batches.map(({ length }) => length)).toEqual([2, 1, 1]);
      expect(result).toMatchObject({ status: 'confirmed', complete: true });
    }
  });

  it('counts a confirmed match although another source failed', async () => {
    const failing = fakeSource('ibr_north', () => failedCall({ kind: 'unreachable' }));
    const result = await check([failing, holding({})]);
    expect(result).toMatchObject({ status: 'confirmed', complete: false });
    expect(result.sources.map(({ source, status }) => [source, status])).toEqual([
      ['ibr_north', 'failed'],
      ['ibr_main', 'answered'],
    ]);
  });

  it('follows an answer to its last page', async () => {
    const next = { number: 2, size: 100 };
    const source = fakeSource('ibr_main', () => page([beneficiaryRecord({ status: '3' })], { totalCount: 2, next }), {
      next: () => page([beneficiaryRecord()], { totalCount: 2 }),
    });
    const result = await check(source);
    expect(doubtsOf(result)).toEqual([['confirmed'], ['possible', 'enrollment_ended']]);
    expect(result.complete).toBe(true);
    expect(source.pagesAsked).toMatchObject([{ query: uin, page: next }]);
  });

  it('keeps what came when a later page fails', async () => {
    const source = fakeSource('ibr_main', () => page([beneficiaryRecord()], { totalCount: 2, next: { number: 2 } }), {
      next: () => failedCall({ kind: 'unreachable' }),
    });
    expect(await check(source)).toMatchObject({
      status: 'confirmed',
      complete: false,
      sources: [{ status: 'failed', questions: [{ failure: { kind: 'unreachable' } }] }],
    });
  });

  it('does not follow pages for ever', async () => {
    const many = Array.from({ length: 100 }, () => beneficiaryRecord({ status: '3' }));
    const endless = fakeSource('ibr_main', () => page(many, { totalCount: 1_000_000, next: { number: 2 } }));
    const result = await check(endless);
    expect(result.complete).toBe(false);
    expect(result.sources[0]?.questions[0]?.failure).toEqual({ kind: 'too_many', limit: 1_000 });
    expect(endless.pagesAsked).toHaveLength(9);
  });

  it('gives each source its own time, and keeps what others said', async () => {
    const silent = fakeSource('ibr_north', () => new Promise(() => undefined));
    const result = await check([silent, holding({})], lucia, { timeoutSeconds: 0.02 });
    expect(result).toMatchObject({ status: 'confirmed', complete: false });
    expect(result.sources[0]?.questions).toEqual([
      { identifier: uin, status: 'failed', failure: { kind: 'timeout', seconds: 0.02 } },
    ]);
  });

  it('takes the end of its time for that, however a source ends because of it', async () => {
    const heeding: BeneficiarySource = {
      ...empty,
      searchBatch: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const result = await check(heeding, lucia, { timeoutSeconds: 0.01 });
    expect(result.sources[0]?.questions[0]?.failure).toEqual({ kind: 'timeout', seconds: 0.01 });
  });

  it('ends with the reason of the caller’s signal', async () => {
    const reason = new Error('enough');
    const silent = fakeSource('ibr_north', () => new Promise(() => undefined));
    const controller = new AbortController();
    const running = check([silent, empty], lucia, { signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(check(empty, lucia, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('excluded programmes', () => {
  it('do not count, and are told', async () => {
    const result = await check(holding({}), lucia, { exclude: ['p1'] });
    expect(result).toMatchObject({ status: 'no_match', complete: true, matches: [], programmes: [] });
    expect(result.excluded).toMatchObject([{ level: 'confirmed', enrollment: { programme: { identifier: 'P1' } } }]);
    expect(isClear(result)).toBe(true);
  });

  it('leave others of the same record', async () => {
    const record = {
      ...beneficiaryRecord(),
      programme_identifier: [{ programme_identifier: 'P1' }, { programme_identifier: 'P2' }],
    };
    const result = await check(
      fakeSource('ibr_main', () => page([record])),
      lucia,
      { exclude: ['P1'] },
    );
    expect(result.matches.map(({ enrollment }) => enrollment.programme.identifier)).toEqual(['P2']);
    expect(result.status).toBe('confirmed');
  });
});

describe('a household', () => {
  const members = (...values: readonly string[]) =>
    values.map((value) => ({
      member_identifier: [{ identifier_type: 'UIN', identifier_value: value }],
      demographic_info: { birth_date: value === '1' ? '1990-05-17' : '2015-01-01' },
    }));
  const household = (group: object) => {
    const { member: _, ...record } = beneficiaryRecord();
    return fakeSource('ibr_main', () => page([{ ...record, assistance_unit: '2', group: { ...group } }]));
  };

  it('is compared by the member who has the identifier', async () => {
    expect(doubtsOf(await check(household({ member_list: members('2', '1') })))).toEqual([['confirmed']]);
    expect(doubtsOf(await check(household({ group_head_info: members('1')[0] })))).toEqual([['confirmed']]);
    const other = { ...lucia, identifiers: [{ type: 'UIN', value: '2' }] };
    expect(doubtsOf(await check(household({ member_list: members('2', '1') }), other))).toEqual([
      ['possible', 'birth_date_differs'],
    ]);
  });

  it('that shows its head alone is a possible match', async () => {
    expect(doubtsOf(await check(household({ group_head_info: members('9')[0] })))).toEqual([
      ['possible', 'identifier_not_shown'],
    ]);
  });

  it('is found by its own identifier', async () => {
    const group_identifier = [{ identifier_type: 'HouseholdID', identifier_value: 'HH-1' }];
    const registrant = { ...lucia, identifiers: [{ type: 'urn:gov:household-id', value: 'hh1' }] };
    expect(doubtsOf(await check(household({ group_identifier, member_list: members('2') }), registrant))).toEqual([
      ['confirmed'],
    ]);
  });
});

describe('a check by surname and birth date', () => {
  const source = (...facts: readonly RecordFacts[]) =>
    fakeSource('ibr_main', ({ queryType }) =>
      page(queryType === 'expression' ? facts.map((one) => beneficiaryRecord(one)) : []),
    );

  it('finds possible matches only, under other identifiers too', async () => {
    const asked = source({ identifiers: [['UIN', '2']] });
    const result = await check(asked, lucia, { demographic: true });
    expect(result.matches).toMatchObject([
      { level: 'possible', basis: 'demographic', identifiers: [], doubts: ['demographic'] },
    ]);
    expect(asked.batches[0]?.[1]?.query).toEqual({
      seq: [
        { attribute: 'surname', operator: '=', value: 'Nunez' },
        { attribute: 'birth_date', operator: '=', value: '1990-05-17' },
      ],
    });
    expect(result.sources[0]?.questions.map(({ identifier, status }) => [identifier?.type, status])).toEqual([
      ['UIN', 'no_match'],
      [undefined, 'match'],
    ]);
  });

  it.each<[string, RecordFacts]>([
    ['a twin', { person: { name: { surname: 'Núñez', given_name: 'Carmen' }, birth_date: '1990-05-17' } }],
    ['a brother', { person: { sex: 'male', name: { surname: 'Núñez' } } }],
    ['whom the registry compared loosely', { person: { birth_date: '1990-05-18' } }],
  ])('passes over %s', async (_, facts) => {
    const result = await check(source({ ...facts, identifiers: [['UIN', '2']] }), lucia, { demographic: true });
    expect(result).toMatchObject({ status: 'no_match', complete: true });
  });

  it('needs no identifier, and is not made unless asked for', async () => {
    const asked = source();
    expect(await check(asked, { ...lucia, identifiers: [] }, { demographic: true })).toMatchObject({
      status: 'no_match',
    });
    await check(asked);
    expect(asked.batches.map((batch) => batch.map(({ queryType }) => queryType))).toEqual([
      ['expression'],
      ['idtype-value'],
    ]);
  });

  it('is incomplete when it fails, although the identifiers were answered', async () => {
    const failing = fakeSource('ibr_main', ({ queryType }) =>
      queryType === 'expression' ? { status: 'rjct', referenceId: 'r', code: 'rjct.filter.invalid' } : page([]),
    );
    const result = await check(failing, lucia, { demographic: true });
    expect(result).toMatchObject({ status: 'incomplete', sources: [{ status: 'partial' }] });
  });
});

describe('a check that cannot be made', () => {
  it.each<[string, Registrant, object, string]>([
    ['without identifiers', { identifiers: [] }, {}, 'registrant.identifiers'],
    ['with an empty value', { identifiers: [{ type: 'UIN', value: ' ' }] }, {}, 'registrant.identifiers.0.value'],
    ['with a birth date that is none', { ...lucia, birthDate: '17.05.1990' }, {}, 'registrant.birthDate'],
    [
      'by a person without birth date',
      { identifiers: [], name: { surname: 'N' } },
      { demographic: true },
      'registrant',
    ],
  ])('%s is refused before anybody is asked', async (_, registrant, options, path) => {
    const source = fakeSource('ibr_main', () => page([]));
    const error = await check(source, registrant, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DciError);
    expect(error).toMatchObject({ code: 'err.request.bad', path });
    expect(source.batches).toEqual([]);
  });

  it('is not refused with personal data', async () => {
    const error = await check(empty, { identifiers: [uin], birthDate: 'secret' }).catch(String);
    expect(error).not.toContain('secret');
  });

  it('has no sources, or the wrong ones', () => {
    const faults: readonly (readonly [readonly BeneficiarySource[], number?])[] = [
      [[]],
      [[empty, empty]],
      [[fakeSource('crvs_main', () => page([]), { registry: 'crvs' })]],
      [[empty], 0],
      [[empty], Number.NaN],
    ];
    for (const [clients, timeoutSeconds] of faults) {
      expect(() => ibrService({ clients, clock, ...(timeoutSeconds !== undefined && { timeoutSeconds }) })).toThrow(
        expect.objectContaining({ code: 'err.configuration.invalid' }),
      );
    }
  });
});

describe('answers that are none', () => {
  it.each<[string, Parameters<typeof fakeSource>[1], SourceFailure]>([
    ['an item that is missing', () => 'missing', { kind: 'protocol', fault: 'other_items' }],
    ['an item that is not answered yet', () => page([], { status: 'pdng' }), { kind: 'pending' }],
    ['an item that was received', () => page([], { status: 'rcvd' }), { kind: 'pending' }],
    ['records that are counted and not given', () => page([], { totalCount: 1 }), { kind: 'truncated' }],
    [
      'a rejected item',
      () => ({ status: 'rjct', referenceId: 'r', code: 'rjct.search.too_many_records_found', text: 'no' }),
      { kind: 'rejected', referenceId: 'r', peerCode: 'rjct.search.too_many_records_found', peerMessage: 'no' },
    ],
    ['a bug in a client', () => Promise.reject(new TypeError('oops')), { kind: 'error', code: 'err.internal' }],
    [
      'a source that is disabled',
      () => new DciError('err.configuration.invalid', 'there is no such source'),
      { kind: 'error', code: 'err.configuration.invalid' },
    ],
  ])('%s', async (_, behave, failure) => {
    const result = await check([empty, fakeSource('ibr_main', behave)]);
    expect(result).toMatchObject({ status: 'incomplete', complete: false, matches: [] });
    expect(result.sources[1]?.questions).toEqual([{ identifier: uin, status: 'failed', failure }]);
    expect(isClear(result)).toBe(false);
  });

  it('a full last page without a count may hide another', async () => {
    const { totalCount: _, ...full } = page(Array.from({ length: 100 }, () => beneficiaryRecord()));
    const { totalCount: __, ...short } = page([beneficiaryRecord()]);
    expect((await check(fakeSource('a', () => full))).complete).toBe(false);
    expect((await check(fakeSource('a', () => short))).complete).toBe(true);
  });

  it('records of a registry that still works count, and the answer is not whole', async () => {
    const result = await check(fakeSource('a', () => page([beneficiaryRecord()], { status: 'pdng' })));
    expect(result).toMatchObject({ status: 'confirmed', complete: false });
  });
});
