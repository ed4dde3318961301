import { expect, test } from 'vitest';
import { callbackHeaderSchema } from './callback-header.ts';
import { standardHeader } from './headers.fixtures.ts';
import { parseMessage } from './parse-message.ts';

test('an empty header is read (the sandbox)', () => {
  expect(parseMessage(callbackHeaderSchema, {}, 'header')).toEqual({});
});

test('a header copied from the request is read (OpenCRVS)', () => {
  expect(parseMessage(callbackHeaderSchema, { ...standardHeader, status: 'SUCC' }, 'header')).toMatchObject({
    action: 'search',
    status: 'succ',
  });
});

test('reason codes outside the standard are kept, null is absent', () => {
  expect(
    parseMessage(
      callbackHeaderSchema,
      { status: null, status_reason_code: 'ERR_INVALID_QUERY', completed_count: '2' },
      'header',
    ),
  ).toEqual({ status_reason_code: 'ERR_INVALID_QUERY', completed_count: 2 });
});

test('a status that is none is refused', () => {
  expect(() => parseMessage(callbackHeaderSchema, { status: 'done' }, 'header')).toThrow(
    expect.objectContaining({ path: 'header.status' }),
  );
});
