import { DciError } from 'dci-core';

/** One part of a form. */
export interface UploadPart {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Bytes of `action` and `fileFormat`. */
const maxWordBytes = 100;

/**
 * @param name - of a part
 * @param content - its bytes
 * @returns its text, of at most 100 bytes
 * @throws DciError `err.request.bad` with status 413
 */
export async function readWord(name: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await readSmall(name, content, maxWordBytes))
    .toString('utf8')
    .trim();
}

/**
 * @param name - of a part
 * @param content - its bytes
 * @param maxBytes - largest size
 * @returns all of them
 * @throws DciError `err.request.bad` with status 413
 */
export async function readSmall(
  name: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(name, content, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * @param name - of a part
 * @param content - its bytes
 * @param maxBytes - largest size
 * @returns the bytes as they come
 * @throws DciError `err.request.bad` with status 413 as soon as there are more
 */
export async function* bounded(
  name: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new DciError('err.request.bad', `${name} is larger than ${maxBytes} bytes`, { status: 413, path: name });
    }
    yield chunk;
  }
}

/**
 * @param bytes - a JSON file
 * @returns whether it is a list, which has no signature; anything else is judged as a message
 */
export function isList(bytes: Uint8Array): boolean {
  return /^[ \t\r\n]*\[/.test(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'));
}
