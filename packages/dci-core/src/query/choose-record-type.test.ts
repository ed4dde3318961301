import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { type ChosenRecordType, chooseRecordType } from './compile-query.ts';
import { parseQuery } from './parse-query.ts';
import { groupType, personType, testRegistryType } from './registry-type.fixtures.ts';

const now = Date.UTC(2026, 10, 22);

function choose(
  query: JsonValue,
  options: { candidates?: readonly (typeof personType)[]; hidden?: string } = {},
): ChosenRecordType {
  return chooseRecordType({
    parsed: parseQuery({ query }),
    registryType: testRegistryType,
    candidates: options.candidates ?? testRegistryType.recordTypes,
    now,
    isReadable: (recordType, path) => `${recordType.name}.${path}` !== options.hidden,
  });
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DciError) return error.message;
  }
  throw new Error('it was not refused');
}

const unusable = 'The query is empty, or names an attribute that cannot be used in a query here.';

describe('choosing the record type', () => {
  test('the first that knows every attribute', () => {
    expect(choose({ type: 'UIN', value: '1' }).recordType).toBe(personType);
    expect(choose({ sex: 'male' }).recordType).toBe(personType);
    expect(choose({ poverty_score: { $lt: 1 } }).recordType).toBe(groupType);
    expect(choose({ UIN: '1', group_size: 3 }).recordType).toBe(groupType);
  });
  test('only what the sender may search and read', () => {
    expect(choose({ type: 'UIN', value: '1' }, { candidates: [groupType] }).recordType).toBe(groupType);
    expect(refusal(() => choose({ sex: 'male' }, { candidates: [groupType] }))).toBe(unusable);
    expect(refusal(() => choose({ sex: 'male' }, { candidates: [] }))).toBe(unusable);
    expect(refusal(() => choose({ sex: 'male' }, { hidden: 'Person.sex' }))).toBe(unusable);
  });
  test('attributes of different record types do not mix', () => {
    expect(refusal(() => choose({ sex: 'male', poverty_score: 1 }))).toBe(unusable);
  });
  test('the query names it itself', () => {
    expect(choose({ collection: 'GROUP', query: { UIN: '1' } }).recordType).toBe(groupType);
    expect(choose({ collection: 'spdci-extensions-dci:Group', query: { UIN: '1' } }).recordType).toBe(groupType);
    expect(refusal(() => choose({ collection: 'Person', query: { poverty_score: 1 } }))).toBe(unusable);
    expect(refusal(() => choose({ collection: 'Farm', query: { UIN: '1' } }))).toBe(unusable);
  });
  test('a fault of the record type that knows the attributes is told', () => {
    expect(refusal(() => choose({ poverty_score: 'low' }))).toBe('The attribute poverty_score needs a number.');
  });
});
