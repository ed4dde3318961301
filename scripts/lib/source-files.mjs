import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Folders that hold no source of ours. */
const skipped = new Set(['node_modules', 'dist', 'data', '.turbo', '.git']);

/**
 * Lists the files of a folder and of the folders in it.
 *
 * @param {string} folder - where to look
 * @param {(path: string) => boolean} isWanted - told the path
 * @returns {string[]} paths, sorted
 */
export function listFiles(folder, isWanted) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listFiles(path, isWanted);
      return entry.isFile() && isWanted(path) ? [path] : [];
    })
    .sort();
}

/**
 * A package of the workspace.
 *
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} folder - path of its folder
 * @property {boolean} isApp - stands under `apps/`
 * @property {Record<string, any>} manifest - its package.json
 */

/**
 * @param {string} root - folder of the workspace
 * @returns {WorkspacePackage[]} the packages and apps, in the order of their folders
 */
export function workspacePackages(root) {
  return ['packages', 'apps'].flatMap((group) => {
    const folder = join(root, group);
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return names.flatMap((name) => {
      const path = join(folder, name, 'package.json');
      if (!existsSync(path)) return [];
      const manifest = JSON.parse(readFileSync(path, 'utf8'));
      return [{ name: manifest.name, folder: join(folder, name), isApp: group === 'apps', manifest }];
    });
  });
}

/**
 * @param {string} from - a folder
 * @param {string} to - a path
 * @returns {string} the path seen from the folder, with `/` on every system
 */
export function slashPath(from, to) {
  return relative(from, to).split(sep).join('/');
}
