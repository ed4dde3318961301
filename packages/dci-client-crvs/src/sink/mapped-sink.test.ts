import { asBoolean, asCode, type JsonObject, type Row } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { clock, luciaWith } from '../client.fixtures.ts';
import { foldEvents } from '../events/fold-events.ts';
import type { VitalEvent, VitalEventType } from '../events/vital-event.ts';
import type { CivilIdentifier } from '../identifiers.ts';
import { applyEvent } from './apply-event.ts';
import type { MappedColumns } from './mapped-fields.ts';
import { type MappedEventSinkOptions, mappedEventSink } from './mapped-sink.ts';

const columns: MappedColumns = {
  birthDate: 'birth_date',
  brn: 'brn',
  birthPlace: 'birth_place',
  deathDate: 'death_date',
  active: { column: 'is_active', conversion: asBoolean({ false: 0, true: 1 }) },
  deactivationReason: 'inactive_reason',
  maritalStatus: {
    column: 'civil_status',
    conversion: asCode({
      local: [
        ['single', 'S'],
        ['married', 'M'],
        ['divorced', 'D'],
      ],
    }),
  },
  maritalStatusSince: 'civil_status_since',
};

const signal = new AbortController().signal;
const event = (type: VitalEventType, members: JsonObject = {}): VitalEvent => {
  const [first] = foldEvents(luciaWith(members), { source: 'crvs_main', clock }, type).events;
  if (first === undefined) throw new Error('no event');
  return first;
};

function setUp(rows: Record<string, Row>, more: Partial<MappedEventSinkOptions<Row & { readonly uin: string }>> = {}) {
  const saved: Row[] = [];
  const sink = mappedEventSink({
    columns,
    find: async (identifiers: readonly CivilIdentifier[]) =>
      identifiers.flatMap(({ type, value }) => {
        const row = type === 'UIN' ? rows[value] : undefined;
        return row === undefined ? [] : [{ ...row, uin: value }];
      }),
    save: async ({ uin }, changes) => {
      saved.push(changes);
      rows[uin] = { ...rows[uin], ...changes };
    },
    ...more,
  });
  const apply = (each: VitalEvent) => applyEvent(sink, each, { eventId: 'e', attempt: 1, signal });
  return { rows, saved, sink, apply };
}

const key = '1234567897';

describe('mappedEventSink', () => {
  it('fills birth date and number, once', async () => {
    const { apply, rows, saved } = setUp({ [key]: { birth_date: null, brn: '' } });
    expect(await apply(event('LiveBirth'))).toEqual({
      outcome: 'applied',
      fields: ['birth_date', 'brn', 'birth_place'],
    });
    expect(rows[key]).toEqual({ birth_date: '1990-05-17', brn: 'B-1990-17', birth_place: 'Peñas Blancas' });
    expect(await apply(event('LiveBirth'))).toEqual({ outcome: 'unchanged', fields: [] });
    expect(saved).toHaveLength(1);
  });

  it('deactivates with day and reason', async () => {
    const { apply, rows } = setUp({ [key]: { is_active: 1, birth_date: '1990-05-17' } });
    expect(await apply(event('Death', { death_date: '2024-12-24' }))).toMatchObject({ outcome: 'applied' });
    expect(rows[key]).toEqual({
      ...{ is_active: 0, birth_date: '1990-05-17' },
      ...{ death_date: '2024-12-24', inactive_reason: 'deceased' },
    });
    expect(await apply(event('Death', { death_date: '2024-12-24' }))).toMatchObject({ outcome: 'unchanged' });
  });

  it('follows marriages and divorces, in whatever order they come', async () => {
    const { apply, rows } = setUp({ [key]: { civil_status: 'single' } });
    const married = { marriage_date: '2010-06-01' };
    await apply(event('Marriage', married));
    expect(rows[key]).toEqual({ civil_status: 'married', civil_status_since: '2010-06-01' });
    await apply(event('Divorce', { ...married, divorce_date: '2015-01-01' }));
    expect(rows[key]).toEqual({ civil_status: 'divorced', civil_status_since: '2015-01-01' });
    expect(await apply(event('Marriage', married))).toMatchObject({ outcome: 'unchanged' });
    expect(rows[key]).toMatchObject({ civil_status: 'divorced' });
  });

  it('writes nothing of an event that contradicts a row, unless it may overwrite', async () => {
    const row = { birth_date: '1989-01-01', brn: null };
    const { apply, rows, saved } = setUp({ [key]: row });
    expect(await apply(event('LiveBirth'))).toEqual({ outcome: 'conflict', fields: ['birth_date'] });
    expect([rows[key], saved]).toEqual([row, []]);
    const other = setUp({ [key]: row }, { overwrite: ['birthDate'] });
    expect(await other.apply(event('LiveBirth'))).toMatchObject({ outcome: 'applied' });
    expect(other.rows[key]).toMatchObject({ birth_date: '1990-05-17', brn: 'B-1990-17' });
  });

  it('takes numbers in another spelling for the same, and leaves places as they are', async () => {
    const { apply, saved } = setUp({
      [key]: { birth_date: '1990-05-17', brn: 'b-1990 -17', birth_place: 'PENAS BLANCAS' },
    });
    expect(await apply(event('LiveBirth'))).toMatchObject({ outcome: 'unchanged' });
    expect(saved).toEqual([]);
  });

  it('takes a status that the table has no code for, and a value that it cannot read, for a conflict', async () => {
    const { apply } = setUp({ [key]: { civil_status: 'single' } });
    const widow = event('Marriage', { marriage_date: '2010-06-01', marital_status: 'W' });
    expect(await apply(widow)).toEqual({ outcome: 'conflict', fields: ['civil_status'] });
    const garbled = setUp({ [key]: { birth_date: 'spring 1990' } });
    expect(await garbled.apply(event('LiveBirth'))).toMatchObject({ outcome: 'conflict', fields: ['birth_date'] });
  });

  it('knows nobody where nobody is, and decides nothing where several are', async () => {
    expect(await setUp({}).apply(event('LiveBirth'))).toEqual({ outcome: 'unknown_person', fields: [] });
    const twice = setUp({ [key]: {}, 2: {} });
    const both = event('LiveBirth', {
      identifier: [key, '2'].map((identifier_value) => ({ identifier_type: 'UIN', identifier_value })),
    });
    expect(await twice.apply(both)).toEqual({ outcome: 'conflict', fields: [] });
    expect(twice.saved).toEqual([]);
  });

  it('compares again when the row was changed meanwhile, and gives up after some times', async () => {
    const rows: Record<string, Row> = { [key]: {} };
    let refusals = 1;
    const racing = setUp(rows, {
      save: async () => {
        rows[key] = { birth_date: '1990-05-17', brn: 'B-1990-17', birth_place: 'x' };
        refusals -= 1;
        return refusals < 0;
      },
    });
    expect(await racing.apply(event('LiveBirth'))).toMatchObject({ outcome: 'unchanged' });
    const never = setUp({ [key]: {} }, { save: async () => false });
    await expect(never.apply(event('LiveBirth'))).rejects.toMatchObject({ code: 'err.state.conflict' });
  });

  it('tells beforehand what it would change', async () => {
    const { sink, saved } = setUp({ [key]: { is_active: 1, death_date: '2023-01-01' } });
    expect(await sink.preview(event('LiveBirth'))).toEqual({
      outcome: 'applied',
      changes: [
        { field: 'birth_date', local: null, registry: '1990-05-17' },
        { field: 'brn', local: null, registry: 'B-1990-17' },
        { field: 'birth_place', local: null, registry: 'Peñas Blancas' },
      ],
      conflicts: [],
    });
    expect(await sink.preview(event('Death', { death_date: '2024-12-24' }))).toEqual({
      outcome: 'conflict',
      changes: [],
      conflicts: [{ field: 'death_date', local: '2023-01-01', registry: '2024-12-24' }],
    });
    expect(saved).toEqual([]);
  });
});
