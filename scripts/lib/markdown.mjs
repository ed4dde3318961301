/**
 * A fenced code block.
 *
 * @typedef {object} CodeBlock
 * @property {string} language - first word of the info string, lower case; empty when there is none
 * @property {string[]} flags - the other words of the info string
 * @property {string} code - without the fences and their indentation
 * @property {number} line - line of the first line of code, from 1
 */

/**
 * @param {string} text - Markdown
 * @returns {CodeBlock[]} in order
 */
export function codeBlocks(text) {
  return splitBlocks(text).blocks;
}

/**
 * A link or image.
 *
 * @typedef {object} Link
 * @property {string} target - as written
 * @property {number} line
 */

/**
 * @param {string} text - Markdown
 * @returns {Link[]} links, images and link definitions; not what stands in code
 */
export function links(text) {
  const found = [];
  splitBlocks(text).prose.forEach((line, position) => {
    const prose = line.replace(/(`+).*?\1/g, '');
    const targets = [
      ...prose.matchAll(/\]\(\s*<?([^)<>\s]+)>?(?:\s+["'(][^)]*)?\)/g),
      ...prose.matchAll(/^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g),
      ...prose.matchAll(/<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"/g),
    ];
    for (const [, target] of targets) found.push({ target, line: position + 1 });
  });
  return found;
}

/**
 * The names under which headings can be linked to, as the usual forges make them.
 *
 * @param {string} text - Markdown
 * @returns {Set<string>} anchors without `#`
 */
export function anchors(text) {
  const found = new Set();
  for (const line of splitBlocks(text).prose) {
    for (const [, id] of line.matchAll(/<[^>]+\s(?:id|name)="([^"]+)"/g)) found.add(id);
    const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let copy = 1; found.has(anchor); copy += 1) anchor = `${slug}-${copy}`;
    found.add(anchor);
  }
  return found;
}

/** Code blocks, and the text with an empty line for every line of code. */
function splitBlocks(text) {
  const blocks = [];
  const prose = [];
  let open;
  text.split(/\r?\n/).forEach((line, position) => {
    const fence = /^(\s*(?:>\s?)*)(`{3,}|~{3,})\s*([^`]*)$/.exec(line);
    if (open === undefined) {
      if (fence === null) {
        prose.push(line);
        return;
      }
      const [language = '', ...flags] = (fence[3] ?? '').trim().split(/\s+/);
      open = {
        indent: fence[1] ?? '',
        fence: fence[2] ?? '',
        language: language.toLowerCase(),
        flags,
        lines: [],
        line: position + 2,
      };
    } else if (fence !== null && fence[3] === '' && fence[2]?.startsWith(open.fence)) {
      blocks.push({ language: open.language, flags: open.flags, code: open.lines.join('\n'), line: open.line });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
    }
    prose.push('');
  });
  if (open !== undefined)
    blocks.push({ language: open.language, flags: open.flags, code: open.lines.join('\n'), line: open.line });
  return { blocks, prose };
}
