import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { importsOf } from './imports.mjs';

/**
 * A package as it would be published.
 *
 * @typedef {object} PackedPackage
 * @property {string} name
 * @property {string} tarball - path of the tarball
 * @property {string[]} files - paths in the package
 */

/**
 * Packs every package under `packages/` as publishing does: pnpm puts `publishConfig` and the real versions of the
 * workspace's packages into the manifests.
 *
 * @param {string} root - folder of the workspace
 * @param {string} destination - folder for the tarballs
 * @returns {Promise<PackedPackage[]>}
 */
export async function packPackages(root, destination) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const args = [
    '--yes',
    packageManager,
    '--recursive',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    destination,
    '--json',
  ];
  const { stdout } = await promisify(execFile)(npx, args, {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const packed = JSON.parse(stdout);
  return [packed]
    .flat()
    .map(({ name, filename, files }) => ({ name, tarball: filename, files: files.map(({ path }) => path) }));
}

/**
 * Checks what a packed manifest promises against the files of the package.
 *
 * @param {Record<string, any>} manifest - the package.json in the tarball
 * @param {readonly string[]} files - paths in the package
 * @returns {string[]} what is wrong
 */
export function manifestFaults(manifest, files) {
  const faults = [];
  const has = (path) => files.includes(posix.normalize(path));
  for (const [path, value] of leaves(manifest)) {
    if (path.includes('dci-source'))
      faults.push(`${path.join('.')}: the condition dci-source is for the workspace only`);
    if (/^(\.\/)?src(\/|$)/.test(value)) faults.push(`${path.join('.')}: ${value} is source, which is not published`);
    if (value.startsWith('workspace:')) faults.push(`${path.join('.')}: ${value} means nothing outside the workspace`);
    const isTarget = ['exports', 'bin', 'main', 'types', 'module'].includes(path[0] ?? '');
    if (isTarget && !value.includes('*') && !has(value))
      faults.push(`${path.join('.')}: ${value} is not in the package (is it built?)`);
  }
  if (manifest.exports === undefined) faults.push('exports: a package says what it exports');
  for (const name of manifest.files ?? []) {
    if (!files.some((path) => path === name || path.startsWith(`${name}/`))) faults.push(`files: there is no ${name}`);
  }
  for (const path of files) if (path.startsWith('src/')) faults.push(`${path}: source is not published`);
  return faults;
}

function leaves(value, path = []) {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/**
 * Checks that what the built files import will be there: files of the package, packages that the manifest declares.
 *
 * @param {Record<string, any>} manifest - the package.json in the tarball
 * @param {readonly string[]} files - paths in the package
 * @param {(path: string) => string} read - reads a file of the package
 * @returns {string[]} what is wrong
 */
export function importFaults(manifest, files, read) {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const known = new Set(files);
  return files
    .filter((path) => /\.(js|d\.ts)$/.test(path))
    .flatMap((path) =>
      importsOf(read(path)).flatMap(({ specifier, line }) => {
        if (specifier.startsWith('.')) {
          const target = posix.join(posix.dirname(path), specifier);
          // A declaration file names the source; TypeScript takes the declaration beside it.
          const isThere =
            known.has(target) || (path.endsWith('.d.ts') && known.has(target.replace(/\.(ts|js)$/, '.d.ts')));
          return isThere ? [] : [`${path}:${line}: ${specifier} is not in the package`];
        }
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        if (specifier.startsWith('node:') || builtinModules.includes(name)) return [];
        return name === manifest.name || Object.hasOwn(declared, name)
          ? []
          : [`${path}:${line}: ${name} is not declared`];
      }),
    );
}
