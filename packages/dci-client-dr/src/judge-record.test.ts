import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineFindings } from './combine-findings.ts';
import type { DisabilityFinding } from './disability-finding.ts';
import { limitations, personRecord, readPerson } from './disability-source.fixtures.ts';
import { functionalDomains } from './functional-scores.ts';
import { judgeRecord } from './judge-record.ts';

const judge = (record: JsonObject): DisabilityFinding => judgeRecord(readPerson(record), 3);
const member = (members: JsonObject): JsonObject => personRecord({ personal_details: members });
const allSix = (severity: JsonValue): JsonObject =>
  limitations(Object.fromEntries(functionalDomains.map((domain) => [domain, severity])));

describe('the status of a record', () => {
  it.each<[string, JsonObject, DisabilityFinding['status'], DisabilityFinding['basis']]>([
    ['approved', { disability_status: 'Approved' }, 'disabled', 'certification'],
    ['approved by code', { disability_status: '0' }, 'disabled', 'certification'],
    ['approved by number', { disability_status: 0 }, 'disabled', 'certification'],
    ['pending', { disability_status: 'Pending' }, 'pending', 'certification'],
    ['expired', { disability_status: '2' }, 'expired', 'certification'],
    ['said to be disabled', member({ is_disabled: 'yes' }), 'disabled', 'statement'],
    ['said not to be disabled', member({ is_disabled: '0' }), 'not_disabled', 'statement'],
    ['said at the top', { is_disabled: false }, 'not_disabled', 'statement'],
    ['said to be and not to be', { ...member({ is_disabled: true }), is_disabled: false }, 'conflicting', 'statement'],
    [
      'expired, said to be disabled',
      { ...member({ is_disabled: true }), disability_status: '2' },
      'expired',
      'certification',
    ],
    [
      'pending, said not to be',
      { ...member({ is_disabled: false }), disability_status: '1' },
      'pending',
      'certification',
    ],
    ['a word that nobody knows', { disability_status: 'Rejected' }, 'unknown', undefined],
    [
      'such a word, said not to be',
      { ...member({ is_disabled: false }), disability_status: 'Aproved' },
      'unknown',
      undefined,
    ],
    [
      'such a word, said to be',
      { ...member({ is_disabled: true }), disability_status: 'Active' },
      'disabled',
      'statement',
    ],
    ['such a word, low scores', { ...member(allSix(1)), disability_status: 'Rejected' }, 'unknown', undefined],
    ['a statement that is none', member({ is_disabled: 'maybe', ...allSix(1) }), 'unknown', undefined],
    ['nothing', {}, 'unknown', undefined],
    [
      'empty values',
      { disability_status: '', ...member({ is_disabled: '', disability_info: '' }) },
      'unknown',
      undefined,
    ],
    ['null', { disability_status: null, disability_details: null, personal_details: null }, 'unknown', undefined],
    ['a level alone', { disability_status_level: 'Severe' }, 'unknown', undefined],
    ['one severe score', member(limitations({ VISION: 3 })), 'disabled', 'scores'],
    ['one low score', member(limitations({ VISION: 2 })), 'unknown', undefined],
    ['six low scores', member(allSix(2)), 'not_disabled', 'scores'],
    [
      'six low scores and an impairment',
      { ...member(allSix(1)), disability_details: [{ impairment_type: 'Mental' }] },
      'unknown',
      undefined,
    ],
    ['six low scores and a level', { ...member(allSix(1)), disability_level: 'Mild' }, 'unknown', undefined],
    ['high scores, said not to be', member({ is_disabled: false, ...allSix(4) }), 'not_disabled', 'statement'],
  ])('%s', (_case, record, status, basis) => {
    const finding = judge(record);
    expect([finding.status, finding.basis]).toEqual([status, basis]);
  });

  it('names an approved certification beside a statement that says no', () => {
    const finding = judge({ ...member({ is_disabled: false }), disability_status: '0' });
    expect(finding).toMatchObject({ status: 'disabled', certification: 'approved', conflicts: ['is_disabled'] });
  });

  it('has the threshold that it was given', () => {
    const record = readPerson(member(limitations({ VISION: 2, HEARING: 1 })));
    expect([2, 3, 4].map((threshold) => judgeRecord(record, threshold as 2 | 3 | 4).status)).toEqual([
      'disabled',
      'unknown',
      'unknown',
    ]);
  });
});

describe('what else a record says', () => {
  it('is read from the example of the standard, with words that no code list has', () => {
    expect(
      judge({
        personal_details: { identifier: '123456', name: { first_name: 'John', last_name: 'Doe' }, gender: 'Male' },
        disability_status: 'Approved',
        disability_level: 'Severe',
        disability_details: [
          {
            impairment_type: 'Physical and movement related functions',
            impairment_level: 'Severe impairment or difficulty',
            impairment_cause: 'Work Accident',
            age_on_set: 'Working age',
          },
        ],
        transport_requirement: 'Adaptable vehical',
      }),
    ).toEqual({
      status: 'disabled',
      basis: 'certification',
      certification: 'approved',
      types: [{ label: 'Physical and movement related functions' }],
      level: { code: '2', label: 'Severe' },
      conflicts: [],
    });
  });

  it('is read from the standard names, with dates', () => {
    expect(
      judge({
        personal_details: limitations({ VIS_SS: 4, MOB_SS: '2', 'Self care': 'No difficulty', UB_SS: 3, HEAR_SS: 7 }),
        disability_status: '0',
        disability_status_level: '1',
        disability_details: [{ impairment_type: '1' }, { impairment_type: 'Vision' }, { impairment_type: 5 }],
        registration_date: '2019-03-01',
        last_updated: '2026-01-31T10:00:00Z',
      }),
    ).toEqual({
      status: 'disabled',
      basis: 'certification',
      certification: 'approved',
      functional_scores: { VISION: 4, MOBILITY: 2, SELF_CARE: 1 },
      types: [
        { code: '1', label: 'Vision' },
        { code: '5', label: 'Speech' },
      ],
      level: { code: '1', label: 'High Support Needs (sometimes called very severe or profound)' },
      since: '2019-03-01T00:00:00Z',
      updatedAt: '2026-01-31T10:00:00Z',
      conflicts: [],
    });
  });

  it('is read from scores by domain, and the more severe of two counts', () => {
    const { functional_scores, conflicts } = judge({
      functional_scores: { VISION: 2, HEARING: 'A lot of difficulty', WALKING: 1, FLYING: 4, COGNITION: 0 },
      disability_info: { disability_type: 'VISION', severity: 3 },
    });
    expect(functional_scores).toEqual({ VISION: 3, HEARING: 3, MOBILITY: 1 });
    expect(conflicts).toEqual(['functional_scores.VISION']);
  });
});

/** Values as an honest, a careless and a hostile registry sends them. */
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonValue>('', null, '0', '1', '2', 0, 1, 2, 'no', 'No', 'None', 'false', '-0'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<JsonValue>('Approved', 'Pending', 'Expired', 'Rejected', 'not disabled', 'N/A'),
  },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>(true, false, [], {}, ['0'], [false], { value: false }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => value as JsonValue) },
);
const anyScore = fc.oneof(
  fc.constantFrom<JsonValue>(1, 2, 3, 4, '1', '3', 'No difficulty', 0, 5, -1, '-3', 2.5),
  anyValue,
);
const anyType = fc.oneof(fc.constantFrom<JsonValue>(...functionalDomains, 'VIS_SS', 'UB_SS', 'Self care'), anyValue);
const anyLimitations = fc.array(
  fc.record(
    { disability_limitation_type: anyType, functional_severity: anyScore },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>,
  { maxLength: 7 },
);
const anyRecord: fc.Arbitrary<JsonObject> = fc.record(
  {
    disability_status: anyValue,
    disability_status_level: anyValue,
    disability_details: fc.oneof(anyValue, fc.array(fc.record({ impairment_type: anyValue }), { maxLength: 2 })),
    disability_support: anyValue,
    is_disabled: anyValue,
    functional_scores: fc.oneof(anyValue, fc.dictionary(fc.constantFrom(...functionalDomains, '__proto__'), anyScore)),
    personal_details: fc.oneof(
      anyValue,
      fc.record({ is_disabled: anyValue, disability_info: fc.oneof(anyLimitations, anyValue) }, { requiredKeys: [] }),
    ),
    registration_date: anyValue,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

function saysNo(record: JsonObject): boolean {
  const { personal_details: details } = record;
  return record.is_disabled === false || (isJsonObject(details) && details.is_disabled === false);
}

describe('whatever a registry sends', () => {
  it('nobody is "not disabled" without a record that says so', () => {
    let count = 0;
    fc.assert(
      fc.property(anyRecord, fc.constantFrom(2, 3, 4), (sent, threshold) => {
        const record = readPerson(sent);
        const finding = judgeRecord(record, threshold);
        if (finding.status !== 'not_disabled') return;
        count += 1;
        const scores = finding.functional_scores ?? {};
        const ruledOut = functionalDomains.every((domain) => (scores[domain] ?? 4) < threshold);
        expect(saysNo(record) || (ruledOut && finding.basis === 'scores')).toBe(true);
        expect(finding.certification).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    // The property is worth nothing when it is never tried.
    expect(count).toBeGreaterThan(5);
  });

  it('scores are whole numbers from 1 to 4 of the six domains', () => {
    fc.assert(
      fc.property(anyRecord, (sent) => {
        for (const [domain, score] of Object.entries(judge(sent).functional_scores ?? {})) {
          expect(functionalDomains).toContain(domain);
          expect([1, 2, 3, 4]).toContain(score);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('several records are "not disabled" together only when one is and none is disabled', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), (sent) => {
        const findings = sent.map(judge);
        const statuses = findings.map(({ status }) => status);
        const { status, conflicts } = combineFindings(findings);
        if (status === 'not_disabled') {
          expect(statuses).toContain('not_disabled');
          for (const other of ['disabled', 'conflicting', 'pending', 'expired']) expect(statuses).not.toContain(other);
        }
        if (statuses.includes('disabled') && statuses.includes('not_disabled')) expect(status).toBe('conflicting');
        expect(conflicts.includes('status')).toBe(status === 'conflicting');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('several records', () => {
  const combine = (...records: JsonObject[]): DisabilityFinding => combineFindings(records.map(judge));

  it('that contradict each other are told', () => {
    expect(combine({ disability_status: '0' }, { is_disabled: false })).toMatchObject({
      status: 'conflicting',
      certification: 'approved',
      conflicts: ['status'],
    });
  });

  it.each<[JsonObject, JsonObject, string]>([
    [{ disability_status: '0' }, { disability_status: '2' }, 'disabled'],
    [{ disability_status: '1' }, { disability_status: '2' }, 'pending'],
    [{ disability_status: '2' }, { is_disabled: false }, 'expired'],
    [{}, { is_disabled: false }, 'not_disabled'],
    [{}, {}, 'unknown'],
  ])('%o and %o', (one, other, status) => {
    expect(combine(one, other).status).toBe(status);
    expect(combine(other, one).status).toBe(status);
  });

  it('give the most severe level and score, the first registration and the last change', () => {
    expect(
      combine(
        {
          ...{ disability_status: '0', disability_level: 'Mild', functional_scores: { VISION: 2, HEARING: 1 } },
          ...{
            registration_date: '2020-01-01',
            last_updated: '2020-06-01',
            disability_details: [{ impairment_type: '1' }],
          },
        },
        {
          ...{ disability_status: '0', disability_level: 'Severe', functional_scores: { VISION: 3 } },
          ...{
            registration_date: '2019-01-01',
            last_updated: '2025-06-01',
            disability_details: [{ impairment_type: '2' }],
          },
        },
      ),
    ).toEqual({
      status: 'disabled',
      basis: 'certification',
      certification: 'approved',
      functional_scores: { VISION: 3, HEARING: 1 },
      types: [
        { code: '1', label: 'Vision' },
        { code: '2', label: 'Hearing' },
      ],
      level: { code: '2', label: 'Severe' },
      since: '2019-01-01T00:00:00Z',
      updatedAt: '2025-06-01T00:00:00Z',
      conflicts: ['level', 'functional_scores.VISION'],
    });
  });
});
