import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBeneficiary } from './beneficiary-record.ts';
import {
  type BeneficiaryRegistry,
  CLIENT_ID,
  crypto,
  type Deviation,
  random,
  startBeneficiaryRegistry,
} from './beneficiary-registry.fixtures.ts';
import { isClear } from './duplication.ts';
import { memoryCheckLog } from './memory-check-log.ts';
import type { Registrant } from './registrant.ts';
import { ibrService } from './service.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

/** As the standard's OpenAPI file has a beneficiary in its example: programme and enrolment inside of the member. */
const standardExample: JsonObject = {
  '@context': { '@vocab': 'https://schema.spdci.org/extensions/ibr/v1' },
  '@id': 'Beneficiary',
  '@type': 'Beneficiary',
  assistance_unit: '1',
  member: {
    member_identifier: 'HS0205202401',
    demographic_info: {
      person: {
        identifier_type: 'NID',
        identifier_value: '0205202401',
        name: { first_name: 'Test', second_name: 'Test2', surname: 'Test3' },
        sex: 'F',
        birth_date: '02.05.2004',
        death_date: '',
        address: '',
      },
    },
    relationship_head: '',
    is_disabled: '0',
    marital_status: 'Single',
    registration_date: '02.05.2024',
    last_update: '',
    programme_identifier: {
      programme: { programme_identifier: 'DCI001', programme_name: 'Test Programme' },
      enrolment_date: '02.02.2024',
      enrolment_status: 'Active',
      status_change_date: '',
      benefits: {
        benefit_type: 'Cash',
        benefit_date: '02.05.2024',
        benefit_value: 'USD 50',
        benefit_frequency: 'Monthly',
      },
    },
  },
};
const registrant: Registrant = {
  identifiers: [
    { type: 'NationalID', value: '0205202401' },
    { type: 'UIN', value: '77' },
  ],
  name: { surname: 'Test3', givenName: 'Test' },
  birthDate: '2004-05-02',
  sex: 'female',
};
const clock = { now: () => Date.parse('2026-04-22T10:30:00Z') };

let national: BeneficiaryRegistry;
let provincial: BeneficiaryRegistry;
beforeAll(async () => {
  [national, provincial] = await Promise.all([
    startBeneficiaryRegistry('national.example.org'),
    startBeneficiaryRegistry('provincial.example.org'),
  ]);
});
afterAll(() => Promise.all([national.stop(), provincial.stop()]));
beforeEach(() => {
  for (const registry of [national, provincial]) {
    registry.records = [];
    registry.deviation = {};
    registry.requests.length = 0;
    registry.reported.length = 0;
  }
});
const service = (provincialOptions: Parameters<BeneficiaryRegistry['client']>[0] = {}) =>
  ibrService({ clients: [national.client(), provincial.client(provincialOptions)], clock });

describe('a check over HTTP', () => {
  it('asks each registry once, in a signed message with an item for each identifier', async () => {
    const result = await service().checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'no_match', complete: true });
    expect(isClear(result)).toBe(true);
    for (const { requests } of [national, provincial]) {
      expect(requests).toHaveLength(1);
      expect(requests[0]?.header).toMatchObject({ sender_id: CLIENT_ID, total_count: 2 });
      const items = (requests[0]?.message.search_request ?? []) as readonly { search_criteria: JsonObject }[];
      expect(items.map(({ search_criteria }) => search_criteria.query)).toEqual(registrant.identifiers);
    }
  });

  it('finds the enrolment in a record of the standard’s own example', async () => {
    provincial.records = [standardExample];
    const result = await service().checkDuplication(registrant, { programme: 'DCI001' });
    expect(result).toMatchObject({
      status: 'confirmed',
      complete: true,
      programmes: [{ identifier: 'DCI001', name: 'Test Programme', level: 'confirmed', sources: ['provincial'] }],
    });
    expect(result.matches).toMatchObject([
      {
        source: 'provincial',
        sameProgramme: true,
        doubts: [],
        enrollment: {
          state: 'active',
          enrolledOn: '2024-02-02',
          benefits: [{ benefit_type: '1', benefit_date: '2024-05-02', benefit_value: 'USD 50' }],
        },
        evidence: { verified: true, senderId: 'provincial.example.org', keyId: 'key1' },
      },
    ]);
  });

  it('knows an identifier that the registry shows without its type', async () => {
    national.records = [standardExample];
    const identifiers = [{ type: 'HouseholdID', value: 'HS0205202401' }];
    national.deviation = {
      change: ({ header, message }) => ({
        header,
        message: {
          ...message,
          search_response: (message.search_response as readonly JsonObject[]).map((item) => ({
            ...item,
            data: { reg_record_type: 'Member', reg_records: [standardExample] },
            pagination: { page_size: 100, page_number: 1, total_count: 1 },
          })),
        },
      }),
    };
    expect((await service().checkDuplication({ identifiers })).matches).toMatchObject([{ level: 'confirmed' }]);
  });

  it('finds somebody by surname and birth date', async () => {
    national.records = [standardExample];
    const stranger = { ...registrant, identifiers: [{ type: 'UIN', value: '9' }] };
    const result = await service().checkDuplication(stranger, { demographic: true });
    expect(result).toMatchObject({ status: 'possible', complete: true, matches: [{ doubts: ['demographic'] }] });
  });

  it('reads all pages', async () => {
    national.records = [
      ...Array.from({ length: 120 }, (_, index) =>
        beneficiaryRecord({
          identifiers: [['UIN', '77']],
          status: '3',
          person: {},
          programme: { programme_identifier: `P${index}` },
        }),
      ),
      beneficiaryRecord({ identifiers: [['UIN', '77']], person: {}, programme: { programme_identifier: 'LAST' } }),
    ];
    const result = await service().checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'confirmed', complete: true });
    expect(result.matches).toHaveLength(121);
    expect(result.matches[0]?.enrollment.programme.identifier).toBe('LAST');
    expect(national.requests).toHaveLength(2);
  });
});

describe('a registry that fails', () => {
  const items = (change: (item: JsonObject, index: number) => readonly JsonObject[]): Deviation => ({
    change: ({ header, message }) => ({
      header,
      message: { ...message, search_response: (message.search_response as readonly JsonObject[]).flatMap(change) },
    }),
  });
  const rejected = (item: JsonObject): JsonObject => ({
    reference_id: item.reference_id,
    timestamp: item.timestamp,
    status: 'rjct',
    status_reason_code: 'rjct.search_criteria.invalid',
  });
  const answer = (status: number, body: string, type = 'application/json'): Deviation => ({
    answer: (response) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    },
  });
  const failures: readonly (readonly [string, Deviation, JsonObject])[] = [
    ['says nothing', { answer: () => undefined }, { kind: 'timeout' }],
    ['breaks off', { answer: (response) => void response.socket?.destroy() }, { kind: 'unreachable' }],
    ['is signed by another', { signs: 'with another key' }, { kind: 'signature', reason: 'signature_mismatch' }],
    ['is not signed', { signs: 'not at all' }, { kind: 'signature', reason: 'signature_missing' }],
    [
      'refuses',
      answer(403, '{"errors":[{"code":"err.request.forbidden","message":"no"}]}'),
      { kind: 'refused', status: 403 },
    ],
    ['falls over', answer(500, 'oops', 'text/plain'), { kind: 'refused', status: 500 }],
    ['talks of something else', answer(200, '[]'), { kind: 'protocol' }],
    ['is a web page', answer(200, '<html>', 'text/html'), { kind: 'protocol', fault: 'content_type' }],
    [
      'answers another transaction',
      { change: ({ header, message }) => ({ header, message: { ...message, transaction_id: 'other' } }) },
      { kind: 'protocol', fault: 'other_transaction' },
    ],
    [
      'addresses another',
      { change: ({ header, message }) => ({ header: { ...header, receiver_id: 'other.example.org' }, message }) },
      { kind: 'protocol', fault: 'not_addressed_to_us' },
    ],
    [
      'rejects every item',
      items((item) => [rejected(item)]),
      { kind: 'rejected', peerCode: 'rjct.search_criteria.invalid' },
    ],
    ['answers no item', items(() => []), { kind: 'protocol', fault: 'other_items' }],
    [
      'is still at work',
      items((item) => [{ ...item, status: 'pdng', data: undefined, pagination: undefined }]),
      { kind: 'pending' },
    ],
    [
      'counts what it does not give',
      items((item) => [{ ...item, pagination: { page_size: 100, page_number: 1, total_count: 1 } }]),
      { kind: 'truncated' },
    ],
  ];

  it.each(failures)('because it %s is never one that has nothing', async (_, deviation, failure) => {
    provincial.deviation = deviation;
    // Only the silent one is not waited for: others may be slow on a busy machine.
    const timeoutSeconds = failure.kind === 'timeout' ? 0.1 : 30;
    const result = await service({ timeoutSeconds }).checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'incomplete', complete: false, matches: [] });
    expect(isClear(result)).toBe(false);
    const [well, failed] = result.sources;
    expect(well).toMatchObject({ source: 'national', status: 'answered' });
    expect(failed).toMatchObject({ source: 'provincial', status: 'failed' });
    for (const question of failed?.questions ?? []) expect(question).toMatchObject({ status: 'failed', failure });
    expect(failed?.questions).toHaveLength(2);
  });

  it('and cannot be reached is never one that has nothing', async () => {
    const gone = await startBeneficiaryRegistry('gone.example.org');
    const client = gone.client();
    await gone.stop();
    const result = await ibrService({ clients: [national.client(), client], clock }).checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'incomplete', complete: false });
    expect(result.sources[1]?.questions[0]?.failure).toEqual({ kind: 'unreachable', systemCode: 'ECONNREFUSED' });
  });

  it('for one item is told for that identifier', async () => {
    provincial.deviation = items((item, index) => [index === 1 ? rejected(item) : item]);
    const result = await service().checkDuplication(registrant);
    expect(result.sources[1]).toMatchObject({
      status: 'partial',
      questions: [{ status: 'no_match' }, { identifier: { type: 'UIN' }, status: 'failed' }],
    });
    expect(result.status).toBe('incomplete');
  });

  it('does not hide what another has', async () => {
    national.records = [standardExample];
    provincial.deviation = { answer: () => undefined };
    const result = await service({ timeoutSeconds: 0.1 }).checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'confirmed', complete: false });
  });

  it('to answer more than one item is asked one by one', async () => {
    national.records = [standardExample];
    national.deviation = items((item, index) => (index === 0 ? [item] : []));
    const result = await service().checkDuplication(registrant);
    expect(result).toMatchObject({ status: 'confirmed', complete: true });
    expect(national.requests.map(({ header }) => header.total_count)).toEqual([2, 1, 1]);
  });

  it('leaves nothing of the person in the log of checks', async () => {
    national.records = [standardExample];
    provincial.deviation = answer(
      403,
      '{"errors":[{"code":"err.request.forbidden","message":"0205202401 is not yours"}]}',
    );
    const log = memoryCheckLog({ clock, random, crypto });
    const clients = [national.client(), provincial.client()];
    const { checkId = '' } = await ibrService({ clients, clock, log }).checkDuplication(registrant, {
      askedBy: 'desk',
    });
    const logged = await log.find(checkId);
    expect(logged).toMatchObject({
      at: clock.now(),
      status: 'confirmed',
      complete: false,
      sources: [
        { source: 'national', status: 'answered', failures: [] },
        { source: 'provincial', status: 'failed', failures: ['refused err.request.forbidden'] },
      ],
      matches: [{ level: 'confirmed', programme: { identifier: 'DCI001' }, enrolledOn: '2024-02-02' }],
    });
    expect(JSON.stringify(logged)).not.toMatch(/0205202401|Test3|2004-05-02|not yours/);
  });
});

describe('other questions over HTTP', () => {
  const [nationalId, other] = registrant.identifiers;
  const known = nationalId ?? { type: '', value: '' };

  it('is somebody enrolled? in any programme, in one, nowhere', async () => {
    national.records = [standardExample];
    expect((await service().checkEnrollment(known)).answer).toBe('yes');
    expect((await service().checkEnrollment(other ?? known)).answer).toBe('no');
    expect((await service().checkEnrollment({ ...known, value: 'HS0205202401' })).answer).toBe('no');
    const inProgramme = async (programme: string) =>
      (await service().checkEnrollment({ type: 'any', value: '0205202401' }, { programme })).answer;
    national.records = [beneficiaryRecord({ identifiers: [['NationalID', '0205202401']] })];
    expect([await inProgramme('P1'), await inProgramme('P2')]).toEqual(['yes', 'no']);
    expect(national.requests.every(({ operation }) => operation === 'sync/enrolled')).toBe(true);
  });

  it('is unknown when the registry has no item, and searched when it has no such address', async () => {
    national.deviation = {
      change: ({ header, message }) => ({ header, message: { ...message, enrolled_response: [] } }),
    };
    expect(await service().checkEnrollment(known)).toMatchObject({ answer: 'unknown' });
    const searching: Deviation = {
      answer: (response) => {
        response.writeHead(404).end();
        national.deviation = {};
      },
    };
    national.records = [standardExample];
    national.deviation = searching;
    expect(await service().checkEnrollment(known)).toMatchObject({
      answer: 'yes',
      sources: [
        { source: 'national', by: 'search' },
        { source: 'provincial', by: 'enrolled', answer: 'no' },
      ],
    });
  });

  it('which enrolments does somebody have?', async () => {
    national.records = [standardExample];
    expect(await service().getEnrollmentStatus(known)).toMatchObject({
      status: 'found',
      complete: true,
      enrollments: [{ source: 'national', state: 'active', programme: { identifier: 'DCI001' } }],
    });
    expect(await service().getEnrollmentStatus(other ?? known)).toMatchObject({ status: 'none' });
  });

  it('who is enrolled in a programme? page after page, with types', async () => {
    national.records = Array.from({ length: 5 }, (_, index) =>
      beneficiaryRecord({ identifiers: [['UIN', String(index)]], status: index === 0 ? '3' : '1' }),
    );
    provincial.records = [standardExample];
    const found: (string | undefined)[] = [];
    const criteria = { programme: 'P1', state: 'active', enrolledFrom: '2024-01-01', page: { size: 2 } } as const;
    for await (const { beneficiary } of service().searchBeneficiary(criteria)) {
      found.push(beneficiary.member?.member_identifier?.[0]?.identifier_value);
    }
    expect(found).toEqual(['1', '2', '3', '4']);
    const combined = { identifier: { type: 'UIN', value: '3' }, programme: 'P1' };
    for await (const { beneficiary } of service().searchBeneficiary(combined)) {
      found.push(beneficiary.member?.member_identifier?.[0]?.identifier_value);
    }
    expect(found.slice(4)).toEqual(['3']);
  });

  it('enrolments are reported once, and never again after a lost answer', async () => {
    const { beneficiary } = readBeneficiary(beneficiaryRecord());
    const report = await service().reportEnrollments([beneficiary], { source: 'national' });
    expect(report).toMatchObject({ complete: true, outcomes: [{ status: 'succ', referenceId: 'beneficiaries[0]' }] });
    expect(national.reported).toMatchObject([{ '@type': 'Beneficiary', enrollment_status: '1', benefits: [] }]);
    expect(national.requests[0]).toMatchObject({ operation: 'sync/enrollment/updates', header: { action: 'notify' } });
    national.deviation = { answer: (response) => void response.socket?.destroy() };
    const patient = ibrService({ clients: national.client({ retries: 3 }), clock });
    expect(await patient.reportEnrollments([beneficiary])).toMatchObject({
      complete: false,
      outcomes: [{ status: 'unknown' }],
    });
    expect(national.requests).toHaveLength(2);
  });
});
