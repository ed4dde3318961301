#!/usr/bin/env node
// Checks the documents: every ```ts block compiles against the workspace, every relative link leads somewhere.
//
// A block ```ts continues … has the ts blocks before it, of the same document, in front of it.
// Blocks ```sh test are run by the end-to-end tests, which take them from shellExamples(); with --shell-examples
// this script prints them as JSON.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchors, codeBlocks, links } from './lib/markdown.mjs';
import { listFiles, slashPath, workspacePackages } from './lib/source-files.mjs';

const workspace = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param {string} root - folder of the workspace
 * @returns {string[]} paths of the documents: README.md, docs/, README.md of packages and apps
 */
export function documents(root) {
  const own = [join(root, 'README.md'), ...workspacePackages(root).map(({ folder }) => join(folder, 'README.md'))];
  return [...own.filter((path) => existsSync(path)), ...listFiles(join(root, 'docs'), (path) => path.endsWith('.md'))];
}

/**
 * A shell example that the end-to-end tests run.
 *
 * @typedef {object} ShellExample
 * @property {string} file - document, from the root
 * @property {number} line - of its first command
 * @property {string} code - the commands
 * @property {string[]} flags - the words after `sh test`
 */

/**
 * Lists the ```sh blocks that have `test` in their info string.
 *
 * @param {string} [root] - folder of the workspace
 * @returns {ShellExample[]} in the order of the documents
 */
export function shellExamples(root = workspace) {
  return documents(root).flatMap((path) =>
    codeBlocks(readFileSync(path, 'utf8'))
      .filter(({ language, flags }) => language === 'sh' && flags.includes('test'))
      .map(({ code, line, flags }) => ({
        file: slashPath(root, path),
        line,
        code,
        flags: flags.filter((flag) => flag !== 'test'),
      })),
  );
}

/**
 * Finds links to files and headings that are not there.
 *
 * @param {string} root - folder of the workspace
 * @returns {string[]} what is wrong, as `file:line text`
 */
export function brokenLinks(root) {
  return documents(root).flatMap((path) =>
    links(readFileSync(path, 'utf8')).flatMap(({ target, line }) => {
      const fault = linkFault(root, path, target);
      return fault === undefined ? [] : [`${slashPath(root, path)}:${line} ${fault}`];
    }),
  );
}

function linkFault(root, path, target) {
  if (/^[a-z][a-z\d+.-]*:/i.test(target) || target.startsWith('//')) return undefined;
  const [file = '', anchor] = target.split('#');
  const place = decodeURIComponent(file.split('?')[0] ?? '');
  const linked = place === '' ? path : place.startsWith('/') ? join(root, place) : resolve(dirname(path), place);
  if (slashPath(root, linked).startsWith('..')) return `link ${target} leaves the repository`;
  if (!existsSync(linked)) return `link ${target} leads to no file`;
  if (anchor === undefined || anchor === '' || !linked.endsWith('.md') || statSync(linked).isDirectory())
    return undefined;
  return anchors(readFileSync(linked, 'utf8')).has(decodeURIComponent(anchor))
    ? undefined
    : `link ${target} leads to no heading`;
}

/**
 * A ```ts block as a file of its own.
 *
 * @typedef {object} Example
 * @property {string} document - path
 * @property {string} code - with the blocks that it continues
 * @property {number[]} lines - of each line of code, its line in the document
 */

/**
 * @param {string} root - folder of the workspace
 * @returns {Example[]}
 */
export function typeScriptExamples(root) {
  return documents(root).flatMap((document) => {
    let before = { code: '', lines: [] };
    return codeBlocks(readFileSync(document, 'utf8'))
      .filter(({ language }) => language === 'ts' || language === 'typescript')
      .map(({ code, line, flags }) => {
        const start = flags.includes('continues') ? before : { code: '', lines: [] };
        const lines = code.split('\n').map((_, position) => line + position);
        before = { code: `${start.code}${code}\n`, lines: [...start.lines, ...lines] };
        return { document, ...before };
      });
  });
}

/**
 * Type-checks the examples of all documents in one program.
 *
 * @param {string} root - folder of the workspace
 * @returns {{ examples: number, faults: string[] }} how many there are; what is wrong, as `file:line text`
 */
export function checkExamples(root) {
  const examples = typeScriptExamples(root);
  if (examples.length === 0) return { examples: 0, faults: [] };
  const folder = join(root, 'node_modules', '.cache', 'check-docs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  linkPackages(root, join(folder, 'node_modules'));
  const files = examples.map(({ code }, position) => {
    const name = `example-${position + 1}.ts`;
    // Each example is a module of its own, also when it neither imports nor exports.
    writeFileSync(join(folder, name), `${code}export {};\n`);
    return name;
  });
  // Examples may declare what they do not go on to use.
  const compilerOptions = { noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions, files }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');

  const compiler = join(workspace, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, stderr, status } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const faults = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => inDocument(root, examples, line));
  if (status !== 0 && faults.length === 0) faults.push(`the type check did not run: ${stderr.trim()}`);
  return { examples: examples.length, faults: [...new Set(faults)] };
}

/** Turns a message of the compiler about an example into one about its document. */
function inDocument(root, examples, message) {
  const [, number, line, text] = /^(?:.*[\\/])?example-(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(message) ?? [];
  const example = examples[Number(number) - 1];
  if (example === undefined) return message;
  const at = example.lines[Number(line) - 1] ?? example.lines.at(-1) ?? 1;
  return `${slashPath(root, example.document)}:${at} ${text}`;
}

/** Puts the packages of the workspace and what they depend on within reach of the examples. */
function linkPackages(root, target) {
  const packages = workspacePackages(root).filter(({ isApp }) => !isApp);
  const places = new Map(packages.map(({ name, folder }) => [name, folder]));
  for (const { folder, manifest } of packages) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const place = join(folder, 'node_modules', name);
      if (!places.has(name) && existsSync(place)) places.set(name, place);
    }
  }
  for (const [name, place] of places) {
    const link = join(target, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(place, link, 'junction');
  }
}

function main() {
  if (process.argv.includes('--shell-examples')) {
    console.log(JSON.stringify(shellExamples(), null, 2));
    return 0;
  }
  const { examples, faults } = checkExamples(workspace);
  const all = [...brokenLinks(workspace), ...faults];
  for (const fault of all) console.error(fault);
  console.log(
    `docs: ${documents(workspace).length} documents, ${examples} examples, ${shellExamples().length} shell examples, ${all.length} violations`,
  );
  return all.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
