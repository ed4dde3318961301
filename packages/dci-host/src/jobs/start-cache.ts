import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'job-queue-';
const digestLength = 32;

/** A file that saves work at the next start, and that may be missing, damaged or deleted at any time. */
export interface StartCache {
  /**
   * Takes what was kept out of the cache, so that a process that it kills does not find it again.
   *
   * @returns what was kept for this version, or `undefined` where there is none that is whole
   */
  take(): Uint8Array<ArrayBuffer> | undefined;
  /** Puts what was taken back, once it has proved good. */
  putBack(): void;
  /**
   * Keeps bytes for this version and removes those of others. Where that fails nothing is kept.
   *
   * @param bytes - what to keep
   */
  write(bytes: Uint8Array): void;
}

/**
 * Makes the cache of one version. The file begins with the SHA-256 of the rest, so that one that was cut off or
 * changed is not used.
 *
 * @param directory - absolute; it is made when it is needed, its parent is not
 * @param version - text that differs wherever the bytes of another version do not fit
 * @returns the cache
 */
export function createStartCache(directory: string, version: string): StartCache {
  const name = `${prefix}${createHash('sha256').update(version).digest('hex').slice(0, 16)}.bin`;
  const path = join(directory, name);
  const taken = `${path}.taken`;
  return {
    take() {
      try {
        renameSync(path, taken);
        const content = new Uint8Array(readFileSync(taken));
        const bytes = content.slice(digestLength);
        return digestOf(bytes).equals(content.subarray(0, digestLength)) ? bytes : undefined;
      } catch {
        return undefined;
      }
    },
    write(bytes) {
      const unfinished = `${path}.new`;
      // A full disk, for example: the next start takes longer, and nothing else.
      quietly(() => {
        // Not its parent, which may have been removed on purpose.
        if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 });
        writeFileSync(unfinished, Buffer.concat([digestOf(bytes), bytes]), { mode: 0o600 });
        renameSync(unfinished, path);
        for (const other of readdirSync(directory)) {
          if (other.startsWith(prefix) && other !== name) rmSync(join(directory, other), { force: true });
        }
      });
      quietly(() => rmSync(unfinished, { force: true }));
    },
    putBack() {
      quietly(() => renameSync(taken, path));
    },
  };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // It is only a cache.
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
