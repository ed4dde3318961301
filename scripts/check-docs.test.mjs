import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { brokenLinks, checkExamples, documents, shellExamples, typeScriptExamples } from './check-docs.mjs';
import { anchors, codeBlocks, links } from './lib/markdown.mjs';
import { temporaryTree } from './lib/temporary-tree.mjs';

const base = readFileSync(new URL('../tsconfig.base.json', import.meta.url), 'utf8').replace(
  '"types": ["node"]',
  '"types": []',
);

/** A workspace with one package `greeting` that exports `greet(name: string): string`, and the given documents. */
function workspace(files) {
  return temporaryTree({
    'tsconfig.base.json': base,
    'packages/greeting/package.json': JSON.stringify({
      name: 'greeting',
      type: 'module',
      exports: { '.': { 'dci-source': './src/index.ts', default: './dist/index.js' } },
    }),
    'packages/greeting/src/index.ts': 'export function greet(name: string): string {\n  return name;\n}\n',
    ...files,
  });
}

const fence = '```';
const block = (info, code) => `${fence}${info}\n${code}\n${fence}\n`;

describe('codeBlocks', () => {
  it('reads language, flags, code and line', () => {
    assert.deepEqual(codeBlocks(`# A\n\n${block('ts continues x', 'a\n\nb')}text\n${block('', 'c')}`), [
      { language: 'ts', flags: ['continues', 'x'], code: 'a\n\nb', line: 4 },
      { language: '', flags: [], code: 'c', line: 10 },
    ]);
  });

  it('knows longer fences, tildes, indentation and a fence that is never closed', () => {
    const text = `${fence}\`md\n${block('ts', 'x')}${fence}\`\n- item\n  ${fence}sh\n  a\n    b\n  ${fence}\n~~~ts\n${fence}\n~~~\n${fence}ts\nlast`;
    assert.deepEqual(
      codeBlocks(text).map(({ language, code }) => [language, code]),
      [
        ['md', block('ts', 'x').trimEnd()],
        ['sh', 'a\n  b'],
        ['ts', fence],
        ['ts', 'last'],
      ],
    );
  });
});

describe('links and anchors', () => {
  it('finds links, images and definitions, not in code', () => {
    const text = `[a](x.md) ![b](<y.png> "t") [c](z.md#h 'title') and \`[d](no.md)\` \`\`[e](no.md)\`\`\n${block('md', '[f](no.md)')}\n[g]: w.md "t"\n<img src="v.png">`;
    assert.deepEqual(
      links(text).map(({ target, line }) => `${target}:${line}`),
      ['x.md:1', 'y.png:1', 'z.md#h:1', 'w.md:6', 'v.png:7'],
    );
  });

  it('makes the anchors of headings', () => {
    const text = `# Getting started\n## \`dci verify\`: what it *prints*\n## [Linked](x.md)\n## Twice\n## Twice\n<a id="own"></a>\n${block('md', '# no')}`;
    assert.deepEqual(
      [...anchors(text)],
      ['getting-started', 'dci-verify-what-it-prints', 'linked', 'twice', 'twice-1', 'own'],
    );
  });
});

describe('documents', () => {
  it('are the README files and docs/', () => {
    const root = workspace({
      'README.md': '',
      'docs/a/b.md': '',
      'docs/c.txt': '',
      'packages/greeting/README.md': '',
      'packages/greeting/docs/x.md': '',
    });
    assert.deepEqual(
      documents(root).map((path) => path.slice(root.length + 1)),
      ['README.md', 'packages/greeting/README.md', 'docs/a/b.md'],
    );
  });
});

describe('brokenLinks', () => {
  it('finds links to what is not there', () => {
    const root = workspace({
      'README.md':
        '# Top\n[ok](docs/a.md) [ok](#top) [ok](docs) [web](https://example.org/x) [mail](mailto:a@example.org)\n[no](docs/b.md)\n[no](#bottom)',
      'docs/a.md':
        '[up](../README.md#top) [no](../README.md#gone) [out](../../etc) [root](/README.md) [space](my%20file.md)',
      'docs/my file.md': '',
    });
    assert.deepEqual(brokenLinks(root), [
      'README.md:3 link docs/b.md leads to no file',
      'README.md:4 link #bottom leads to no heading',
      'docs/a.md:1 link ../README.md#gone leads to no heading',
      'docs/a.md:1 link ../../etc leaves the repository',
    ]);
  });
});

describe('shellExamples', () => {
  it('lists the sh blocks that are marked', () => {
    const root = workspace({
      'README.md': `${block('sh', 'no')}${block('sh test server', 'npm start\ndci verify')}${block('bash test', 'no')}`,
    });
    assert.deepEqual(shellExamples(root), [
      { file: 'README.md', line: 5, code: 'npm start\ndci verify', flags: ['server'] },
    ]);
  });
});

describe('checkExamples', () => {
  it('compiles every block as a module of its own', () => {
    const good = "import { greet } from 'greeting';\nconst text: string = greet('you');\nawait Promise.resolve(text);";
    const root = workspace({
      'README.md':
        block('ts', good) +
        block('ts', 'const text = 1;') +
        block('ts continues', 'const more: number = text;') +
        block('js', 'no TypeScript'),
    });
    assert.deepEqual(checkExamples(root), { examples: 3, faults: [] });
  });

  it('reports faults at their line of the document', () => {
    const root = workspace({
      'README.md': `# A\n\n${block('ts', "import { greet } from 'greeting';\n\ngreet(1);")}`,
      'docs/b.md':
        block('ts', 'const a = 1;') +
        block('ts', 'a;') +
        block('ts continues', 'const b: string = 2;') +
        block('ts', "import 'nowhere';\nimport { gone } from 'greeting';"),
    });
    const { examples, faults } = checkExamples(root);
    assert.equal(examples, 5);
    assert.deepEqual(
      faults.map((fault) => fault.replace(/: .*/, '')),
      [
        'README.md:6 error TS2345',
        'docs/b.md:5 error TS2304',
        'docs/b.md:8 error TS2322',
        'docs/b.md:11 error TS2882',
        'docs/b.md:12 error TS2305',
      ],
    );
  });

  it('keeps the lines of continued blocks apart', () => {
    const root = workspace({
      'README.md': `${block('ts', 'const a = 1;')}\n\n${block('ts continues', 'const b = a;\nb.x;')}`,
    });
    assert.deepEqual(
      typeScriptExamples(root).map(({ lines }) => lines),
      [[2], [2, 7, 8]],
    );
    assert.match(checkExamples(root).faults.join(), /^README\.md:8 error TS2339: [^\n]*$/);
  });
});
