import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/canonical.json' with { type: 'json' };
import { DciError } from '../errors.ts';
import { readJson } from './read.ts';

function refusal(input: Uint8Array | string, options?: { maxDepth?: number }): DciError {
  try {
    readJson(input, options);
  } catch (error) {
    if (error instanceof DciError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

describe('refused documents', () => {
  it.each(vectors.refused)('$name', ({ base64, path, reason }) => {
    const error = refusal(Buffer.from(base64, 'base64'));
    expect(error).toMatchObject({ code: 'err.request.bad', status: 400 });
    expect(error.path).toBe(path);
    expect(error.message).toContain(reason);
    expect(error.message).toMatch(/, at (line \d+, column \d+|byte \d+)\.$/);
  });

  it('names line and column of the fault', () => {
    expect(refusal('{\n  "a": 1,\n  "b": tru\n}').message).toContain('line 3, column 8');
    expect(refusal('{"a":1,\n"a":2}').message).toContain('line 2, column 1');
  });

  it('refuses lone surrogates of a text that was never UTF-8', () => {
    expect(refusal('["\ud800"]').message).toContain('lone surrogate, at line 1, column 3');
    expect(refusal('"\udc00\ud800"').message).toContain('lone surrogate');
  });

  it('refuses more values than any record of that length has, and takes a million in any case', () => {
    const listOf = (values: number, value: string): string => `[${`${value},`.repeat(values - 2)}1]`;
    expect(refusal(listOf(1_000_002, '1')).message).toContain('too many values');
    expect(refusal(`{"a":${listOf(1_500_000, '{"b":[]}')}}`).message).toContain('too many values');
    expect(readJson(listOf(1_000_000, '1')).value).toHaveLength(999_999);
    expect(readJson(listOf(1_100_000, '"12345678901234"')).value).toHaveLength(1_099_999);
  });

  it('repeats nothing of the input but names that look like names', () => {
    const error = refusal('{"message":{"Amina Yusuf":{"x":["secret-value", "\\ud800"]}}}');
    expect(error.path).toBe('message.*.x[1]');
    expect(`${error.message}${error.stack}`).not.toMatch(/secret|Amina/);
  });

  it('takes another nesting limit', () => {
    expect(readJson('[[1]]', { maxDepth: 2 }).value).toEqual([[1]]);
    expect(refusal('[[[1]]]', { maxDepth: 2 }).message).toContain('deeper than 2');
    const deep = `${'['.repeat(40)}1.0${' ]'.repeat(40)}`;
    expect(readJson(deep, { maxDepth: 40 }).canonical()).toBe(deep.replaceAll(' ', ''));
  });

  it('never fails in another way, whatever the bytes', () => {
    const noise = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }));
    fc.assert(
      fc.property(noise, (input) => {
        try {
          readJson(input);
        } catch (error) {
          expect(error).toBeInstanceOf(DciError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts what JSON.parse accepts, and nothing else, but for the rules of section 2', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:0123456789.-+eE \\u\ntruefalsn')), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), edits, (json, changes) => {
        const units = [...json];
        for (const [at, unit] of changes) units[at % (units.length + 1)] = unit;
        const text = units.join('');
        const expected = parsed(text);
        const actual = read(text);
        if (expected === undefined) expect(actual).toBeUndefined();
        else if (actual !== undefined) expect(actual.value).toEqual(expected.value);
        else expect(refusal(text).message).toMatch(/occurs twice|surrogate|NUL|__proto__|too large/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('values', () => {
  it('reads numbers as number, and integers beyond 2^53 as bigint', () => {
    expect(readJson('[1, -1, 1.5, 1e3, 9007199254740991, 9007199254740992, -9007199254740993, 1e20]').value).toEqual([
      1,
      -1,
      1.5,
      1000,
      9007199254740991,
      9007199254740992n,
      -9007199254740993n,
      1e20,
    ]);
    expect(readJson('[-0]').value).toEqual([0]);
    expect(readJson('[-0.0]').value).toEqual([-0]);
  });

  it('reads names that objects inherit as members like any other', () => {
    const value = readJson('{"constructor":1,"toString":{"valueOf":2}}').value;
    expect(value).toEqual({ constructor: 1, toString: { valueOf: 2 } });
    expect(Object.keys({}.constructor.prototype)).toEqual([]);
  });

  it('gives the same value for bytes and text', () => {
    const text = '{"a":"é😀\\n","b":[1,{"c":null}]}';
    expect(readJson(new TextEncoder().encode(text)).value).toEqual(readJson(text).value);
  });

  it('reads part of a larger buffer', () => {
    expect(readJson(new TextEncoder().encode('xx{"a":1}yy').subarray(2, 9)).value).toEqual({ a: 1 });
  });
});

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text, (_, value) => (Object.is(value, -0) ? 0 : value)) };
  } catch {
    return undefined;
  }
}

function read(text: string): { value: unknown } | undefined {
  try {
    return { value: asDoubles(readJson(text).value) };
  } catch {
    return undefined;
  }
}

/** What `JSON.parse` makes of long integers and minus zero. */
function asDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(asDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asDoubles(member)]));
}
