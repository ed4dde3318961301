import { expect, test } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { openSppHeader, standardHeader } from './headers.fixtures.ts';
import { parseMessage } from './parse-message.ts';
import { requestHeaderSchema } from './request-header.ts';

const read = (header: JsonValue) => parseMessage(requestHeaderSchema, header, 'header');

test("the standard's header is read as it is", () => {
  expect(read(standardHeader)).toEqual(standardHeader);
});

test('null and empty members are absent', () => {
  expect(read({ ...openSppHeader, version: '', receiver_id: '', sender_uri: '' })).toEqual({
    message_id: standardHeader.message_id,
    message_ts: standardHeader.message_ts,
    action: 'search',
    sender_id: 'mis.example.org',
    total_count: 0,
    is_msg_encrypted: false,
  });
});

test('members that the standard does not know are left out (G2P)', () => {
  expect(read({ ...standardHeader, type: 'requestHeader' })).toEqual(standardHeader);
});

test.each([['1'], ['0'], [1], [0], [250]])('total_count %j is a count', (count) => {
  expect(read({ ...standardHeader, total_count: count }).total_count).toBe(Number(count));
});

test('total_count may be left out', () => {
  const { total_count: _, ...rest } = standardHeader;
  expect(read(rest).total_count).toBeUndefined();
});

test.each<[string, JsonValue | undefined]>([
  ['message_id', undefined],
  ['message_id', ''],
  ['message_id', 5],
  ['message_id', 'x'.repeat(100)],
  ['message_ts', undefined],
  ['message_ts', '2026-04-22T10:30:00'],
  ['message_ts', 'now'],
  ['message_ts', 1776853800],
  ['action', ''],
  ['action', null],
  ['sender_id', undefined],
  ['sender_id', ''],
  ['sender_uri', 5],
  ['total_count', -1],
  ['total_count', 1.5],
  ['total_count', 'many'],
  ['total_count', '1e3'],
  ['total_count', 12345678901234567890n],
  ['total_count', true],
  ['is_msg_encrypted', 'yes'],
  ['meta', []],
  ['meta', 'x'],
])('%s %s is refused', (member, value) => {
  expect(() => read({ ...standardHeader, [member]: value })).toThrow(
    expect.objectContaining({ code: 'err.request.bad', path: `header.${member}` }),
  );
});
