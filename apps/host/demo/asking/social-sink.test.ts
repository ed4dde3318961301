import { type CivilIdentifier, foldEvents, type VitalEvent } from 'dci-client-crvs';
import type { JsonObject } from 'dci-core';
import { deterministicRandom, manualClock, silentLogger, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEvent } from '../demo-event.ts';
import { listOf, part } from '../event-scene.ts';
import { createDemoRegistries } from '../registries.ts';
import { findRecords } from './registered-person.ts';
import { socialSink } from './social-sink.ts';

const directory = temporaryDirectory();
const registries = createDemoRegistries({ persons: 300, output: { write: () => undefined } });
const clock = manualClock(Date.UTC(2026, 2, 4, 10));
const random = deterministicRandom('social-sink');
const host = { config: { dataDirectory: directory.path }, clock, logger: silentLogger, random };
const store = (name: string) => registries.store(name, host);
const sink = socialSink({ store: () => store('social'), clock });
const context = { eventId: 'e', attempt: 1, signal: new AbortController().signal };

beforeAll(async () => {
  await Promise.all([store('social'), store('crvs')]);
});
afterAll(async () => {
  for (const name of ['social', 'crvs']) await (await store(name)).close();
  directory.remove();
});

/** Lets something happen in the civil registry, and reads its record as the notification would be read. */
async function happen<K extends 'birth' | 'death'>(kind: K) {
  const { changes } = await demoEvent(kind, registries, host);
  const type = kind === 'birth' ? 'LiveBirth' : 'Death';
  return ofType(changes[0].record, type);
}

function ofType(record: JsonObject, type: 'LiveBirth' | 'Death'): VitalEvent {
  const event = foldEvents(record, { source: 'crvs_main', clock }).events.find((each) => each.type === type);
  if (event === undefined) throw new Error('no such event');
  return event;
}

const apply = (event: VitalEvent) => {
  if (event.type === 'LiveBirth') return sink.applyBirth(event, context);
  if (event.type !== 'Death') throw new Error('neither birth nor death');
  return sink.applyDeath({ ...event, deactivation: { reason: 'deceased', date: event.date } }, context);
};
const uinOf = ({ identifiers }: VitalEvent) => identifiers.filter(({ type }) => type === 'UIN');
const find = async (recordType: 'Person' | 'Member' | 'Group', path: string, uin: readonly CivilIdentifier[]) =>
  await findRecords(await store('social'), recordType, path, uin);
const inHouseholds = 'member_list.member_identifier';

describe('a death', () => {
  it('is noted with the person, who leaves the household', async () => {
    const event = await happen('death');
    const uin = uinOf(event);
    const [before] = await find('Group', inHouseholds, uin);
    expect(await sink.preview?.(event)).toMatchObject({ outcome: 'applied', conflicts: [] });
    expect(await apply(event)).toEqual({ outcome: 'applied', fields: ['death_date', 'drn'] });

    const [person] = await find('Person', 'identifier', uin);
    expect(person).toMatchObject({ death_date: '2026-03-04', last_updated: '2026-03-04T10:00:00Z' });
    expect(person).not.toHaveProperty('household_info');
    expect(listOf(person ?? {}, 'identifier').map((each) => each.identifier_type)).toContain('DRN');
    const [member] = await find('Member', 'member_identifier', uin);
    expect(part(member, 'demographic_info').death_date).toBe('2026-03-04');
    expect(await find('Group', inHouseholds, uin)).toEqual([]);
    const household = listOf(before ?? {}, 'group_identifier').map(({ identifier_value: value }) => value);
    const social = await store('social');
    const { records } = await social.search({
      recordType: 'Group',
      filter: {
        kind: 'identifier',
        identifierType: 'HouseholdID',
        values: [String(household[0])],
        paths: ['group_identifier'],
      },
      sort: [],
      page: { size: 1, number: 1 },
    });
    expect(records[0]?.group_size).toBe(Number(before?.group_size) - 1);
    expect(listOf(records[0] ?? {}, 'member_list')).toHaveLength(Number(records[0]?.group_size));
    expect(JSON.stringify(part(records[0], 'group_head_info').member_identifier)).not.toContain(uin[0]?.value);

    expect(await apply(event)).toEqual({ outcome: 'unchanged', fields: [] });
  });

  it('on another day than the registry here has is a conflict, and changes nothing', async () => {
    const event = await happen('death');
    await apply(event);
    const [person] = await find('Person', 'identifier', uinOf(event));
    const other = ofType({ ...event.record, death_date: '2026-02-01' }, 'Death');
    expect(await apply(other)).toEqual({ outcome: 'conflict', fields: ['death_date'] });
    expect(await find('Person', 'identifier', uinOf(event))).toEqual([person]);
  });

  it('of somebody whom nobody knows changes nothing', async () => {
    const event = await happen('death');
    const stranger = { ...event.record, identifier: [{ identifier_type: 'UIN', identifier_value: '1' }] };
    expect(await apply(ofType(stranger, 'Death'))).toMatchObject({ outcome: 'unknown_person' });
  });
});

describe('a birth', () => {
  it('is registered, and the child joins the household of a parent', async () => {
    const event = await happen('birth');
    const parents = event.person.parents;
    const [before] = await find('Group', inHouseholds, parents);
    const size = listOf(before ?? {}, 'member_list').length;
    expect(await sink.preview?.(event)).toEqual({
      outcome: 'applied',
      changes: [{ field: 'group_size', local: size, registry: size + 1 }],
      conflicts: [],
    });
    expect(await apply(event)).toEqual({ outcome: 'applied', fields: ['member_list'] });

    const uin = uinOf(event);
    const [person] = await find('Person', 'identifier', uin);
    expect(person).toMatchObject({ birth_date: '2026-03-04', name: event.record.name, sex: event.record.sex });
    expect(await find('Member', 'member_identifier', uin)).toHaveLength(1);
    const [after] = await find('Group', inHouseholds, uin);
    expect(after?.group_identifier).toEqual(before?.group_identifier);
    expect(listOf(after ?? {}, 'member_list')).toHaveLength(size + 1);

    expect(await apply(event)).toEqual({ outcome: 'unchanged', fields: [] });
  });

  it('of parents whom nobody knows changes nothing', async () => {
    const { parent1_identifier: _mother, parent2_identifier: _father, ...record } = (await happen('birth')).record;
    const orphan = ofType(record, 'LiveBirth');
    expect(await sink.preview?.(orphan)).toMatchObject({ outcome: 'unknown_person' });
    expect(await apply(orphan)).toBe('unknown_person');
  });

  it('of several children of one household at the same time takes none of them away', async () => {
    const event = await happen('birth');
    const children = ['7001', '7002', '7003'].map((value) =>
      ofType({ ...event.record, identifier: [{ identifier_type: 'UIN', identifier_value: value }] }, 'LiveBirth'),
    );
    await Promise.all(children.map(apply));
    const [household] = await find('Group', inHouseholds, event.person.parents);
    for (const value of ['7001', '7002', '7003']) expect(JSON.stringify(household?.member_list)).toContain(value);
  });
});
