#!/usr/bin/env node
// Checks what each package publishes: packs it, lints the tarball with publint, holds the manifest against the files,
// and asks for a doc comment before every public name. Run after the build.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { importFaults, manifestFaults, packPackages } from './lib/packed-package.mjs';
import { publicNames } from './lib/public-names.mjs';
import { slashPath, workspacePackages } from './lib/source-files.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Checks the doc comments of what a package exports, at every entry.
 *
 * @param {string} base - folder that messages name files from
 * @param {import('./lib/source-files.mjs').WorkspacePackage} owner - the package
 * @returns {{ names: number, faults: string[] }} number of public names, and what is wrong
 */
export function checkDocumentation(base, owner) {
  const entries = new Set(Object.values(owner.manifest.exports ?? {}).flatMap((target) => target['dci-source'] ?? []));
  const faults = new Set();
  let count = 0;
  for (const entry of entries) {
    const path = join(owner.folder, entry);
    if (!existsSync(path)) {
      faults.add(`${slashPath(base, path)}:1 is an entry of ${owner.name} and does not exist`);
      continue;
    }
    const { names, unknown } = publicNames(path);
    count += names.length;
    for (const { file, line, text } of unknown) faults.add(`${slashPath(base, file)}:${line} ${text}`);
    for (const { name, file, line, hasDocumentation } of names) {
      if (!hasDocumentation) faults.add(`${slashPath(base, file)}:${line} ${name} is public and has no doc comment`);
    }
  }
  if (entries.size === 0)
    faults.add(`${slashPath(base, owner.folder)}/package.json:1 no export has the condition dci-source`);
  return { names: count, faults: [...faults] };
}

/** Lints and checks one packed package. */
async function checkPacked({ name, tarball, files }, owner) {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  const read = (path) => readFileSync(join(owner.folder, path), 'utf8');
  const faults = [
    ...messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code),
    ...manifestFaults(pkg, files),
    ...importFaults(pkg, files, read),
  ];
  return faults.map((fault) => `${name}: ${fault}`);
}

async function main() {
  const packages = workspacePackages(root).filter(({ isApp }) => !isApp);
  const destination = mkdtempSync(join(tmpdir(), 'dci-pack-'));
  try {
    const documented = packages.map((owner) => checkDocumentation(root, owner));
    const packed = await packPackages(root, destination);
    const checked = packages.map(async (owner) => {
      const found = packed.find(({ name }) => name === owner.name);
      return found === undefined ? [`${owner.name}: was not packed`] : checkPacked(found, owner);
    });
    const faults = [...documented.flatMap((result) => result.faults), ...(await Promise.all(checked)).flat()];
    for (const fault of faults) console.error(fault);
    const names = documented.reduce((sum, result) => sum + result.names, 0);
    console.log(`exports: ${packages.length} packages, ${names} public names, ${faults.length} violations`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    rmSync(destination, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
