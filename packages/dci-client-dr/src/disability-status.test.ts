import { clientFailure } from 'dci-client';
import { DciError } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, limitations, personRecord, uin } from './disability-source.fixtures.ts';
import { hasSevereDisability } from './functional-scores.ts';
import { serviceTest } from './service.fixtures.ts';

const approved = { disability_status: 'Approved', disability_level: 'Severe' };

describe('a status', () => {
  it('tells what the record says, from where and of when', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [
      personRecord({ ...approved, personal_details: limitations({ VISION: 3, SELF_CARE: 1 }) }, '1'),
    ]);
    const status = await service.getDisabilityStatus(uin('1'));
    expect(status).toEqual({
      status: 'disabled',
      basis: 'certification',
      certification: 'approved',
      recordFound: true,
      functional_scores: { VISION: 3, SELF_CARE: 1 },
      types: [],
      level: { code: '2', label: 'Severe' },
      conflicts: [],
      unanswered: [],
      source: 'dr_main',
      asOf: '2026-04-22T12:00:00Z',
      fromCache: false,
      ageSeconds: 0,
      evidence: [
        {
          ...{ verified: true, senderId: 'dr.example.org', keyId: 'key1', algorithm: 'ed25519' },
          ...{ messageId: 'message-1', transactionId: 'transaction-1' },
        },
      ],
    });
    expect(hasSevereDisability(status)).toBe(true);
  });

  it('without a record is unknown, with or without cache', async () => {
    const { service } = serviceTest();
    for (const options of [{}, {}, { maxAge: 0 }]) {
      const status = await service.getDisabilityStatus(uin('1'), options);
      expect(status).toMatchObject({ status: 'unknown', recordFound: false, types: [], conflicts: [] });
      expect(status).not.toHaveProperty('functional_scores');
      expect(status).not.toHaveProperty('basis');
    }
  });

  it('takes records that come without identifiers, and refuses those of somebody else', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [personRecord(approved)]);
    registry.people.set('123-45', [personRecord(approved, '12345')]);
    registry.people.set('2', [personRecord(approved, '3')]);
    registry.people.set('4', [personRecord({ is_disabled: false }, '4'), personRecord(approved, '5')]);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled' });
    expect(await service.getDisabilityStatus(uin('123-45'))).toMatchObject({ status: 'disabled' });
    for (const value of ['2', '4']) {
      const error = await service.getDisabilityStatus(uin(value)).catch((thrown: unknown) => thrown);
      expect(clientFailure(error)).toMatchObject({ kind: 'protocol', fault: 'record' });
      expect(String(error)).not.toContain('5');
    }
  });

  it.each([
    [
      'rejected',
      { status: 'rjct' as const, code: 'rjct.filter.invalid' },
      { kind: 'rejected', peerCode: 'rjct.filter.invalid' },
    ],
    ['not finished', { status: 'pdng' as const }, { kind: 'protocol', fault: 'other_items' }],
    ['counted and not sent', { totalCount: 1 }, { kind: 'protocol', fault: 'other_items' }],
    ['more than a person has', { records: [{}], totalCount: 4000 }, { kind: 'protocol', fault: 'record' }],
    [
      'more pages than a person has',
      { pages: Array.from({ length: 21 }, () => [{}]), totalCount: 1 },
      { kind: 'protocol', fault: 'record' },
    ],
    [
      'broken off before the last page',
      { pages: [[{}], []], totalCount: 2 },
      { kind: 'protocol', fault: 'other_items' },
    ],
    [
      'of somebody else on the second page',
      { pages: [[{}], [personRecord({}, 'x')]] },
      { kind: 'protocol', fault: 'record' },
    ],
    [
      'not there on the second page',
      { pages: [[{}], failureOf({ kind: 'timeout', seconds: 1 })] },
      { kind: 'timeout' },
    ],
  ])('an answer that is %s is a failure, not "no record", and not kept', async (_case, behaviour, failure) => {
    const { registry, service } = serviceTest();
    registry.people.set('1', behaviour);
    const error = await service.getDisabilityStatus(uin('1')).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject(failure);
    registry.people.set('1', [personRecord(approved, '1')]);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled', fromCache: false });
  });

  it('is made of all pages: in the standard a page of a disability registry holds one record', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', {
      pages: [[personRecord({}, '1')], [personRecord(approved, '1')], [personRecord({ is_disabled: false }, '1')]],
    });
    expect(await service.getDisabilityStatus([uin('1'), uin('2')])).toMatchObject({ status: 'conflicting' });
    expect(registry.messages).toEqual([['1', '2'], ['1'], ['1']]);
  });

  it('is asked for under all identifiers in one message; contradictions are told', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [personRecord(approved, '1')]);
    registry.people.set('2', [personRecord({ is_disabled: false }, '2')]);
    const status = await service.getDisabilityStatus({ identifiers: [uin('1'), uin('2'), uin('3'), uin('1')] });
    expect(status).toMatchObject({ status: 'conflicting', conflicts: ['status'], recordFound: true });
    expect(registry.messages).toEqual([['1', '2', '3']]);
    expect(status.evidence).toHaveLength(1);
    expect(await service.getDisabilityStatus([uin('2'), uin('3')])).toMatchObject({
      status: 'not_disabled',
      fromCache: true,
    });
  });

  it('takes a record of the registrant for its identifiers', async () => {
    const { registry, service } = serviceTest();
    const identifier = [{ identifier_type: 'UIN', identifier_value: '1' }, { identifier_value: 'without type' }];
    await service.getDisabilityStatus({ identifier });
    await service.getDisabilityStatus({ member_identifier: identifier.slice(0, 1) }, { maxAge: 0 });
    expect(registry.messages).toEqual([['1'], ['1']]);
  });

  it('stands when some identifiers are not answered for, and names them', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [personRecord(approved, '1')]);
    registry.people.set('2', { status: 'rjct' });
    const status = await service.getDisabilityStatus([uin('1'), { type: 'NationalID', value: '2' }]);
    expect(status).toMatchObject({ status: 'disabled', unanswered: [{ type: 'NationalID' }] });
    registry.people.delete('1');
    const none = await service.getDisabilityStatus([uin('1'), uin('2')], { maxAge: 0 });
    expect(none).toMatchObject({ status: 'unknown', recordFound: false, unanswered: [{ type: 'UIN' }] });
  });

  it('is asked for one by one where the registry takes no more in a message', async () => {
    const { registry, service } = serviceTest();
    registry.maxItems = 1;
    registry.people.set('2', [personRecord(approved, '2')]);
    expect(await service.getDisabilityStatus([uin('1'), uin('2')])).toMatchObject({
      status: 'disabled',
      unanswered: [],
    });
    expect(registry.messages).toEqual([['1', '2'], ['1'], ['2']]);
  });

  it.each([
    ['no identifier', []],
    ['an empty value', uin(' ')],
    ['an empty type', { type: '', value: '1' }],
    ['a long value', uin('1'.repeat(100))],
    ['too many', Array.from({ length: 21 }, (_, index) => uin(String(index)))],
    ['a record without identifier', { identifier: [{ identifier_value: '1' }] }],
  ])('refuses a registrant with %s', async (_case, registrant) => {
    const { registry, service } = serviceTest();
    await expect(service.getDisabilityStatus(registrant)).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(registry.messages).toEqual([]);
  });

  it('ends with the signal of the caller', async () => {
    const { registry, service } = serviceTest();
    const controller = new AbortController();
    registry.underWay = async () => controller.abort(new Error('enough'));
    await expect(service.getDisabilityStatus(uin('1'), { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('the cache', () => {
  it('answers until an answer is too old, and tells its age', async () => {
    const { registry, service, clock } = serviceTest();
    registry.people.set('1', [personRecord(approved, '1')]);
    await service.getDisabilityStatus(uin('1'));
    clock.advance(86_400);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({
      ...{ status: 'disabled', fromCache: true, ageSeconds: 86_400, asOf: '2026-04-22T12:00:00Z' },
      evidence: [{ messageId: 'message-1' }],
    });
    expect(await service.getDisabilityStatus(uin('1'), { maxAge: 86_399 })).toMatchObject({
      ...{ fromCache: false, ageSeconds: 0, asOf: '2026-04-23T12:00:00Z' },
    });
    clock.advance(86_400.001);
    expect((await service.getDisabilityStatus(uin('1'))).fromCache).toBe(false);
    expect((await service.getDisabilityStatus(uin('1'), { maxAge: 0.001 })).fromCache).toBe(true);
    expect((await service.getDisabilityStatus(uin('1'), { maxAge: 0 })).fromCache).toBe(false);
    expect(registry.messages).toHaveLength(4);
  });

  it('keeps "no record" for an hour only', async () => {
    const { registry, service, clock } = serviceTest();
    await service.getDisabilityStatus(uin('1'));
    clock.advance(3_599);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'unknown', fromCache: true });
    registry.people.set('1', [personRecord(approved, '1')]);
    clock.advance(1);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled', fromCache: false });
  });

  it('asks for all identifiers again when one of them is not known', async () => {
    const { registry, service } = serviceTest();
    await service.getDisabilityStatus(uin('1'));
    await service.getDisabilityStatus([uin('1'), uin('2')]);
    expect(registry.messages).toEqual([['1'], ['1', '2']]);
  });

  it('does not answer in place of a registry that fails, unless that is wanted', async () => {
    const { registry, service, clock } = serviceTest();
    registry.people.set('1', [personRecord(approved, '1')]);
    await service.getDisabilityStatus(uin('1'));
    registry.failure = failureOf({ kind: 'timeout', seconds: 30 });
    clock.advance(5 * 86_400);
    await expect(service.getDisabilityStatus(uin('1'))).rejects.toBe(registry.failure);
    expect(await service.getDisabilityStatus(uin('1'), { staleOnFailure: true })).toMatchObject({
      ...{ status: 'disabled', fromCache: true, ageSeconds: 432_000, unanswered: [{ error: registry.failure }] },
    });
    await expect(service.getDisabilityStatus(uin('2'), { staleOnFailure: true })).rejects.toBe(registry.failure);
    clock.advance(25 * 86_400);
    await expect(service.getDisabilityStatus(uin('1'), { staleOnFailure: true })).rejects.toBe(registry.failure);
  });

  it('is not trusted by a clock that was set back', async () => {
    const { service, clock } = serviceTest();
    await service.getDisabilityStatus(uin('1'));
    clock.advance(-1);
    expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: false, ageSeconds: 0 });
  });

  it('forgets a registrant', async () => {
    const { registry, service } = serviceTest();
    await service.getDisabilityStatus([uin('1'), uin('2')]);
    expect(await service.forget([uin('1'), uin('2'), uin('3')])).toBe(2);
    expect(await service.forget(uin('1'))).toBe(0);
    await service.getDisabilityStatus(uin('1'));
    expect(registry.messages).toHaveLength(2);
  });

  it('may be absent', async () => {
    const { registry, with: make } = serviceTest();
    const service = make({ cache: undefined });
    for (let times = 0; times < 2; times += 1) {
      expect(await service.getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: false });
    }
    expect(registry.messages).toHaveLength(2);
    expect(await service.forget(uin('1'))).toBe(0);
    await expect(service.syncDisabilityData([uin('1')])).rejects.toMatchObject({ path: 'cache' });
  });

  it('gives ages that add up, however the clock runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2_000, max: 4_000 }), { maxLength: 12 }),
        fc.integer({ min: 0, max: 3_000 }),
        async (steps, maxAge) => {
          const { registry, service, clock } = serviceTest();
          let fetchedAt = clock.now();
          await service.getDisabilityStatus(uin('1'));
          for (const step of steps) {
            clock.advance(step);
            const calls = registry.messages.length;
            const status = await service.getDisabilityStatus(uin('1'), { maxAge });
            expect(status.fromCache).toBe(registry.messages.length === calls);
            if (!status.fromCache) fetchedAt = Math.max(fetchedAt, clock.now());
            expect(status.ageSeconds).toBeGreaterThanOrEqual(0);
            expect(status.ageSeconds).toBeLessThanOrEqual(maxAge);
            if (status.fromCache) expect(status.ageSeconds).toBe((clock.now() - fetchedAt) / 1000);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a service', () => {
  it.each([
    ['another registry', { client: { ...serviceTest().registry, registry: 'crvs' } }],
    ['a negative age', { maxAge: -1 }],
    ['an age that is none', { maxAge: Number.NaN }],
    ['a threshold that all reach', { severityThreshold: 1 as never }],
    ['a time that is none', { times: { keepFoundSeconds: Number.POSITIVE_INFINITY } }],
    ['a time before now', { times: { keepNoneSeconds: -1 } }],
  ])('is not made for %s', (_case, options) => {
    expect(() => serviceTest(options)).toThrow(DciError);
  });

  it('subscribes with its handler', async () => {
    const { registry, service } = serviceTest();
    await service.subscribeChanges({ receipts: true });
    expect(registry.subscriptions).toEqual([
      {
        criteria: { eventTypes: ['REGISTER', 'UPDATE', 'DELETE'], recordType: 'DisabledPerson' },
        options: { receipts: true, handler: service.changeHandler.name },
      },
    ]);
  });
});
