/**
 * Splits TypeScript or JavaScript source into tokens, without a parser: enough to see imports, exports and
 * doc comments and never to mistake text in a string, a template, a comment or a regular expression for code.
 *
 * @typedef {object} Token
 * @property {'word' | 'number' | 'string' | 'template' | 'regex' | 'punctuation' | 'comment'} kind -
 *   `template`: one stretch of template text between its substitutions
 * @property {string} text - as it stands in the source; of a string, its value without quotes
 * @property {number} line - line of its first character, from 1
 * @property {number} endLine - line of its last character
 */

const space = /\s/;
const wordStart = /[\p{ID_Start}$_#@]/u;
const word = /[\p{ID_Continue}$#@]+/uy;
const number = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)n?/y;
const punctuation = /=>|\.{3}|\?\.(?!\d)|[{}()[\];,<>:.?=!&|+\-*/%^~@#\\]/y;

/** Words after which a slash begins a regular expression. */
const beforeExpression = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield extends default'.split(' '),
);

/**
 * @param {string} source - the text of a file
 * @returns {Token[]} its tokens in order, comments included
 */
export function tokens(source) {
  /** @type {Token[]} */
  const found = [];
  /** Braces that are open in each template substitution that we are in. */
  const substitutions = [];
  let at = source.startsWith('#!') ? endOfLine(source, 0) : 0;
  let line = 1;
  /** @type {Token | undefined} The last token that is no comment. */
  let before;

  const add = (kind, end, text = source.slice(at, end)) => {
    const endLine = line + count(source, at, end);
    const token = { kind, text, line, endLine };
    found.push(token);
    if (kind !== 'comment') before = token;
    at = end;
    line = endLine;
  };
  const addTemplate = (start) => {
    const { end, isOpen } = endOfTemplate(source, start);
    add('template', end, source.slice(start, isOpen ? end - 2 : end - 1));
    if (isOpen) substitutions.push(0);
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    if (space.test(character)) {
      if (character === '\n') line += 1;
      at += 1;
    } else if (source.startsWith('//', at)) add('comment', endOfLine(source, at));
    else if (source.startsWith('/*', at)) add('comment', endAfter(source, '*/', at + 2));
    else if (character === '"' || character === "'") {
      const end = endOfString(source, at);
      add('string', end, source.slice(at + 1, end - 1));
    } else if (character === '`') addTemplate(at + 1);
    else if (character === '}' && substitutions.at(-1) === 0) {
      substitutions.pop();
      addTemplate(at + 1);
    } else if (character === '/' && startsExpression(before)) add('regex', endOfRegex(source, at));
    else if (wordStart.test(character)) add('word', match(word, source, at));
    else if (/\d/.test(character)) add('number', match(number, source, at));
    else {
      const depth = substitutions.length - 1;
      if (depth >= 0 && character === '{') substitutions[depth] += 1;
      if (depth >= 0 && character === '}') substitutions[depth] -= 1;
      add('punctuation', match(punctuation, source, at));
    }
  }
  return found;
}

function startsExpression(before) {
  if (before === undefined) return true;
  if (before.kind === 'word') return beforeExpression.has(before.text);
  if (before.kind !== 'punctuation') return false;
  return ![')', ']', '}'].includes(before.text);
}

function match(pattern, source, at) {
  pattern.lastIndex = at;
  const found = pattern.exec(source)?.[0] ?? '';
  return at + (found.length || 1);
}

function endOfString(source, start) {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote) return at + 1;
    else if (source[at] === '\n') return at;
  }
  return source.length;
}

function endOfTemplate(source, start) {
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '`') return { end: at + 1, isOpen: false };
    else if (source.startsWith('${', at)) return { end: at + 2, isOpen: true };
  }
  return { end: source.length, isOpen: false };
}

function endOfRegex(source, start) {
  let isClass = false;
  for (let at = start + 1; at < source.length; at += 1) {
    const character = source[at];
    if (character === '\\') at += 1;
    else if (character === '\n') return at;
    else if (character === '[') isClass = true;
    else if (character === ']') isClass = false;
    else if (character === '/' && !isClass) return endOfFlags(source, at + 1);
  }
  return source.length;
}

function endOfFlags(source, start) {
  let at = start;
  while (/[a-z]/.test(source[at] ?? '')) at += 1;
  return at;
}

function endOfLine(source, start) {
  const end = source.indexOf('\n', start);
  return end < 0 ? source.length : end;
}

function endAfter(source, text, start) {
  const end = source.indexOf(text, start);
  return end < 0 ? source.length : end + text.length;
}

function count(source, start, end) {
  let lines = 0;
  for (let at = source.indexOf('\n', start); at >= 0 && at < end; at = source.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
