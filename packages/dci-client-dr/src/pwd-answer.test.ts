import { clientFailure } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { failureOf, personRecord, uin } from './disability-source.fixtures.ts';
import { type ServiceTest, serviceTest } from './service.fixtures.ts';

const said = (disabled_status?: string, more: JsonObject = {}): JsonObject => ({
  disabled_response: disabled_status === undefined ? [] : [{ status: 'succ', disabled_status, ...more }],
});

function testWith(answers: Readonly<Record<string, JsonObject | ReturnType<typeof failureOf>>>): ServiceTest {
  const test = serviceTest();
  test.registry.special.set('disabled', new Map(Object.entries(answers)));
  return test;
}

describe('isPwd by sync/disabled', () => {
  it.each<[string, JsonObject, string]>([
    ['yes', said('Yes'), 'yes'],
    ['no', said('no'), 'no'],
    ['nothing, without a record', said(), 'unknown'],
    ['neither', said('perhaps'), 'unknown'],
    ['an item that is not finished', said('no', { status: 'pdng' }), 'unknown'],
    ['both', { disabled_response: [{ disabled_status: 'yes' }, { disabled_status: 'no' }] }, 'unknown'],
  ])('%s', async (_case, answer, expected) => {
    const { registry, service } = testWith({ '1': answer });
    registry.people.set('1', [personRecord({}, '1')]);
    expect(await service.isPwd(uin('1'))).toBe(expected);
    expect(registry.calls).toEqual(['disabled 1']);
  });

  it.each<[string, JsonObject[], string]>([
    ['without a record', [], 'unknown'],
    ['of a record that says so', [{ is_disabled: false }], 'no'],
    ['of one whose certification has run out', [{ disability_status: '2' }], 'no'],
    ['of one whose status we may not read', [{}], 'no'],
    ['of one that is not decided', [{ disability_status: '1' }], 'unknown'],
    ['of one that says the opposite', [{ disability_status: '0' }], 'unknown'],
  ])('a no counts only with a record: %s', async (_case, records, expected) => {
    const { registry, service, with: make } = testWith({ '1': said('no') });
    registry.people.set(
      '1',
      records.map((record) => personRecord(record, '1')),
    );
    expect(await service.isPwd(uin('1'))).toBe(expected);
    expect(registry.messages).toEqual([['1']]);
    expect(await make({ confirmNo: false }).isPwd(uin('1'))).toBe('no');
    expect(registry.messages).toHaveLength(1);
  });

  it('a no that cannot be confirmed is a failure', async () => {
    const { registry, service } = testWith({ '1': said('no') });
    registry.people.set('1', { status: 'rjct' });
    await expect(service.isPwd(uin('1'))).rejects.toMatchObject({ cause: { kind: 'rejected' } });
  });

  it.each<[string, JsonObject | ReturnType<typeof failureOf>, object]>([
    [
      'a rejected message',
      { ...said(), header: { status: 'rjct', status_reason_message: 'why' } },
      { kind: 'rejected', peerMessage: 'why' },
    ],
    ['a rejected item', said('no', { status: 'rjct' }), { kind: 'rejected' }],
    [
      'a message that is not finished',
      { ...said(), header: { status: 'pdng' } },
      { kind: 'protocol', fault: 'other_items' },
    ],
    ['another form', { search_response: [] }, { kind: 'protocol', fault: 'envelope' }],
    ['a timeout', failureOf({ kind: 'timeout', seconds: 1 }), { kind: 'timeout' }],
    ['a refusal', failureOf({ kind: 'refused', status: 403 }), { kind: 'refused', status: 403 }],
  ])('%s is a failure, and no search answers in its place', async (_case, answer, failure) => {
    const { registry, service } = testWith({ '1': answer });
    registry.people.set('1', [personRecord({ is_disabled: false }, '1')]);
    const error = await service.isPwd(uin('1')).catch((thrown: unknown) => thrown);
    expect(clientFailure(error)).toMatchObject(failure);
    expect(registry.messages).toEqual([]);
  });

  it('asks under every identifier', async () => {
    const failed = failureOf({ kind: 'timeout', seconds: 1 });
    const { service, registry } = testWith({ yes: said('yes'), no: said('no'), none: said(), failed });
    registry.people.set('no', [personRecord({}, 'no')]);
    const ask = (...values: string[]): Promise<string> => service.isPwd(values.map(uin));
    expect(await ask('none', 'yes')).toBe('yes');
    expect(registry.calls).toEqual(['disabled none', 'disabled yes']);
    expect(await ask('none', 'no')).toBe('no');
    expect(await ask('yes', 'no')).toBe('unknown');
    expect(await ask('failed', 'yes')).toBe('yes');
    await expect(ask('failed', 'no')).rejects.toBe(failed);
    await expect(ask('none', 'failed')).rejects.toBe(failed);
  });

  it('takes a known status that is young enough, if that is wanted', async () => {
    const { service, registry, clock } = testWith({ '1': said('no') });
    registry.people.set('1', [personRecord({ disability_status: '0' }, '1')]);
    await service.getDisabilityStatus(uin('1'));
    registry.people.set('1', [personRecord({ disability_status: '2' }, '1')]);
    clock.advance(60);
    expect(await service.isPwd(uin('1'), { maxAge: 60 })).toBe('yes');
    expect(await service.isPwd(uin('1'), { maxAge: 59 })).toBe('no');
    expect(await service.isPwd(uin('1'))).toBe('no');
    await service.getDisabilityStatus(uin('2'));
    expect(await service.isPwd(uin('2'), { maxAge: 60 })).toBe('unknown');
    await expect(service.isPwd(uin('2'), { maxAge: -1 })).rejects.toMatchObject({ path: 'maxAge' });
  });
});

describe('isPwd by a search', () => {
  it.each<[string, JsonObject[], string]>([
    ['a certification', [{ disability_status: '0' }], 'yes'],
    ['one that has run out', [{ disability_status: '2' }], 'no'],
    ['one that is not decided', [{ disability_status: '1' }], 'unknown'],
    ['a record that says no', [{ personal_details: { is_disabled: false } }], 'no'],
    ['records that contradict each other', [{ disability_status: '0' }, { is_disabled: false }], 'unknown'],
    ['a record that says neither', [{}], 'unknown'],
    ['no record', [], 'unknown'],
  ])('%s', async (_case, records, expected) => {
    const { registry, service } = serviceTest();
    registry.people.set(
      '1',
      records.map((record) => personRecord(record, '1')),
    );
    expect(await service.isPwd(uin('1'))).toBe(expected);
    expect(registry.messages).toEqual([['1']]);
  });

  it.each([
    { kind: 'unsupported' } as const,
    { kind: 'refused', status: 404 } as const,
    { kind: 'refused', status: 400, peerCode: 'rjct.action.not_supported' } as const,
  ])('where the registry lacks the call: %o', async (cause) => {
    const { registry, service } = testWith({ '*': failureOf(cause) });
    registry.people.set('2', [personRecord({ disability_status: '0' }, '2')]);
    expect(await service.isPwd([uin('1'), uin('2')])).toBe('yes');
    expect(registry.calls).toEqual(['disabled 1']);
  });

  it('does not say no when an identifier was not answered for', async () => {
    const { registry, service } = serviceTest();
    registry.people.set('1', [personRecord({ is_disabled: false }, '1')]);
    registry.people.set('2', { status: 'rjct' });
    await expect(service.isPwd([uin('1'), uin('2')])).rejects.toMatchObject({ cause: { kind: 'rejected' } });
    registry.people.set('1', [personRecord({ disability_status: '0' }, '1')]);
    expect(await service.isPwd([uin('1'), uin('2')])).toBe('yes');
  });
});
