import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/**
 * Makes a folder of files for a test; it goes when the tests of the file are over.
 *
 * @param {Readonly<Record<string, string>>} files - path → text
 * @returns {string} path of the folder
 */
export function temporaryTree(files) {
  const root = mkdtempSync(join(tmpdir(), 'dci-scripts-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}
