import { expect, test } from 'vitest';
import { addressError } from './address-error.ts';

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['EADDRINUSE', 'err.state.conflict', '127.0.0.1', 'the address 127.0.0.1:80 is in use by another program'],
  ['EACCES', 'err.state.conflict', '::1', 'the address [::1]:80 needs rights that this process lacks'],
  ['EADDRNOTAVAIL', 'err.configuration.invalid', '192.0.2.1', 'the address 192.0.2.1:80 is none of this machine'],
  ['ENOTFOUND', 'err.configuration.invalid', 'host.invalid', 'the address host.invalid:80 is none of this machine'],
])('%s is %s', (systemCode, code, host, message) => {
  const cause = systemError(systemCode);
  expect(addressError(cause, host, 80)).toMatchObject({ name: 'DciError', code, message, cause });
});

test('what is not about the address stays as it is', () => {
  const error = systemError('EMFILE');
  expect(addressError(error, '127.0.0.1', 80)).toBe(error);
});
