import { describe, expect, it } from 'vitest';
import { DciError } from '../errors.ts';
import { asBoolean } from './conversion.ts';
import { defineMapping } from './define.ts';
import type { FieldMapping, MappingDefinition, Relation } from './definition.ts';

const surname: FieldMapping = { kind: 'column', path: 'name.surname', column: 'last' };
const phones: Relation = { kind: 'many', table: 'phone', foreignKey: 'person' };
const member: Relation = { kind: 'one', table: 'person', foreignKey: 'individual', parent: 'memberships' };
const memberships: Relation = { kind: 'many', table: 'membership', foreignKey: 'group' };

function define(part: Partial<MappingDefinition>): unknown {
  return defineMapping({ recordType: 'Person', root: { table: 'person' }, fields: [surname], ...part });
}

function faultOf(part: Partial<MappingDefinition>): DciError {
  try {
    define(part);
  } catch (error) {
    if (error instanceof DciError) return error;
  }
  return expect.fail('the mapping was accepted');
}

describe('defineMapping', () => {
  it.each<[string, Partial<MappingDefinition>, string]>([
    ['no field', { fields: [] }, ''],
    ['a malformed path', { fields: [{ kind: 'column', path: 'name..surname', column: 'last' }] }, 'name..surname'],
    [
      'one place twice',
      { fields: [surname, { kind: 'column', path: 'name.surname', column: 'other' }] },
      'name.surname',
    ],
    ['a place inside another', { fields: [surname, { kind: 'column', path: 'name', column: 'other' }] }, 'name'],
    [
      'a list in two ways',
      {
        fields: [
          { kind: 'column', path: 'email[0]', column: 'a' },
          { kind: 'column', path: 'email', column: 'b' },
        ],
      },
      'email',
    ],
    ['one column twice', { fields: [surname, { kind: 'column', path: 'name.given_name', column: 'last' }] }, 'last'],
    ['a fixed column as a field', { root: { table: 'person', where: { last: 'x' } } }, 'last'],
    [
      'the key as a field',
      { fields: [{ kind: 'column', path: 'identifier[0].identifier_value', column: 'id' }] },
      'id',
    ],
    ['a column without a name', { fields: [{ kind: 'column', path: 'sex', column: '' }] }, ''],
    ['a table without a name', { root: { table: '' } }, 'root'],
    ['a relation without a table', { relations: { phones: { ...phones, table: '' } } }, 'phones'],
    ['a relation without a foreign key', { relations: { phones: { ...phones, foreignKey: '' } } }, 'phones'],
    [
      'an unknown relation',
      { fields: [{ kind: 'values', path: 'phone_number', relation: 'phones', column: 'number' }] },
      'phone_number',
    ],
    [
      'a name that every object has',
      { fields: [{ kind: 'values', path: 'phone_number', relation: 'constructor', column: 'number' }] },
      'phone_number',
    ],
    ['an unknown parent', { relations: { member } }, 'member'],
    ['relations in a circle', { relations: { a: { ...phones, parent: 'b' }, b: { ...phones, parent: 'a' } } }, 'a'],
    ['an unknown lookup', { fields: [{ kind: 'column', path: 'sex', column: 'gender', lookup: 'genders' }] }, 'sex'],
    [
      'a lookup with one key twice',
      {
        lookups: {
          genders: {
            table: 'g',
            key: 'id',
            value: 'code',
            entries: [
              [1, 'male'],
              ['1', 'female'],
            ],
          },
        },
        fields: [{ kind: 'column', path: 'sex', column: 'gender', lookup: 'genders' }],
      },
      'sex',
    ],
    [
      'a list of a relation with one row',
      { relations: { memberships, member }, fields: [{ kind: 'values', path: 'x', relation: 'member', column: 'y' }] },
      'x',
    ],
    [
      'a column of a relation with many rows',
      { relations: { phones }, fields: [{ kind: 'column', path: 'x', relation: 'phones', column: 'y' }] },
      'x',
    ],
    [
      'a column behind many rows',
      {
        relations: { memberships, member },
        fields: [{ kind: 'column', path: 'x', relation: 'member', column: 'y', direction: 'to-record' }],
      },
      'x',
    ],
    [
      'a list that does not hang under its element',
      {
        relations: { memberships, phones },
        fields: [
          {
            kind: 'list',
            path: 'member_list',
            relation: 'memberships',
            fields: [{ kind: 'values', path: 'phone_number', relation: 'phones', column: 'n' }],
          },
        ],
      },
      'member_list.phone_number',
    ],
    [
      'two lists of one relation',
      {
        relations: { phones },
        fields: [
          { kind: 'values', path: 'phone_number', relation: 'phones', column: 'n' },
          { kind: 'values', path: 'email', relation: 'phones', column: 'm' },
        ],
      },
      'email',
    ],
    [
      'an element of no list',
      { fields: [surname, { kind: 'element', path: 'head', list: 'members', column: 'is_head' }] },
      'head',
    ],
    [
      'a path malformed inside a list',
      {
        relations: { phones },
        fields: [{ kind: 'list', path: 'p', relation: 'phones', fields: [{ ...surname, path: 'a b[' }] }],
      },
      'p.a b[',
    ],
    [
      'a list without fields',
      { relations: { phones }, fields: [{ kind: 'list', path: 'p', relation: 'phones', fields: [] }] },
      'p.',
    ],
    [
      'two fields for a column of a relation',
      {
        relations: { memberships, member },
        fields: [
          {
            kind: 'list',
            path: 'm',
            relation: 'memberships',
            fields: [
              { kind: 'column', path: 'a', relation: 'member', column: 'x' },
              { kind: 'computed-column', relation: 'member', column: 'x', compute: () => null },
            ],
          },
        ],
      },
      'member.x',
    ],
  ])('refuses %s', (_name, part, path) => {
    const fault = faultOf(part);
    expect(fault.code).toBe('err.configuration.invalid');
    expect(fault.path).toBe(path);
  });

  it('accepts what stands beside each other', () => {
    const mapping = define({
      relations: { phones, memberships, member },
      fields: [
        surname,
        { kind: 'column', path: 'name.given_name', column: 'first' },
        // One place read from one column and stored in another.
        { kind: 'column', path: 'sex', column: 'sex_shown', direction: 'to-record' },
        { kind: 'column', path: 'sex', column: 'sex_stored', direction: 'to-rows' },
        // One column shown in two places.
        { kind: 'column', path: 'email[0]', column: 'mail' },
        { kind: 'column', path: 'contact.email', column: 'mail', direction: 'to-record' },
        { kind: 'column', path: 'email[1]', column: 'mail2' },
        { kind: 'column', path: 'extra[key=a].value', column: 'a' },
        { kind: 'column', path: 'extra[key=b].value', column: 'b' },
        { kind: 'column', path: 'first_phone', relation: 'phones', column: 'n', direction: 'to-record' },
        { kind: 'values', path: 'phone_number', relation: 'phones', column: 'n' },
        {
          kind: 'list',
          path: 'shown',
          relation: 'memberships',
          direction: 'to-record',
          fields: [{ kind: 'column', path: 'note', column: 'note' }],
        },
        {
          kind: 'list',
          path: 'members',
          relation: 'memberships',
          fields: [
            { kind: 'column', path: 'note', column: 'note' },
            { ...surname, relation: 'member' },
          ],
        },
        {
          kind: 'element',
          path: 'head',
          list: 'members',
          column: 'is_head',
          conversion: asBoolean({ false: 0, true: 1 }),
        },
        { kind: 'count', path: 'size', relation: 'memberships' },
      ],
    });
    expect(Object.isFrozen(mapping)).toBe(true);
  });
});
