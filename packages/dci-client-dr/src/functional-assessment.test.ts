import { clientFailure } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { failureOf, limitations, personRecord, uin } from './disability-source.fixtures.ts';
import { type ServiceTest, serviceTest } from './service.fixtures.ts';

const vision = {
  impairment_type: '1',
  impairment_level: 'Severe',
  impairment_cause: 'Illness',
  age_on_set: 'Childhood',
};
const readVision = {
  type: { code: '1', label: 'Vision' },
  level: { code: '3', label: 'Severe' },
  cause: { code: '2', label: 'Illness' },
  onset: { code: '1', label: 'Childhood' },
};
const reply = (reg_records: JsonObject['reg_records'], more: JsonObject = {}): JsonObject => ({
  search_response: [{ status: 'succ', data: { version: '1.0.0', reg_records: reg_records ?? null }, ...more }],
});

function testWith(
  operation: string,
  answers: Readonly<Record<string, JsonObject | ReturnType<typeof failureOf>>>,
): ServiceTest {
  const test = serviceTest();
  test.registry.special.set(operation, new Map(Object.entries(answers)));
  return test;
}

describe('an assessment', () => {
  it('has scores from a search, and impairments from both ways once', async () => {
    const { registry, service } = testWith('disability-details', {
      '1': reply([{ disability_details: [vision, { impairment_type: 'Unheard of' }] }]),
    });
    registry.people.set('1', [
      personRecord(
        {
          ...{ disability_level: 'Severe', disability_details: [vision] },
          personal_details: limitations({ VIS_SS: 4, MOB_SS: 1 }),
        },
        '1',
      ),
    ]);
    expect(await service.getFunctionalAssessment(uin('1'))).toMatchObject({
      recordFound: true,
      functional_scores: { VISION: 4, MOBILITY: 1 },
      limitations: [
        { domain: 'VISION', severity: 4, label: 'Cannot do it at all' },
        { domain: 'MOBILITY', severity: 1, label: 'No difficulty' },
      ],
      impairments: [readVision, { type: { label: 'Unheard of' } }],
      level: { code: '2', label: 'Severe' },
      conflicts: [],
      unanswered: [],
      source: 'dr_main',
      asOf: '2026-04-22T12:00:00Z',
    });
  });

  it('says that there is no record', async () => {
    const { service } = testWith('disability-details', { '1': reply([]) });
    const assessment = await service.getFunctionalAssessment(uin('1'));
    expect(assessment).toMatchObject({ recordFound: false, limitations: [], impairments: [] });
    expect(assessment).not.toHaveProperty('functional_scores');
  });

  it('is made of a search where the registry lacks the call', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [personRecord({ disability_details: [vision] }, '1')]);
    expect(await service.getFunctionalAssessment(uin('1'))).toMatchObject({
      ...{ recordFound: true, impairments: [readVision], unanswered: [] },
    });
  });

  it('is made of the one way when the other fails, and tells of it', async () => {
    const failure = failureOf({ kind: 'refused', status: 403 });
    const { registry, service } = testWith('disability-details', { '1': reply([vision]), '2': failure, '3': failure });
    registry.people.set('1', { status: 'rjct' });
    expect(await service.getFunctionalAssessment(uin('1'))).toMatchObject({
      ...{ recordFound: true, impairments: [readVision], unanswered: [{ type: 'UIN' }] },
    });
    registry.people.set('2', [personRecord({ disability_details: [vision] }, '2')]);
    expect(await service.getFunctionalAssessment(uin('2'))).toMatchObject({
      ...{ recordFound: true, impairments: [readVision], unanswered: [{ error: failure }] },
    });
    registry.people.set('3', { status: 'rjct', code: 'rjct.filter.invalid' });
    const error = await service.getFunctionalAssessment(uin('3')).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject({ kind: 'rejected', peerCode: 'rjct.filter.invalid' });
  });

  it('is never kept', async () => {
    const { registry, service } = serviceTest();
    await service.getFunctionalAssessment(uin('1'));
    await service.getFunctionalAssessment(uin('1'));
    expect(registry.messages).toHaveLength(2);
  });
});

describe('support', () => {
  const support = {
    human_assistance: { frequency: 'Permanent', type: 'mobility', support_status: 'Required', relationship: 'Mother' },
    assistive_technology: [
      { type: 'Wheelchairs', status: 'Received' },
      { type: 'Wheelchairs', status: 'Received' },
    ],
  };
  const items = [
    {
      ...{ kind: 'human_assistance', type: { code: 'mobility', label: 'mobility' } },
      ...{ status: { code: '0', label: 'Needed' }, intensity: { code: '1', label: 'Permanent' } },
      relationship: { code: 'MTH', label: 'mother' },
    },
    {
      ...{ kind: 'assistive_technology', type: { code: '1', label: 'Wheelchairs' } },
      status: { code: '1', label: 'Received' },
    },
  ];

  it.each([
    ['a list of lists', [[support]]],
    ['records of people', [{ disability_support: [support] }]],
    ['one object', support],
  ])('is read from %s', async (_case, records) => {
    const { service } = testWith('disability-support', { '1': reply(records) });
    const { support: found, recordFound } = await service.getDisabilitySupport(uin('1'));
    expect(recordFound).toBe(true);
    expect(found.slice(0, 2)).toEqual(items);
    expect(found).toHaveLength(3);
  });

  it('tells a person without support from none', async () => {
    const { service } = testWith('disability-support', { '1': reply([[]]), '2': reply([]), '3': reply({}) });
    expect(await service.getDisabilitySupport(uin('1'))).toMatchObject({ recordFound: true, support: [] });
    expect(await service.getDisabilitySupport(uin('2'))).toMatchObject({ recordFound: false, support: [] });
    expect(await service.getDisabilitySupport(uin('3'))).toMatchObject({ recordFound: false, support: [] });
    expect(await service.getDisabilitySupport([uin('1'), uin('2')])).toMatchObject({ recordFound: true });
  });

  it('is searched for where the registry lacks the call; what two identifiers find counts once', async () => {
    const { registry, service } = serviceTest();
    const caregiver = { name: { given_name: 'Grace' }, height: 10n };
    const record = personRecord({ disability_support: [{ ...support, animal_assistance: { type: 'other' } }] });
    registry.people.set('1', [record]);
    registry.people.set('2', [record]);
    expect((await service.getDisabilitySupport([uin('1'), uin('2')])).support).toHaveLength(3);
    registry.people.set('1', [
      personRecord({ disability_support: { human_assistance: { type: 'multiple', caregiver } } }),
    ]);
    expect((await service.getDisabilitySupport([uin('1'), uin('2')])).support[0]).toEqual({
      ...{ kind: 'human_assistance', type: { code: 'multiple', label: 'Multiple' }, caregiver },
    });
  });

  it('fails when the registry answers for none of the identifiers', async () => {
    const { service } = testWith('disability-support', {
      '1': reply([], { status: 'rjct', status_reason_code: 'rjct.filter.invalid' }),
      '2': reply([], { status: 'rcvd' }),
      '3': reply([[support]]),
    });
    for (const [value, failure] of [
      ['1', { kind: 'rejected', peerCode: 'rjct.filter.invalid' }],
      ['2', { kind: 'protocol', fault: 'other_items' }],
    ] as const) {
      const error = await service.getDisabilitySupport(uin(value)).catch((thrown: unknown) => thrown);
      expect(clientFailure(error)).toMatchObject(failure);
    }
    expect(await service.getDisabilitySupport([uin('1'), uin('3')])).toMatchObject({
      ...{ recordFound: true, unanswered: [{ type: 'UIN' }] },
    });
  });
});
