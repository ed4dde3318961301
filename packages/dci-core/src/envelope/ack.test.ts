import { expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { ackReply, ackSchema, errorReply } from './ack.ts';
import { parseMessage } from './parse-message.ts';

const options = { timestamp: '2026-04-22T10:30:00Z', correlationId: 'c-1' };

test('a refusal satisfies both shapes of the standard', () => {
  expect(errorReply(new DciError('err.signature.expired', 'the signature has expired'), options)).toEqual({
    message: {
      ack_status: 'ERR',
      timestamp: '2026-04-22T10:30:00Z',
      correlation_id: 'c-1',
      error: { code: 'err.signature.invalid', message: 'the signature has expired' },
    },
    errors: [{ code: 'err.signature.expired', message: 'the signature has expired' }],
  });
});

test("a long text is cut off at the standard's limit", () => {
  const reply = errorReply(new DciError('err.internal', 'x'.repeat(1500)), options);
  expect(reply.errors[0]?.message).toHaveLength(999);
  expect(reply.message.error?.message).toHaveLength(999);
});

test.each(['ACK', 'NACK'] as const)('%s', (status) => {
  const reply = ackReply(status, options);
  expect(reply).toEqual({ message: { ack_status: status, timestamp: options.timestamp, correlation_id: 'c-1' } });
  expect(parseMessage(ackSchema, reply, 'body')).toEqual(reply);
});

test.each<[string, JsonValue]>([
  ['an empty object', {}],
  ['only errors', { errors: [] }],
  [
    'an error that is null (OpenG2P), and a timestamp without zone',
    { message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00', correlation_id: null, error: null } },
  ],
  ['OpenCRVS', { error: { code: 400, message: 'bad' } }],
])('%s is read', (_case, body) => {
  expect(() => parseMessage(ackSchema, body, 'body')).not.toThrow();
});

test('a number as code is read as text', () => {
  expect(parseMessage(ackSchema, { error: { code: 400, message: 'bad' } }, 'body').error).toEqual({
    code: '400',
    message: 'bad',
  });
});

test('an unknown ack status is refused', () => {
  expect(() => parseMessage(ackSchema, { message: { ack_status: 'OK' } }, 'body')).toThrow(DciError);
});
