import { tokens } from './tokens.mjs';

/**
 * One place where a file names another module.
 *
 * @typedef {object} Import
 * @property {string} specifier - as written
 * @property {number} line
 */

/**
 * Finds every module that a source file names: `import`, `import type`, `export … from`, `import()` of a
 * literal, in expressions and in types, and `require()` of a literal.
 *
 * @param {string} source - the text of the file
 * @returns {Import[]} in the order of the file
 */
export function importsOf(source) {
  const code = tokens(source).filter(({ kind }) => kind !== 'comment');
  const found = [];
  code.forEach((token, position) => {
    if (token.kind !== 'word' || isMember(code, position)) return;
    const specifier = specifierAt(code, position);
    if (specifier !== undefined) found.push({ specifier: specifier.text, line: specifier.line });
  });
  return found;
}

function specifierAt(code, position) {
  const { text } = code[position];
  const next = code[position + 1];
  if (text === 'import' && next?.kind === 'string') return next;
  if ((text === 'import' || text === 'require') && next?.text === '(') {
    const argument = code[position + 2];
    return argument?.kind === 'string' || (argument?.kind === 'template' && code[position + 3]?.text === ')')
      ? argument
      : undefined;
  }
  if (text === 'import') return specifierAfterFrom(code, position + 1);
  if (text !== 'export') return undefined;
  const list = next?.text === 'type' ? position + 2 : position + 1;
  return ['{', '*'].includes(code[list]?.text ?? '') ? specifierAfterFrom(code, list) : undefined;
}

/** Behind an import or export clause: the string after `from`, unless the clause ends before. */
function specifierAfterFrom(code, start) {
  for (let at = start; at < code.length; at += 1) {
    const { kind, text } = code[at];
    const isClause = kind === 'word' || kind === 'string' || ['{', '}', ',', '*'].includes(text);
    if (!isClause) return undefined;
    if (text === 'from' && code[at + 1]?.kind === 'string') return code[at + 1];
    if (text === '}' && code[at + 1]?.text !== 'from') return undefined;
  }
  return undefined;
}

/** `a.import`, `a?.import`, `{ import: 1 }` and `import.meta` name no module. */
function isMember(code, position) {
  const before = code[position - 1]?.text;
  const after = code[position + 1]?.text;
  return before === '.' || before === '?.' || after === ':' || after === '.';
}
