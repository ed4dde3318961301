import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { asInteger } from './conversion.ts';
import { defineMapping } from './define.ts';
import { lookups } from './presets/res-partner.fixtures.ts';
import { resPartnerGroup } from './presets/res-partner-group.ts';
import { toRows } from './to-rows.ts';

const mapping = defineMapping({
  recordType: 'Group',
  root: { table: 'household', key: 'code', where: { kind: 'H' } },
  relations: {
    head: { kind: 'one', table: 'person', foreignKey: 'head_id', where: { kind: 'P' } },
    children: { kind: 'many', table: 'child', foreignKey: 'parent_id', parent: 'head' },
    tags: { kind: 'many', table: 'tag', foreignKey: 'household' },
  },
  fields: [
    { kind: 'column', path: 'head.name', relation: 'head', column: 'name' },
    {
      kind: 'computed-column',
      relation: 'head',
      column: 'label',
      compute: (record) => (record.head === undefined ? null : 'head'),
    },
    {
      kind: 'list',
      path: 'head.children',
      relation: 'children',
      fields: [
        { kind: 'column', path: 'name', column: 'name' },
        { kind: 'column', path: 'age', column: 'age', conversion: asInteger() },
      ],
    },
    { kind: 'values', path: 'tags', relation: 'tags', column: 'tag' },
  ],
});

function warningsOf(record: JsonObject): readonly string[] {
  const paths: string[] = [];
  toRows(mapping, record, { onWarning: ({ path }) => paths.push(path) });
  return paths;
}

describe('toRows', () => {
  it('writes every column, null where the record has none', () => {
    expect(toRows(mapping, {})).toEqual({
      root: { code: -1, kind: 'H', head_id: null },
      children: { head: [], children: [], tags: [] },
    });
  });

  it('makes a row on the way when only a list behind it has values', () => {
    const rows = toRows(mapping, { head: { children: [{ name: 'Ann' }, {}, { age: '7' }] } });
    const [head] = rows.children.head ?? [];
    expect(rows.root.head_id).toBe(head?.id);
    expect(head).toMatchObject({ kind: 'P', name: null, label: 'head' });
    expect(rows.children.children).toMatchObject([
      { parent_id: head?.id, name: 'Ann', age: null },
      { parent_id: head?.id, name: null, age: 7 },
    ]);
  });

  it('takes keys from its caller', () => {
    const asked: (string | undefined)[] = [];
    const newKey = (relation: string | undefined) => {
      asked.push(relation);
      return `${relation}-${asked.length}`;
    };
    const rows = toRows(mapping, { head: { name: 'Doe' }, tags: ['a'] }, { rootKey: 'H1', newKey });
    expect(asked).toEqual(['head', 'tags']);
    expect(rows.root).toMatchObject({ code: 'H1', head_id: 'head-1' });
    expect(rows.children.tags).toEqual([{ id: 'tags-2', household: 'H1', tag: 'a' }]);
  });

  it('takes a single value for a list of one', () => {
    const rows = toRows(mapping, { tags: 'a', head: { children: { name: 'Ann' } } });
    expect(rows.children.tags).toMatchObject([{ tag: 'a' }]);
    expect(rows.children.children).toMatchObject([{ name: 'Ann' }]);
  });

  it('reports what it does not store, by place', () => {
    expect(warningsOf({ head: { name: 'Doe', children: [{ name: 'Ann', age: 7 }] }, tags: ['a'] })).toEqual([]);
    expect(warningsOf({ head: null, tags: '', other: undefined })).toEqual([]);
    expect(warningsOf({ other: 1 })).toEqual(['other']);
    expect(warningsOf({ head: 'Doe' })).toEqual(['head']);
    expect(warningsOf({ head: { name: { text: 'Doe' }, nick: 'D' } })).toEqual(['head.name', 'head.nick']);
    expect(warningsOf({ head: { children: [{ age: 'seven' }, 'Ann', { name: 'Bo', pet: 'cat' }] } })).toEqual([
      'head.children[0].age',
      'head.children[1]',
      'head.children[2].pet',
    ]);
    expect(warningsOf({ tags: ['a', {}] })).toEqual(['tags[1]']);
  });

  it('never throws for what stands in a record', () => {
    const group = resPartnerGroup({ ...lookups, addresses: 'table', nameAffixes: true });
    const names = [
      'member_list',
      'group_head_info',
      'demographic_info',
      'identifier',
      'member_identifier',
      'name',
      'surname',
      'sex',
      'birth_date',
      'address',
      'email',
      'poverty_score',
      'group_type',
      '@type',
    ];
    const { record } = fc.letrec<{ value: JsonValue; record: JsonObject }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<JsonValue[]>(null, true, 'male', '1990-05-15', 5, 12345678901234567890n),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('record'),
      ),
      record: fc.dictionary(fc.constantFrom(...names), tie('value')),
    }));
    fc.assert(
      fc.property(record, (hostile) => {
        const rows = toRows(group, hostile, { onWarning: () => undefined });
        expect(rows.root.is_group).toBe(true);
      }),
    );
  });
});
