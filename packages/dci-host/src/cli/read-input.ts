import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DciError } from 'dci-core';

/**
 * Reads a file, or standard input for `-` and for no name.
 *
 * @param file - path, `-`, or nothing
 * @param sources - standard input and the directory of relative paths
 * @returns the bytes
 * @throws DciError err.request.bad when the file cannot be read
 */
export async function readInput(
  file: string | undefined,
  sources: { readonly stdin: AsyncIterable<Uint8Array | string>; readonly workingDirectory: string },
): Promise<Uint8Array> {
  if (file === undefined || file === '-') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of sources.stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(resolve(sources.workingDirectory, file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new DciError('err.request.bad', `the file ${file} cannot be read${code}`, { cause: error });
  }
}
