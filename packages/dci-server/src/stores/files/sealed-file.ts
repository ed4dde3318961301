import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DciError } from 'dci-core';
import type { Sealer } from 'dci-host';

/** Which file it is, and with what it is sealed. */
export interface SealedFileOptions {
  readonly path: string;
  /** 16 bytes, unique to the file: a frame of another file is no frame of this one. */
  readonly id: Uint8Array;
  readonly sealer: Sealer;
}

/** Writes a sealed file. */
export interface SealedFileWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Writes the end; all of it is on the disk when this resolves. */
  finish(): Promise<void>;
  /** Closes a file that is not finished. */
  close(): Promise<void>;
}

const sealPurpose = 'dci-server/upload';
const idLength = 16;
/** Id, number of the frame, whether it is the last. */
const headLength = idLength + 4 + 1;
/** Plain bytes of a frame. */
const frameLength = 64 * 1024;
/** What the sealer adds: version, nonce, tag. */
const sealLength = 1 + 12 + 16;
const sealedLength = headLength + frameLength + sealLength;

/**
 * Makes a file of sealed frames of 64 KiB (reliability.md SE1): each says which file it belongs to, which number it has
 * and whether it is the last, so that a file whose frames are cut off, exchanged or repeated is not read. Mode 0600.
 *
 * @param options - path and sealer; there must be no such file yet
 * @returns its writer
 */
export async function createSealedFile(options: SealedFileOptions): Promise<SealedFileWriter> {
  const { path, sealer } = options;
  const file = await open(path, 'wx', 0o600);
  const frame = new Uint8Array(headLength + frameLength);
  frame.set(options.id.subarray(0, idLength));
  const numbers = new DataView(frame.buffer);
  let length = 0;
  let index = 0;
  const writeFrame = async (isLast: boolean): Promise<void> => {
    numbers.setUint32(idLength, index);
    frame[headLength - 1] = isLast ? 1 : 0;
    const sealed = sealer.seal(frame.subarray(0, headLength + length), sealPurpose);
    for (let written = 0; written < sealed.length; ) {
      written += (await file.write(sealed, written)).bytesWritten;
    }
    index += 1;
    length = 0;
  };
  return {
    write: async (chunk) => {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + frameLength - length);
        frame.set(part, headLength + length);
        length += part.length;
        at += part.length;
        if (length === frameLength) await writeFrame(false);
      }
    },
    finish: async () => {
      await writeFrame(true);
      await file.sync();
      await file.close();
      await syncDirectory(dirname(path));
    },
    close: () => file.close(),
  };
}

/**
 * Reads a file of {@link createSealedFile}.
 *
 * @param options - path and sealer
 * @param offset - byte of the plain content to begin at
 * @returns the plain bytes from there to the end
 * @throws DciError `err.internal` for a file that is not as it was written
 */
export async function* readSealedFile(
  options: SealedFileOptions,
  offset = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(options.path, 'r');
  try {
    let skipped = offset % frameLength;
    for (let index = Math.floor(offset / frameLength); ; index += 1) {
      const { data, isLast } = await readFrame(file, index, options);
      if (skipped < data.length) yield data.subarray(skipped);
      skipped = 0;
      if (isLast) return;
    }
  } finally {
    await file.close();
  }
}

async function readFrame(
  file: FileHandle,
  index: number,
  { id, sealer }: SealedFileOptions,
): Promise<{ readonly data: Uint8Array; readonly isLast: boolean }> {
  const sealed = new Uint8Array(sealedLength);
  let length = 0;
  for (let read = -1; read !== 0 && length < sealedLength; length += read) {
    read = (await file.read(sealed, length, sealedLength - length, index * sealedLength + length)).bytesRead;
  }
  const plain = sealer.open(sealed.subarray(0, length), sealPurpose);
  const isFrame =
    plain !== undefined &&
    plain.length >= headLength &&
    Buffer.from(id.buffer, id.byteOffset, idLength).equals(plain.subarray(0, idLength)) &&
    new DataView(plain.buffer, plain.byteOffset).getUint32(idLength) === index;
  const data = plain?.subarray(headLength) ?? new Uint8Array();
  const isLast = plain?.[headLength - 1] === 1;
  if (!isFrame || (!isLast && data.length !== frameLength)) {
    throw new DciError('err.internal', 'an uploaded file is not as it was stored');
  }
  return { data, isLast };
}

/** A new name in a directory is on the disk only once the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
