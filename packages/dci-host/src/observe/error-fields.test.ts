import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { errorFields } from './error-fields.ts';

describe('errorFields', () => {
  test('tells all of our own errors', () => {
    expect(errorFields(new DciError('err.state.conflict', 'why'))).toMatchObject({
      error: 'DciError',
      code: 'err.state.conflict',
      reason: 'why',
    });
  });

  test('tells class, code and place of other errors, never their text', () => {
    const error = Object.assign(new TypeError('canary'), { code: 'ERR_X' });
    const fields = errorFields(error);
    expect(fields).toMatchObject({ error: 'TypeError', code: 'ERR_X' });
    expect(fields.stack).toMatch(/error-fields\.test\.ts/);
    expect(JSON.stringify(fields)).not.toContain('canary');
  });

  test('keeps a text of several lines out of the stack', () => {
    const error = new Error('one\ncanary\n    at canary');
    expect(JSON.stringify(errorFields(error))).not.toContain('canary');
  });

  test.each([['text'], [undefined], [{ canary: 1 }]])('takes anything thrown: %j', (thrown) => {
    expect(errorFields(thrown)).toEqual({ error: typeof thrown });
  });
});
