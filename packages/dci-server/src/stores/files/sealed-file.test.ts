import nodeCrypto from 'node:crypto';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from 'dci-core';
import { createSealer } from 'dci-host';
import { temporaryDirectory } from 'dci-host/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createSealedFile, readSealedFile } from './sealed-file.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());
const sealer = createSealer(new Uint8Array(32).fill(7), createRandom(nodeCrypto.webcrypto));
const frame = 64 * 1024;
const sealedFrame = frame + 21 + 29;
let count = 0;

async function written(length: number) {
  count += 1;
  const options = { path: join(directory.path, `file-${count}`), id: nodeCrypto.randomBytes(16), sealer };
  const content = nodeCrypto.randomBytes(length);
  const writer = await createSealedFile(options);
  for (let at = 0; at < length; at += 10_007) await writer.write(content.subarray(at, at + 10_007));
  await writer.finish();
  return { ...options, content };
}

async function readAll(options: Parameters<typeof readSealedFile>[0], offset = 0): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of readSealedFile(options, offset)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a sealed file', () => {
  it.each([0, 1, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 5])(
    'of %i bytes is read as it was written',
    async (length) => {
      const file = await written(length);
      expect((await readAll(file)).equals(file.content)).toBe(true);
      for (const offset of [1, frame - 1, frame, frame + 1, length - 1].filter((at) => at >= 0 && at <= length)) {
        expect((await readAll(file, offset)).equals(file.content.subarray(offset)), `from ${offset}`).toBe(true);
      }
      expect(statSync(file.path).mode & 0o777).toBe(0o600);
    },
  );

  it('holds nothing in clear', async () => {
    const options = { path: join(directory.path, 'clear'), id: new Uint8Array(16), sealer };
    const writer = await createSealedFile(options);
    await writer.write(Buffer.from('UIN,12345678'));
    await writer.finish();
    expect(readFileSync(options.path).includes('12345678')).toBe(false);
  });

  it.each<[string, (bytes: Buffer, other: Buffer) => Buffer]>([
    ['cut at a frame', (bytes) => bytes.subarray(0, 2 * sealedFrame)],
    ['cut within a frame', (bytes) => bytes.subarray(0, 2 * sealedFrame + 100)],
    ['empty', () => Buffer.alloc(0)],
    [
      'with a changed byte',
      (bytes) => Buffer.from(bytes.map((byte, index) => (index === sealedFrame + 500 ? byte ^ 1 : byte))),
    ],
    [
      'with exchanged frames',
      (bytes) =>
        Buffer.concat([
          bytes.subarray(sealedFrame, 2 * sealedFrame),
          bytes.subarray(0, sealedFrame),
          bytes.subarray(2 * sealedFrame),
        ]),
    ],
    [
      'with a frame left out',
      (bytes) => Buffer.concat([bytes.subarray(0, sealedFrame), bytes.subarray(2 * sealedFrame)]),
    ],
    [
      'with a frame of another file',
      (bytes, other) =>
        Buffer.concat([
          bytes.subarray(0, sealedFrame),
          other.subarray(sealedFrame, 2 * sealedFrame),
          bytes.subarray(2 * sealedFrame),
        ]),
    ],
  ])('%s is not read', async (_name, change) => {
    const file = await written(3 * frame + 5);
    const other = await written(3 * frame + 5);
    writeFileSync(file.path, change(readFileSync(file.path), readFileSync(other.path)));
    await expect(readAll(file)).rejects.toMatchObject({ code: 'err.internal' });
  });

  it('that was not finished is not read', async () => {
    const options = { path: join(directory.path, 'open'), id: new Uint8Array(16), sealer };
    const writer = await createSealedFile(options);
    await writer.write(new Uint8Array(frame));
    await writer.close();
    await expect(readAll(options)).rejects.toMatchObject({ code: 'err.internal' });
    truncateSync(options.path);
  });
});
