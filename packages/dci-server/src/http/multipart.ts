import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { DciError } from 'dci-core';

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** Its bytes as they come; to be read once, before the next part is taken. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** How a form is read. */
export interface FormOptions {
  /** The `Content-Type` header, with the boundary. */
  readonly contentType: string;
  /** Most parts. */
  readonly maxParts: number;
}

/** Bytes of the header of a part; the longest that is needed has a name and the name of a file. */
const maxHeaderBytes = 4 * 1024;
const maxHeaders = 16;

/**
 * Reads a `multipart/form-data` body part by part while it comes (RFC 7578). No more of it is held in memory than one
 * part has waiting to be read, so whoever reads slowly slows the sender down.
 *
 * @param body - the bytes as they come
 * @param options - boundary and bounds
 * @param take - is called with each part, one after another; what it leaves unread is passed over
 * @throws DciError `err.request.bad` for a body that is no such form or breaks off; what `take` and `body` throw
 */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  options: FormOptions,
  take: (part: FormPart) => Promise<void>,
): Promise<void> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const finished = Promise.withResolvers<void>();
  const streams = new Set<BusboyFileStream>();
  let taken: Promise<void> = Promise.resolve();
  const form = new Busboy({
    headers: { 'content-type': options.contentType },
    // Every part is read as it comes, so that each has the bound that it needs.
    isPartAFile: () => true,
    limits: { parts: options.maxParts, headerPairs: maxHeaders, headerSize: maxHeaderBytes },
  });
  form.on('file', (name: string | undefined, stream) => {
    streams.add(stream);
    // Told by whoever reads it; without a listener it would end the process.
    stream.on('error', () => {});
    taken = taken.then(async () => {
      if (name === undefined || name === '') throw malformed('a part of the form has no name');
      await take({ name, content: contentOf(stream) });
      stream.resume();
      streams.delete(stream);
    });
    taken.catch(failed.reject);
  });
  form.on('partsLimit', () => failed.reject(malformed(`the form has more than ${options.maxParts} parts`)));
  form.on('error', () => failed.reject(malformed(incomplete)));
  form.on('finish', () => finished.resolve());
  try {
    for await (const chunk of body) await Promise.race([written(form, chunk), failed.promise]);
    form.end();
    await Promise.race([finished.promise, failed.promise]);
    await taken;
  } catch (error) {
    // Whoever reads a part must end, to clean up, before the request is answered.
    const reason = error instanceof Error ? error : new Error('the form was given up', { cause: error });
    for (const stream of streams) stream.destroy(reason);
    await taken.catch(() => {});
    throw error;
  }
}

function written(form: InstanceType<typeof Busboy>, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    form.write(chunk, () => resolve());
  });
}

async function* contentOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw error instanceof DciError ? error : malformed(incomplete);
  }
}

const incomplete = 'the body is not a complete multipart form';

function malformed(message: string): DciError {
  return new DciError('err.request.bad', message);
}
