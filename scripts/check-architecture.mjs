#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
// Checks the rules of the house (docs: architecture, "The house" and "Rules of the house") on every source file.
// Type-only imports count like others: they make files depend on each other just as much.
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCycles } from './lib/cycles.mjs';
import { importsOf } from './lib/imports.mjs';
import { listFiles, slashPath, workspacePackages } from './lib/source-files.mjs';
import { tokens } from './lib/tokens.mjs';

/** Which packages of the workspace a package may import. `*` in a name stands for any ending. Apps may import all. */
const allowedImports = [
  ['dci-core', []],
  ['dci-host', ['dci-core']],
  ['dci-server', ['dci-core', 'dci-host']],
  ['dci-client', ['dci-core', 'dci-host']],
  ['dci-client-*', ['dci-core', 'dci-host', 'dci-client']],
];

/** Files of `dci-client` and the domain clients that may know `dci-host`, an optional peer dependency. */
const pluginFiles = /^src\/plugin(\.ts$|\/)/;

/** Libraries that appear only in files below a folder of one of these names. */
const libraryFolders = [
  { libraries: ['drizzle-orm', 'better-sqlite3', 'pg'], folders: ['stores', 'adapters', 'database'] },
  { libraries: ['pg-boss'], folders: ['jobs'] },
  { libraries: ['hono', '@hono/*'], folders: ['http'] },
];

const warnLines = 300;
const maximumCodeLines = 500;

/** Folders whose files are data, however long. */
const dataFolders = /(^|\/)(code-lists|vectors|demo\/data)\//;
const testFile = /(\.(test|test-d|fixtures|bench)\.ts$)|(^|\/)(test|bench)\//;
/** Benchmarks are not shipped; those of one package may run those of another. */
const benchFolder = /\/bench\//;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const kebabCaseFile = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|fixtures|bench|config|d))*\.ts$/;
const builtins = new Set(builtinModules);

/**
 * One broken rule.
 *
 * @typedef {object} Violation
 * @property {string} file - path from the root
 * @property {number} line
 * @property {string} rule - short name
 * @property {string} text - what is wrong and what to do instead
 */

/**
 * Checks a workspace.
 *
 * @param {string} root - its folder
 * @returns {{ files: number, violations: Violation[], warnings: Violation[] }}
 */
export function checkArchitecture(root) {
  const packages = workspacePackages(root);
  const rootManifest = existsSync(join(root, 'package.json'))
    ? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    : {};
  const violations = packages.flatMap((owner) => checkManifest(root, owner, packages));
  const warnings = [];
  /** @type {Map<string, { target: string, line: number }[]>} */
  const graph = new Map();
  let files = 0;
  for (const owner of packages) {
    for (const path of listFiles(owner.folder, (name) => /\.[cm]?tsx?$/.test(name))) {
      files += 1;
      const file = readFile(root, owner, path);
      const report = (rule, line, text) => violations.push({ file: file.name, line, rule, text });
      checkNames(file, report);
      checkDefaultExport(file, report);
      checkLength(file, report, (text) => warnings.push({ file: file.name, line: 1, rule: 'file-length', text }));
      const edges = [];
      for (const found of file.imports) {
        const target = checkImport(file, found, { packages, rootManifest }, (rule, text) =>
          report(rule, found.line, text),
        );
        if (target !== undefined) edges.push({ target, line: found.line });
      }
      graph.set(path, edges);
    }
  }
  for (const cycle of findCycles(graph)) {
    const names = cycle.map(({ node }) => slashPath(root, node));
    const text = `imports in a circle: ${[...names, names[0]].join(' → ')}; move what they share into a file of its own`;
    violations.push({ file: names[0], line: cycle[0].line, rule: 'import-cycle', text });
  }
  return { files, violations, warnings };
}

/** What the rules know about one file. */
function readFile(root, owner, path) {
  const source = readFileSync(path, 'utf8');
  const inPackage = slashPath(owner.folder, path);
  return {
    path,
    owner,
    /** Path from the root, for messages. */
    name: slashPath(root, path),
    inPackage,
    isTest: testFile.test(inPackage),
    source,
    tokens: tokens(source),
    imports: importsOf(source),
  };
}

function checkManifest(root, owner, packages) {
  const file = slashPath(root, join(owner.folder, 'package.json'));
  if (owner.isApp) return [];
  const allowed = allowedFor(owner.name);
  if (allowed === undefined) {
    return [
      {
        file,
        line: 1,
        rule: 'package-direction',
        text: `${owner.name} has no place in the house: add it to allowedImports of this check`,
      },
    ];
  }
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = owner.manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies })
    .filter((name) => packages.some((other) => other.name === name) && !allowed.includes(name))
    .map((name) => ({ file, line: 1, rule: 'package-direction', text: `${owner.name} must not depend on ${name}` }));
}

function checkNames(file, report) {
  const parts = file.inPackage.split('/');
  const base = parts.pop() ?? '';
  if (!kebabCaseFile.test(base)) report('file-name', 1, `${base} is not in kebab-case`);
  for (const folder of parts)
    if (!kebabCase.test(folder)) report('file-name', 1, `folder ${folder} is not in kebab-case`);
}

function checkDefaultExport(file, report) {
  // The runner of tests and benchmarks loads configuration files by their default export.
  if (file.owner.isApp || file.inPackage.endsWith('.config.ts')) return;
  const code = file.tokens.filter(({ kind }) => kind !== 'comment');
  code.forEach((token, position) => {
    const isExport = token.text === 'export' && token.kind === 'word' && code[position + 1]?.text === 'default';
    const isRenamed =
      token.text === 'as' &&
      code[position + 1]?.text === 'default' &&
      ['}', ','].includes(code[position + 2]?.text ?? '');
    if (isExport || (isRenamed && isExportClause(code, position))) {
      report(
        'default-export',
        token.line,
        'exports a default; give it a name, so that it is called the same everywhere',
      );
    }
  });
}

function isExportClause(code, position) {
  for (let at = position; at >= 0; at -= 1) {
    if (code[at].text === '{')
      return code[at - 1]?.text === 'export' || (code[at - 1]?.text === 'type' && code[at - 2]?.text === 'export');
  }
  return false;
}

function checkLength(file, report, warn) {
  if (file.isTest || dataFolders.test(file.inPackage)) return;
  const lines = new Set();
  for (const token of file.tokens) {
    if (token.kind === 'comment') continue;
    for (let line = token.line; line <= token.endLine; line += 1) lines.add(line);
  }
  const all = file.source.split('\n').length - 1;
  const isList = file.inPackage.endsWith('index.ts');
  if (lines.size > maximumCodeLines && !isList)
    report('file-length', 1, `${lines.size} lines of code, at most ${maximumCodeLines}: split it by concept`);
  else if (all > warnLines && !isList) warn(`${all} lines, more than ${warnLines}: is it still one concept?`);
}

/** Checks one import. Returns the file of the same package that it leads to. */
function checkImport(file, { specifier }, { packages, rootManifest }, report) {
  if (specifier.startsWith('.')) return checkRelativeImport(file, specifier, report);
  const { owner, isTest } = file;
  const name = packageName(specifier);
  if (specifier.startsWith('node:') || builtins.has(name)) {
    if (owner.name === 'dci-core' && !isTest)
      report('core-is-portable', `dci-core runs in browsers too: ${specifier} comes in as a parameter`);
    return undefined;
  }
  if (name === owner.name) {
    report('own-name', `imports its own package by name; import the concrete file`);
    return undefined;
  }
  const isOurs = packages.some((other) => other.name === name);
  if (isOurs && !checkDirection(file, name, report)) return undefined;
  checkDeclared(file, name, rootManifest, report);
  if (!isTest) checkLibraryFolder(file, name, report);
  return undefined;
}

function checkRelativeImport(file, specifier, report) {
  const target = resolve(dirname(file.path), specifier);
  const inPackage = slashPath(file.owner.folder, target);
  if (inPackage.startsWith('..')) {
    const isShared =
      file.isTest &&
      (target.endsWith('.fixtures.ts') || benchFolder.test(slashPath(dirname(file.owner.folder), target)));
    if (!isShared) report('leaves-package', `${specifier} leaves the package; import the other package by name`);
    return undefined;
  }
  if (!existsSync(target))
    report('unresolved', `${specifier} is no file; relative imports name the file with its extension`);
  const isOwnTest = file.isTest && dirname(target) === dirname(file.path);
  if (/(^|\/)index\.ts$/.test(inPackage) && !isOwnTest)
    report('own-index', `imports ${inPackage} of its own package; import the concrete file`);
  if (!file.isTest && testFile.test(inPackage)) report('imports-test', `${specifier} is for tests only`);
  return file.isTest ? undefined : target;
}

/** Returns whether the import may be there at all. */
function checkDirection(file, name, report) {
  const { owner, inPackage, isTest } = file;
  if (owner.isApp) return true;
  if (!(allowedFor(owner.name) ?? []).includes(name)) {
    report('package-direction', `${owner.name} must not import ${name}`);
    return false;
  }
  const isOptional = name === 'dci-host' && owner.name.startsWith('dci-client');
  if (!isOptional || isTest || pluginFiles.test(inPackage)) return true;
  report('optional-host', `${owner.name} works without dci-host: only src/plugin.ts and src/plugin/ may import it`);
  return false;
}

function checkDeclared(file, name, rootManifest, report) {
  const { manifest } = file.owner;
  const shipped = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const forTests = { ...shipped, ...manifest.devDependencies, ...rootManifest.devDependencies };
  const declared = file.isTest || !file.inPackage.startsWith('src/') ? forTests : shipped;
  if (Object.hasOwn(declared, name)) return;
  const section = file.isTest ? 'devDependencies' : 'dependencies';
  report('undeclared', `${name} is not in ${section} of ${file.owner.name}`);
}

function checkLibraryFolder(file, name, report) {
  for (const { libraries, folders } of libraryFolders) {
    if (!libraries.some((library) => matches(library, name))) continue;
    const parts = file.inPackage.split('/').slice(0, -1);
    if (!folders.some((folder) => parts.includes(folder)))
      report('library-place', `${name} appears only below ${folders.map((folder) => `${folder}/`).join(', ')}`);
  }
}

function allowedFor(name) {
  return allowedImports.find(([pattern]) => matches(pattern, name))?.[1];
}

function matches(pattern, name) {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function packageName(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, violations, warnings } = checkArchitecture(
    process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'),
  );
  for (const { file, line, rule, text } of warnings) console.warn(`${file}:${line} ${rule} (warning) ${text}`);
  for (const { file, line, rule, text } of violations) console.error(`${file}:${line} ${rule} ${text}`);
  console.log(`architecture: ${files} files, ${violations.length} violations, ${warnings.length} warnings`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
