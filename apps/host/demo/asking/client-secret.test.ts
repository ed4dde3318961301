import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryDirectory } from 'dci-host/testing';
import { expect, test } from 'vitest';
import { clientSecretFile, isClientSecretIssued, leaveClientSecret, reserveClientSecret } from './client-secret.ts';

test('a secret is left in a file that only its owner reads, in whatever order the hosts start', () => {
  using directory = temporaryDirectory();
  const file = clientSecretFile(directory.path);
  expect(isClientSecretIssued(file)).toBe(false);
  reserveClientSecret(file);
  expect(isClientSecretIssued(file)).toBe(false);
  expect(readFileSync(file, 'utf8').trim()).not.toBe('');
  leaveClientSecret(file, 'issued');
  expect(isClientSecretIssued(file)).toBe(true);
  reserveClientSecret(file);
  expect(readFileSync(file, 'utf8')).toBe('issued\n');
  expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  writeFileSync(file, ' ');
  expect(isClientSecretIssued(file)).toBe(false);
});

test('a file that cannot be made is no success', () => {
  using directory = temporaryDirectory();
  writeFileSync(`${directory.path}/demo`, '');
  expect(() => reserveClientSecret(clientSecretFile(directory.path))).toThrow();
});
