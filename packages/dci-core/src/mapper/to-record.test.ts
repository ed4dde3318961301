import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asInteger } from './conversion.ts';
import { defineMapping } from './define.ts';
import { lookups } from './presets/res-partner.fixtures.ts';
import { resPartnerGroup } from './presets/res-partner-group.ts';
import type { Row, RowValue } from './row.ts';
import { toRecord } from './to-record.ts';

const mapping = defineMapping({
  recordType: 'Group',
  root: { table: 'household', key: 'code' },
  relations: {
    head: { kind: 'one', table: 'person', foreignKey: 'head_id' },
    visits: { kind: 'many', table: 'visit', foreignKey: 'household' },
    visitor: { kind: 'one', table: 'officer', foreignKey: 'officer_id', parent: 'visits' },
    notes: { kind: 'many', table: 'note', foreignKey: 'officer', parent: 'visitor' },
  },
  fields: [
    { kind: 'column', path: 'group_head_info.name', relation: 'head', column: 'name' },
    { kind: 'count', path: 'visit_count', relation: 'visits' },
    {
      kind: 'list',
      path: 'visits',
      relation: 'visits',
      fields: [
        { kind: 'column', path: 'day', column: 'day' },
        { kind: 'column', path: 'officer', relation: 'visitor', column: 'name' },
        { kind: 'values', path: 'notes', relation: 'notes', column: 'text', conversion: asInteger() },
        { kind: 'count', path: 'note_count', relation: 'notes' },
      ],
    },
    {
      kind: 'computed',
      path: 'last_visit',
      compute: (_row, rows) => rows.children.visits?.at(-1)?.day as string | undefined,
    },
  ],
});

describe('toRecord', () => {
  it('follows relations, whatever the type of their keys', () => {
    const record = toRecord(mapping, {
      root: { code: 'H1', head_id: '9' },
      children: {
        head: [{ id: 9, name: 'Doe' }],
        visits: [
          { id: 1, day: 'mon', officer_id: 3n },
          { id: 2, day: 'tue', officer_id: null },
          { id: 3, day: 'wed', officer_id: 4 },
        ],
        visitor: [
          { id: 4, name: 'Li' },
          { id: 3, name: 'Ay' },
        ],
        notes: [
          { officer: 3, text: 1 },
          { officer: 4, text: 'no number' },
          { officer: 3, text: 2 },
        ],
      },
    });
    expect(record).toEqual({
      group_head_info: { name: 'Doe' },
      visit_count: 3,
      visits: [
        { day: 'mon', officer: 'Ay', notes: [1, 2], note_count: 2 },
        { day: 'tue', note_count: 0 },
        { day: 'wed', officer: 'Li', note_count: 1 },
      ],
      last_visit: 'wed',
    });
  });

  it('leaves out what was not fetched, also counts', () => {
    expect(toRecord(mapping, { root: { code: 'H1' }, children: {} })).toEqual({});
    expect(toRecord(mapping, { root: { code: 'H1' }, children: { visits: [] } })).toEqual({ visit_count: 0 });
  });

  it('names the place of a value that it cannot read', () => {
    const paths: string[] = [];
    const visits: Row[] = [
      { id: 1, day: true },
      { id: 2, day: 'tue' },
    ];
    toRecord(mapping, { root: {}, children: { visits } }, { onWarning: ({ path }) => paths.push(path) });
    expect(paths).toEqual(['visits[0].day']);
  });

  it('never throws for what stands in rows', () => {
    const group = resPartnerGroup({ ...lookups, addresses: 'table', nameAffixes: true });
    const value: fc.Arbitrary<RowValue | undefined> = fc.oneof(
      fc.string(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.date({ noInvalidDate: false }),
      fc.constantFrom(null, undefined, 1, 2),
    );
    const columns = [
      'id',
      'group',
      'individual',
      'partner_id',
      'is_head',
      'family_name',
      'gender_id',
      'birthdate',
      'create_date',
      'value',
      'latitude',
      'poverty_score',
    ];
    const row = fc.dictionary(fc.constantFrom(...columns), value);
    const rows = fc.record({
      root: row,
      children: fc.dictionary(fc.constantFrom(...group.plan.relations.keys()), fc.array(row, { maxLength: 3 })),
    });
    fc.assert(
      fc.property(rows, (set) => {
        expect(toRecord(group, set)['@type']).toBe('Group');
      }),
    );
  });
});
