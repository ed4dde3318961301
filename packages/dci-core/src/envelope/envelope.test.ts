import { expect, test } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { encryptedMessageSchema } from './encrypted-message.ts';
import { envelopeSchema } from './envelope.ts';
import { standardHeader } from './headers.fixtures.ts';
import { jwksSchema } from './jwks.ts';
import { parseMessage } from './parse-message.ts';

test('an envelope keeps header and message as received', () => {
  const envelope = {
    signature: 'namespace="dci"',
    header: { ...standardHeader, type: 'x' },
    message: { a: [1n, null] },
  };
  expect(parseMessage(envelopeSchema, envelope, 'envelope')).toEqual(envelope);
});

test.each<JsonValue>(['', null])('signature %j is none', (signature) => {
  expect(parseMessage(envelopeSchema, { signature, header: {}, message: {} }, 'envelope').signature).toBeUndefined();
});

test('a callback may come without message', () => {
  expect(parseMessage(envelopeSchema, { header: {} }, 'envelope')).toEqual({ header: {} });
});

test.each<[string, JsonValue]>([
  ['envelope', []],
  ['envelope', null],
  ['envelope.header', {}],
  ['envelope.header', { header: [] }],
  ['envelope.header', { header: 'x' }],
  ['envelope.message', { header: {}, message: [] }],
  ['envelope.message', { header: {}, message: 'x' }],
  ['envelope.signature', { header: {}, signature: {} }],
])('%s is named as the fault of %j', (path, value) => {
  expect(() => parseMessage(envelopeSchema, value, 'envelope')).toThrow(expect.objectContaining({ path }));
});

test('encrypted messages are read with either header', () => {
  const parts = { ciphertext: 'c', encrypted_key: 'k', tag: 't', iv: 'i' };
  const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'x' };
  expect(parseMessage(encryptedMessageSchema, { header, ...parts }, 'message')).toEqual({ header, ...parts });
  expect(parseMessage(encryptedMessageSchema, { protected: 'e30', ...parts }, 'message')).toEqual({
    protected: 'e30',
    ...parts,
  });
  expect(() => parseMessage(encryptedMessageSchema, { header, ...parts, iv: '' }, 'message')).toThrow(
    expect.objectContaining({ path: 'message.iv' }),
  );
});

test('a key set holds objects', () => {
  expect(parseMessage(jwksSchema, { keys: [{ kty: 'OKP' }], extra: 1 }, 'jwks')).toEqual({ keys: [{ kty: 'OKP' }] });
  expect(() => parseMessage(jwksSchema, { keys: ['x'] }, 'jwks')).toThrow(
    expect.objectContaining({ path: 'jwks.keys[0]' }),
  );
  expect(() => parseMessage(jwksSchema, {}, 'jwks')).toThrow(expect.objectContaining({ path: 'jwks.keys' }));
});
