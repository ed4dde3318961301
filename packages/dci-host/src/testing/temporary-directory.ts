import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that a test uses and removes. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
  remove(): void;
}

/**
 * Makes an empty directory.
 *
 * @returns the directory; `using` or `remove` takes it away again
 */
export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 'dci-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return { path, remove, [Symbol.dispose]: remove };
}
