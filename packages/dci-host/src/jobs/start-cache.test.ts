import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { createStartCache } from './start-cache.ts';

let parent: TemporaryDirectory;
let directory: string;
beforeEach(() => {
  parent = temporaryDirectory();
  directory = join(parent.path, 'cache');
});
afterEach(() => parent.remove());

const bytes = new TextEncoder().encode('a data directory');
const files = () => readdirSync(directory);

test('gives back what was kept, to the same version only', () => {
  const cache = createStartCache(directory, '1');
  expect(cache.take()).toBeUndefined();
  cache.write(bytes);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, files()[0] ?? '')).mode & 0o777).toBe(0o600);
  expect(createStartCache(directory, '2').take()).toBeUndefined();
  expect(createStartCache(directory, '1').take()).toEqual(bytes);
});

test('what was taken is there again only once it has proved good', () => {
  const cache = createStartCache(directory, '1');
  cache.write(bytes);
  cache.take();
  expect(createStartCache(directory, '1').take()).toBeUndefined();
  cache.putBack();
  expect(createStartCache(directory, '1').take()).toEqual(bytes);
});

test('keeps one version', () => {
  writeFileSync(join(parent.path, 'other'), '');
  createStartCache(directory, '1').write(bytes);
  writeFileSync(join(directory, 'of-somebody-else'), '');
  createStartCache(directory, '2').write(bytes);
  expect(files()).toHaveLength(2);
  expect(createStartCache(directory, '1').take()).toBeUndefined();
  expect(createStartCache(directory, '2').take()).toEqual(bytes);
});

test.each([
  ['cut off', (content: Buffer) => content.subarray(0, -1)],
  ['empty', () => Buffer.alloc(0)],
  ['changed', (content: Buffer) => Buffer.from(content.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))],
])('a file that is %s is not used', (_, change) => {
  const cache = createStartCache(directory, '1');
  cache.write(bytes);
  const path = join(directory, files()[0] ?? '');
  writeFileSync(path, change(readFileSync(path)));
  expect(cache.take()).toBeUndefined();
});

test('where nothing can be written nothing is kept, and nothing fails', () => {
  writeFileSync(directory, 'a file in the way');
  const cache = createStartCache(directory, '1');
  cache.write(bytes);
  cache.putBack();
  expect(cache.take()).toBeUndefined();
  expect(readFileSync(directory, 'utf8')).toBe('a file in the way');
});
