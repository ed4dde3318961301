import type { NotifiedEvent } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { personRecord, readPerson, uin } from './disability-source.fixtures.ts';
import { type ServiceTest, serviceTest } from './service.fixtures.ts';

const approved = { disability_status: '0' };
const expired = { disability_status: '2' };

function event(eventType: string, record: JsonObject, more: Partial<NotifiedEvent> = {}): NotifiedEvent {
  return {
    ...{ source: 'dr_main', id: 'event-1', eventType, recordType: 'DisabledPerson', warnings: [] },
    records: [readPerson(record)],
    timestamp: '2026-04-22T13:00:00Z',
    evidence: { verified: true, senderId: 'dr.example.org', messageId: 'notify-1', header: {}, message: {} },
    ...more,
  };
}

/** Somebody is known since noon; it is 13:00 now. */
async function knownTest(): Promise<ServiceTest> {
  const test = serviceTest();
  test.registry.people.set('1', [personRecord(approved, '1')]);
  await test.service.getDisabilityStatus(uin('1'));
  test.clock.advance(3_600);
  return test;
}

async function notify({ service }: ServiceTest, given: NotifiedEvent): Promise<void> {
  await service.changeHandler.onEvent?.(given, { signal: new AbortController().signal, attempt: 1 });
}

describe('a notified change', () => {
  it.each(['REGISTER', 'UPDATE'])('takes the place of what is known: %s', async (eventType) => {
    const test = await knownTest();
    await notify(test, event(eventType, personRecord(expired, '1')));
    test.clock.advance(60);
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({
      ...{ status: 'expired', fromCache: true, ageSeconds: 60, asOf: '2026-04-22T13:00:00Z' },
      evidence: [{ messageId: 'notify-1' }],
    });
  });

  it('takes the place of "no record"', async () => {
    const test = serviceTest();
    await test.service.getDisabilityStatus(uin('1'));
    test.clock.advance(1_800);
    await notify(test, event('REGISTER', personRecord(approved, '1'), { timestamp: '2026-04-22T12:30:00Z' }));
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled', fromCache: true });
  });

  it.each<[string, NotifiedEvent]>([
    ['a deleted record', event('DELETE', personRecord(expired, '1'))],
    ['a record that does not say whether the person is disabled', event('UPDATE', personRecord({}, '1'))],
    [
      'one that may be older than what is known',
      event('UPDATE', personRecord(expired, '1'), { timestamp: '2026-04-22T12:05:00Z' }),
    ],
    ['one without time', { ...event('UPDATE', personRecord(expired, '1')), timestamp: 'yesterday' }],
  ])('drops what is known: %s', async (_case, given) => {
    const test = await knownTest();
    await notify(test, given);
    const status = await test.service.getDisabilityStatus(uin('1'));
    expect(status).toMatchObject({ status: 'disabled', fromCache: false });
  });

  it('keeps an answer out that was asked for before it', async () => {
    const test = await knownTest();
    test.registry.underWay = async () => {
      await notify(test, event('DELETE', personRecord(expired, '1')));
    };
    expect(await test.service.getDisabilityStatus(uin('1'), { maxAge: 0 })).toMatchObject({ fromCache: false });
    test.registry.underWay = async () => {};
    test.clock.advance(1);
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: false });
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({ fromCache: true });
  });

  it('adds nobody to the cache', async () => {
    const test = await knownTest();
    await notify(test, event('REGISTER', personRecord(approved, '1', '2')));
    expect(await test.service.forget(uin('2'))).toBe(0);
    expect(await test.service.forget(uin('1'))).toBe(1);
  });

  it('of another source, or of nobody in particular, changes nothing', async () => {
    const test = await knownTest();
    await notify(test, event('DELETE', personRecord(expired, '1'), { source: 'dr_north' }));
    await notify(test, event('DELETE', personRecord(expired)));
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({ status: 'disabled', fromCache: true });
  });

  it('from the future counts as of now', async () => {
    const test = await knownTest();
    await notify(test, event('UPDATE', personRecord(expired, '1'), { timestamp: '2026-05-22T13:00:00Z' }));
    expect(await test.service.getDisabilityStatus(uin('1'))).toMatchObject({
      ...{ status: 'expired', fromCache: true, asOf: '2026-04-22T13:00:00Z' },
    });
  });
});
