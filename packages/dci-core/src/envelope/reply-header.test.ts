import { expect, test } from 'vitest';
import { callbackHeaderSchema } from './callback-header.ts';
import { standardHeader } from './headers.fixtures.ts';
import { parseMessage } from './parse-message.ts';
import { type ReplyHeaderOptions, replyHeader } from './reply-header.ts';
import { requestHeaderSchema } from './request-header.ts';
import { formatTimestamp } from './timestamp.ts';

const request = parseMessage(requestHeaderSchema, standardHeader, 'header');
const options: ReplyHeaderOptions = {
  messageId: 'ffffffff-e29b-41d4-a716-446655440000',
  timestamp: formatTimestamp(1776853801000),
  senderId: 'own.example.org',
  status: 'succ',
  totalCount: 1,
  completedCount: 1,
};

test('ids are swapped, the message id is fresh, absent values are left out', () => {
  const header = replyHeader(request, options);
  expect(header).toEqual({
    version: '1.0.0',
    message_id: options.messageId,
    message_ts: '2026-04-22T10:30:01Z',
    action: 'on-search',
    status: 'succ',
    total_count: 1,
    completed_count: 1,
    sender_id: 'registry.example.org',
    receiver_id: 'mis.example.org',
    is_msg_encrypted: false,
  });
  expect(Object.values(header)).not.toContain(undefined);
  expect(parseMessage(callbackHeaderSchema, header, 'header')).toEqual(header);
});

test('our own id where the request names no receiver', () => {
  const { receiver_id: _, ...rest } = request;
  expect(replyHeader(rest, options).sender_id).toBe('own.example.org');
});

test.each([
  ['search', 'on-search'],
  ['subscribe', 'on-subscribe'],
  ['unsubscribe', 'on-unsubscribe'],
  ['txn-status', 'txn-on-status'],
  ['txn_status', 'txn-on-status'],
  ['Search', 'on-search'],
  ['notify', 'on-notify'],
  ['receipt', 'on-receipt'],
  ['verify', 'on-verify'],
])('%s is answered by %s', (action, reply) => {
  expect(replyHeader({ ...request, action }, options).action).toBe(reply);
});

test('a rejection carries its reason, no longer than the standard allows', () => {
  const header = replyHeader(request, {
    ...options,
    status: 'rjct',
    reasonCode: 'rjct.version.invalid',
    reasonMessage: 'x'.repeat(2000),
    isEncrypted: true,
    meta: { a: 1 },
  });
  expect(header).toMatchObject({
    status: 'rjct',
    status_reason_code: 'rjct.version.invalid',
    is_msg_encrypted: true,
    meta: { a: 1 },
  });
  expect(header.status_reason_message).toHaveLength(999);
});
