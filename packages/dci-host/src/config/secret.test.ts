import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { isSecretReference, resolveSecret, Secret } from './secret.ts';

describe('Secret', () => {
  test('shows itself to reveal() only', () => {
    const secret = new Secret('canary-4711');
    expect(secret.reveal()).toBe('canary-4711');
    const shown = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret)];
    for (const text of [...shown, ...Object.values(secret).map(String)]) expect(text).not.toContain('canary');
    expect(shown.every((text) => text.includes('[secret]'))).toBe(true);
  });
});

describe('resolveSecret', () => {
  test('reads a variable and a file, without surrounding white space', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'key'), ' from file \n');
    const sources = { env: { KEY: ' from env ' }, directory: directory.path };
    expect(resolveSecret('env:KEY', sources).reveal()).toBe('from env');
    expect(resolveSecret('file:key', sources).reveal()).toBe('from file');
    expect(resolveSecret(`file:${join(directory.path, 'key')}`, sources).reveal()).toBe('from file');
  });

  test.each(['env:MISSING', 'env:EMPTY', 'file:missing'] as const)('%s is a fault', (reference) => {
    expect(() => resolveSecret(reference, { env: { EMPTY: ' ' }, directory: '/' })).toThrow(/missing or empty/);
  });

  test.each(['plain text', 'env:', 'env:1X', 'env:A B', 'file:', ''])('%j is no reference', (text) => {
    expect(isSecretReference(text)).toBe(false);
  });
});
