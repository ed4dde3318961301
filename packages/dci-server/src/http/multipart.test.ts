import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { formOf } from '../uploads/uploads.fixtures.ts';
import { readForm } from './multipart.ts';

const options = { contentType: 'multipart/form-data; boundary=x-boundary-x', maxParts: 4 };
const bytes = formOf([
  { name: 'a', content: 'one' },
  { name: 'b', content: 'two'.repeat(100) },
]);

async function* chunks(whole: Uint8Array, size: number, end?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  if (end !== undefined) throw end;
}

async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('a form', () => {
  it.each([1, 7, 64, 10_000])('in pieces of %i bytes is read part by part', async (size) => {
    const parts: [string, string][] = [];
    await readForm(chunks(bytes, size), options, async ({ name, content }) => {
      parts.push([name, await text(content)]);
    });
    expect(parts).toEqual([
      ['a', 'one'],
      ['b', 'two'.repeat(100)],
    ]);
  });

  it.each([10, 100, 130, 200, 300, bytes.length - 3])(
    'that breaks off after %i bytes ends whoever reads it',
    async (length) => {
      const reason = new DciError('err.request.bad', 'the request broke off');
      let open = 0;
      const reading = readForm(chunks(bytes.subarray(0, length), 50, reason), options, async ({ content }) => {
        open += 1;
        try {
          await text(content);
        } finally {
          open -= 1;
        }
      });
      await expect(reading).rejects.toBe(reason);
      expect(open).toBe(0);
    },
  );

  it('of many megabytes does not come faster than it is read', async () => {
    const size = 16 * 1024 * 1024;
    const large = formOf([{ name: 'a', content: new Uint8Array(size) }]);
    let sent = 0;
    let read = 0;
    let ahead = 0;
    async function* source() {
      for await (const chunk of chunks(large, 64 * 1024)) {
        sent += chunk.length;
        ahead = Math.max(ahead, sent - read);
        yield chunk;
      }
    }
    await readForm(source(), options, async ({ content }) => {
      for await (const chunk of content) {
        await new Promise(setImmediate);
        read += chunk.length;
      }
    });
    expect(read).toBe(size);
    expect(ahead).toBeLessThan(1024 * 1024);
  });

  it('a part that is not read is passed over', async () => {
    const names: string[] = [];
    const large = formOf([
      { name: 'a', content: 'x'.repeat(500_000) },
      { name: 'b', content: '' },
    ]);
    await readForm(chunks(large, 1000), options, async ({ name }) => {
      names.push(name);
    });
    expect(names).toEqual(['a', 'b']);
  });

  it('what whoever reads it throws is thrown', async () => {
    const reason = new DciError('err.signature.missing', 'no');
    await expect(
      readForm(chunks(bytes, 20), options, async () => {
        throw reason;
      }),
    ).rejects.toBe(reason);
  });
});
