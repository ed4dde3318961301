import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tokens } from './tokens.mjs';

/**
 * A name that a module exports.
 *
 * @typedef {object} PublicName
 * @property {string} name - as it is exported
 * @property {string} file - path of the file that declares it
 * @property {number} line - of its declaration
 * @property {boolean} hasDocumentation - a JSDoc block stands right before the declaration
 */

/**
 * What cannot be followed: `export *`, a name that nothing declares.
 *
 * @typedef {object} Unknown
 * @property {string} file
 * @property {number} line
 * @property {string} text
 */

/**
 * Lists the names that a module exports, following `export { … } from` to the declarations.
 *
 * @param {string} entry - path of the module
 * @returns {{ names: PublicName[], unknown: Unknown[] }}
 */
export function publicNames(entry) {
  const modules = new Map();
  const read = (file) => {
    if (!modules.has(file)) modules.set(file, readModule(file));
    return modules.get(file);
  };
  const names = [];
  const unknown = read(entry).stars.map((line) => ({
    file: entry,
    line,
    text: 'exports everything; list the names one by one',
  }));
  for (const exported of read(entry).exports.keys()) {
    const found = declarationOf(read, entry, exported, new Set());
    if (found.declaration !== undefined) names.push({ name: exported, ...found.declaration });
    else unknown.push({ file: entry, line: found.line, text: `exports ${exported}, which no file declares` });
  }
  return { names, unknown };
}

function declarationOf(read, file, name, visited) {
  const key = `${file} ${name}`;
  if (visited.has(key) || !existsSync(file)) return { line: 1 };
  visited.add(key);
  const module = read(file);
  const exported = module.exports.get(name);
  const line = exported?.line ?? 1;
  if (exported?.from !== undefined)
    return { ...declarationOf(read, resolve(dirname(file), exported.from), exported.local, visited), line };
  const declarations = module.declarations.get(exported?.local ?? name) ?? [];
  if (declarations.length === 0) return { line };
  // Overloads, and a type beside a value of the same name, may share one block.
  const documented = declarations.find(({ hasDocumentation }) => hasDocumentation) ?? declarations[0];
  return { declaration: { file, ...documented }, line };
}

const modifiers = new Set(['export', 'declare', 'abstract', 'async', 'default']);
const keywords = new Set(['function', 'class', 'interface', 'type', 'enum', 'const', 'let', 'var', 'namespace']);

/** The exports and the top-level declarations of one file. */
function readModule(file) {
  const all = tokens(readFileSync(file, 'utf8'));
  const exports = new Map();
  const declarations = new Map();
  const stars = [];
  let depth = 0;
  for (let at = 0; at < all.length; at += 1) {
    const { kind, text, line } = all[at];
    if (kind === 'punctuation' && ['{', '(', '['].includes(text)) depth += 1;
    if (kind === 'punctuation' && ['}', ')', ']'].includes(text)) depth -= 1;
    if (depth !== 0 || kind !== 'word') continue;
    if (text === 'export' && isClause(all, at)) {
      const clause = readClause(all, at);
      if (clause.isStar) stars.push(line);
      for (const entry of clause.entries)
        exports.set(entry.exported, { local: entry.local, from: clause.from, line: entry.line });
      at = clause.end;
    } else if (modifiers.has(text) || keywords.has(text)) {
      const declaration = readDeclaration(all, at);
      if (declaration === undefined) continue;
      const { name, isExported, end } = declaration;
      const hasDocumentation = all[at - 1]?.kind === 'comment' && all[at - 1].text.startsWith('/**');
      declarations.set(name, [...(declarations.get(name) ?? []), { line, hasDocumentation }]);
      if (isExported) exports.set(name, { local: name, from: undefined, line });
      at = end;
    }
  }
  return { exports, declarations, stars };
}

function readDeclaration(all, start) {
  let at = start;
  let isExported = false;
  while (all[at]?.kind === 'word' && modifiers.has(all[at].text)) {
    isExported ||= all[at].text === 'export';
    at += 1;
  }
  if (!keywords.has(all[at]?.text ?? '')) return undefined;
  at += ['enum', '*'].includes(all[at + 1]?.text ?? '') ? 2 : 1;
  return all[at]?.kind === 'word' ? { name: all[at].text, isExported, end: at } : undefined;
}

function isClause(all, at) {
  const next = all[at + 1]?.text === 'type' ? all[at + 2] : all[at + 1];
  return next?.kind === 'punctuation' && ['{', '*'].includes(next.text);
}

/** Reads `export [type] { a, type B as C } [from '…']` and `export * [as ns] from '…'`. */
function readClause(all, start) {
  let at = all[start + 1].text === 'type' ? start + 2 : start + 1;
  const entries = [];
  const isNamespace = all[at].text === '*' && all[at + 1]?.text === 'as';
  const isStar = all[at].text === '*' && !isNamespace;
  if (all[at].text === '{') {
    let words = [];
    for (at += 1; at < all.length; at += 1) {
      const token = all[at];
      if (token.kind === 'word') words.push(token);
      if (token.text !== ',' && token.text !== '}') continue;
      // `type` alone is a name; before another one it marks a type.
      const [first, ...rest] = words.length % 2 === 0 && words[0]?.text === 'type' ? words.slice(1) : words;
      if (first !== undefined)
        entries.push({ local: first.text, exported: rest.at(-1)?.text ?? first.text, line: first.line });
      words = [];
      if (token.text === '}') break;
    }
  }
  at += 1;
  const isFrom = all[at]?.text === 'from' && all[at + 1]?.kind === 'string';
  return { entries, isStar, from: isFrom ? all[at + 1].text : undefined, end: isFrom ? at + 1 : at - 1 };
}
