import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttributePath } from '../query/attribute-path.ts';
import {
  asList,
  formatRecordPath,
  type PathStep,
  parseRecordPath,
  RecordBuilder,
  type RecordPath,
  readPath,
} from './record-path.ts';

const name = fc.constantFrom('name', 'geo_location', '@type', 'given name', 'plus-code');
const step: fc.Arbitrary<PathStep> = fc.oneof(
  fc.record({ name }),
  fc.record({ name, index: fc.nat({ max: 3 }) }),
  fc.record({
    name,
    match: fc.record({
      member: fc.constantFrom('key', 'identifier_type'),
      value: fc.constantFrom('', 'a.b', 'urn:x=y', '1'),
    }),
  }),
);
const path = fc.array(step, { minLength: 1, maxLength: 4 });

function parsed(text: string): RecordPath {
  return parseRecordPath(text) ?? expect.fail(`${text} is no path`);
}

describe('parseRecordPath', () => {
  it('reads what formatRecordPath writes', () => {
    fc.assert(
      fc.property(path, (steps) => {
        expect(parseRecordPath(formatRecordPath(steps))).toEqual(steps);
      }),
    );
  });

  it('reads the paths of attributes as queries do', () => {
    for (const text of [
      'name.surname',
      'additional_attributes[key=requires_assistance].value',
      'identifier[identifier_type=urn:a.b].x',
    ]) {
      const steps = parseAttributePath(text).map(({ member, selector }) => ({
        name: member,
        ...(selector === undefined ? {} : { match: selector }),
      }));
      expect(parseRecordPath(text)).toEqual(steps);
    }
  });

  it('refuses what is no path', () => {
    for (const text of [
      '',
      '.',
      'a.',
      '.a',
      'a..b',
      'a[',
      'a[]',
      'a[-1]',
      'a[1',
      'a[0]b',
      'a[0][1]',
      'a]',
      '__proto__',
      'a.__proto__.b',
      'a[99999]',
    ]) {
      expect(parseRecordPath(text), text).toBeUndefined();
    }
  });
});

describe('RecordBuilder and readPath', () => {
  it('read back what was set', () => {
    fc.assert(
      fc.property(path, fc.integer(), (steps, value) => {
        const builder = new RecordBuilder();
        builder.set(steps, value);
        // Holes are closed, so a position in a list reads back only when it is the first; a selector at the end denotes the object.
        fc.pre(steps.every(({ index }) => index === undefined || index === 0));
        fc.pre(steps.at(-1)?.match === undefined);
        expect(readPath(builder.finish() ?? {}, steps)).toBe(value);
      }),
    );
  });

  it('leave out what has no value and close the gaps of lists', () => {
    const builder = new RecordBuilder();
    builder.set(parsed('name.surname'), undefined);
    expect(builder.finish()).toBeUndefined();
    builder.set(parsed('phone_number[2]'), '3');
    builder.set(parsed('phone_number[1]'), undefined);
    builder.set(parsed('phone_number[0]'), '1');
    builder.set(parsed('address[1].locality'), 'x');
    expect(builder.finish()).toEqual({ phone_number: ['1', '3'], address: [{ locality: 'x' }] });
  });

  it('put values of one selector into one element', () => {
    const builder = new RecordBuilder();
    builder.set(parsed('extra[key=a].value'), 1);
    builder.set(parsed('extra[key=b].value'), 2);
    builder.set(parsed('extra[key=a].unit'), 'm');
    expect(builder.finish()).toEqual({
      extra: [
        { key: 'a', value: 1, unit: 'm' },
        { key: 'b', value: 2 },
      ],
    });
  });

  it('take a single object for a list of one', () => {
    expect(readPath({ address: { locality: 'x' } }, parsed('address[0].locality'))).toBe('x');
    expect(readPath({ address: { locality: 'x' } }, parsed('address[1].locality'))).toBeUndefined();
    expect(readPath({ extra: { key: 1, value: 'x' } }, parsed('extra[key=1].value'))).toBe('x');
    expect(asList(null)).toEqual([]);
  });

  it('find nothing under a text', () => {
    expect(readPath({ name: 'Doe' }, parsed('name.surname'))).toBeUndefined();
    expect(readPath({ name: null }, parsed('name'))).toBeUndefined();
  });
});
