// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source text as test data
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkArchitecture } from './check-architecture.mjs';
import { findCycles } from './lib/cycles.mjs';
import { importsOf } from './lib/imports.mjs';
import { temporaryTree } from './lib/temporary-tree.mjs';
import { tokens } from './lib/tokens.mjs';

const manifests = {
  'packages/dci-core': { name: 'dci-core', dependencies: { valibot: '1' } },
  'packages/dci-host': {
    name: 'dci-host',
    dependencies: {
      'dci-core': '1',
      hono: '1',
      'drizzle-orm': '1',
      'better-sqlite3': '1',
      'pg-boss': '1',
      '@hono/node-server': '1',
    },
  },
  'packages/dci-server': { name: 'dci-server', dependencies: { 'dci-core': '1', 'dci-host': '1', 'drizzle-orm': '1' } },
  'packages/dci-client': {
    name: 'dci-client',
    dependencies: { 'dci-core': '1' },
    peerDependencies: { 'dci-host': '1' },
  },
  'packages/dci-client-crvs': {
    name: 'dci-client-crvs',
    dependencies: { 'dci-core': '1', 'dci-client': '1' },
    peerDependencies: { 'dci-host': '1' },
  },
  'apps/host': { name: 'dci-host-app', dependencies: { 'dci-core': '1', 'dci-client': '1', 'dci-server': '1' } },
};

/** A workspace in which the given files stand beside sound ones. */
function workspace(files) {
  return temporaryTree({
    'package.json': JSON.stringify({ devDependencies: { vitest: '1' } }),
    ...Object.fromEntries(
      Object.entries(manifests).map(([folder, manifest]) => [`${folder}/package.json`, JSON.stringify(manifest)]),
    ),
    'packages/dci-core/src/index.ts': "export { sound } from './sound.ts';\n",
    'packages/dci-core/src/sound.ts': 'export const sound = 1;\n',
    ...files,
  });
}

function found(files) {
  return checkArchitecture(workspace(files)).violations.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

const host = 'packages/dci-host/src';
const core = 'packages/dci-core/src';

/** What breaks each rule: files, and the violation that must be found. */
const broken = [
  [
    'core imports the host',
    { [`${core}/a.ts`]: "import 'dci-host';" },
    'packages/dci-core/src/a.ts:1 package-direction',
  ],
  [
    'server imports client',
    { 'packages/dci-server/src/a.ts': "\nimport type { X } from 'dci-client';" },
    'packages/dci-server/src/a.ts:2 package-direction',
  ],
  [
    'client imports server, in a test',
    { 'packages/dci-client/src/a.test.ts': "import 'dci-server/testing';" },
    'packages/dci-client/src/a.test.ts:1 package-direction',
  ],
  [
    'a domain client imports another package than it may',
    { 'packages/dci-client-crvs/src/plugin.ts': "export * from 'dci-server';" },
    'packages/dci-client-crvs/src/plugin.ts:1 package-direction',
  ],
  [
    'a manifest depends against the direction',
    { 'packages/dci-core/package.json': JSON.stringify({ name: 'dci-core', devDependencies: { 'dci-host': '1' } }) },
    'packages/dci-core/package.json:1 package-direction',
  ],
  [
    'a package without a place',
    { 'packages/dci-other/package.json': JSON.stringify({ name: 'dci-other' }) },
    'packages/dci-other/package.json:1 package-direction',
  ],
  [
    'a client needs the host outside its plug-in',
    { 'packages/dci-client/src/client.ts': "import type { Plugin } from 'dci-host';" },
    'packages/dci-client/src/client.ts:1 optional-host',
  ],
  [
    'core imports a built-in',
    { [`${core}/a.ts`]: "import { createHash } from 'node:crypto';" },
    'packages/dci-core/src/a.ts:1 core-is-portable',
  ],
  [
    'core imports a built-in without prefix, dynamically',
    { [`${core}/a.ts`]: "const fs = await import('fs/promises');" },
    'packages/dci-core/src/a.ts:1 core-is-portable',
  ],
  [
    'core names a built-in in a type',
    { [`${core}/a.ts`]: "export type T = import('node:net').Socket;" },
    'packages/dci-core/src/a.ts:1 core-is-portable',
  ],
  [
    'drizzle outside its folders',
    { [`${host}/keys/a.ts`]: "import { eq } from 'drizzle-orm/sql';" },
    `${host}/keys/a.ts:1 library-place`,
  ],
  [
    'SQLite outside its folders',
    { [`${host}/a.ts`]: "import Database from 'better-sqlite3';" },
    `${host}/a.ts:1 library-place`,
  ],
  ['pg-boss outside jobs', { [`${host}/database/a.ts`]: "import 'pg-boss';" }, `${host}/database/a.ts:1 library-place`],
  ['hono outside http', { [`${host}/a.ts`]: "import { Hono } from 'hono';" }, `${host}/a.ts:1 library-place`],
  [
    'a hono package outside http',
    { [`${host}/https.ts`]: "import { serve } from '@hono/node-server';" },
    `${host}/https.ts:1 library-place`,
  ],
  [
    'a circle of two files',
    { [`${core}/a.ts`]: "import './b.ts';", [`${core}/b.ts`]: "\nimport './a.ts';" },
    'packages/dci-core/src/a.ts:1 import-cycle',
  ],
  [
    'a circle of types',
    {
      [`${core}/a.ts`]: "import type { B } from './x/b.ts';",
      [`${core}/x/b.ts`]: "export type { C } from './c.ts';",
      [`${core}/x/c.ts`]: "type A = import('../a.ts').A;",
    },
    'packages/dci-core/src/a.ts:1 import-cycle',
  ],
  ['a file that imports itself', { [`${core}/a.ts`]: "import './a.ts';" }, 'packages/dci-core/src/a.ts:1 import-cycle'],
  [
    'its own index',
    { [`${core}/x/a.ts`]: "import { sound } from '../index.ts';" },
    'packages/dci-core/src/x/a.ts:1 own-index',
  ],
  ['its own name', { [`${core}/a.ts`]: "import { sound } from 'dci-core';" }, 'packages/dci-core/src/a.ts:1 own-name'],
  [
    'a relative import that leaves the package',
    { [`${host}/a.ts`]: "import { sound } from '../../dci-core/src/sound.ts';" },
    `${host}/a.ts:1 leaves-package`,
  ],
  [
    'a test that takes code from another package',
    { [`${host}/a.test.ts`]: "import { sound } from '../../dci-core/src/sound.ts';" },
    `${host}/a.test.ts:1 leaves-package`,
  ],
  ['a file that is not there', { [`${core}/a.ts`]: "import './gone.ts';" }, 'packages/dci-core/src/a.ts:1 unresolved'],
  [
    'code that imports a fixture',
    { [`${core}/a.ts`]: "import './x.fixtures.ts';", [`${core}/x.fixtures.ts`]: '' },
    'packages/dci-core/src/a.ts:1 imports-test',
  ],
  [
    'an undeclared library',
    { [`${core}/a.ts`]: "import { z } from 'zod';" },
    'packages/dci-core/src/a.ts:1 undeclared',
  ],
  [
    'a library that only tests may use',
    { [`${core}/a.ts`]: "import { it } from 'vitest';" },
    'packages/dci-core/src/a.ts:1 undeclared',
  ],
  [
    'an undeclared library of a test',
    { [`${core}/a.test.ts`]: "import 'sinon';" },
    'packages/dci-core/src/a.test.ts:1 undeclared',
  ],
  [
    'an undeclared scoped library',
    { [`${core}/a.ts`]: "import '@noble/curves/ed25519';" },
    'packages/dci-core/src/a.ts:1 undeclared',
  ],
  ['a file in camel case', { [`${core}/readJson.ts`]: '' }, 'packages/dci-core/src/readJson.ts:1 file-name'],
  [
    'a folder in another case',
    { [`${core}/code_lists/a.ts`]: '' },
    'packages/dci-core/src/code_lists/a.ts:1 file-name',
  ],
  ['a default export', { [`${core}/a.ts`]: '\n\nexport default 1;' }, 'packages/dci-core/src/a.ts:3 default-export'],
  [
    'a default export by renaming',
    { [`${core}/a.ts`]: 'const a = 1;\nexport { a as default };' },
    'packages/dci-core/src/a.ts:2 default-export',
  ],
  [
    'a default export passed on',
    { [`${core}/a.ts`]: "export { sound as default } from './sound.ts';" },
    'packages/dci-core/src/a.ts:1 default-export',
  ],
  ['a long file', { [`${core}/a.ts`]: 'f();\n'.repeat(501) }, 'packages/dci-core/src/a.ts:1 file-length'],
];

/** What looks like a violation and is none. */
const sound = {
  'the plug-in of a client': {
    'packages/dci-client/src/plugin.ts': "import 'dci-host';",
    'packages/dci-client-crvs/src/plugin/cli.ts': "import 'dci-host';",
  },
  'the test of a plug-in': { 'packages/dci-client/src/plugin.test.ts': "import 'dci-host/testing';" },
  'built-ins outside core and in tests of core': {
    [`${host}/a.ts`]: "import 'node:fs';",
    [`${core}/a.test.ts`]: "import 'node:fs';",
  },
  'libraries in their folders': {
    [`${host}/stores/a.ts`]: "import 'drizzle-orm';",
    [`${host}/jobs/a.ts`]: "import 'pg-boss';",
    [`${host}/http/a.ts`]: "import 'hono/cors';",
  },
  'an app that imports all': {
    'apps/host/src/main.ts': "import 'dci-server';\nimport 'dci-client';\nimport 'dci-core';",
  },
  'a circle through a test': {
    [`${core}/a.ts`]: '',
    [`${core}/a.test.ts`]: "import './a.ts';\nimport './b.test.ts';",
    [`${core}/b.test.ts`]: "import './a.test.ts';",
  },
  'a fixture of another package': {
    [`${host}/a.test.ts`]: "import '../../dci-core/src/x.fixtures.ts';",
    [`${core}/x.fixtures.ts`]: '',
  },
  'a benchmark of another package': {
    'apps/host/bench/main.ts': "import '../../../packages/dci-core/bench/a.ts';",
    'packages/dci-core/bench/a.ts': '',
  },
  'the test of the index': { [`${core}/index.test.ts`]: "import './index.ts';" },
  'words in text and comments': {
    [`${core}/a.ts`]:
      "// import 'dci-host';\n/** {@link import('dci-host').X} */\nexport const text = `import 'hono' ${'export default'}`;\nconst a = { import: 1, default: 2 };\nconst r = /import 'pg'/;\n",
  },
  'a long test, a long list, long data, long comments': {
    [`${core}/a.test.ts`]: 'f();\n'.repeat(600),
    'packages/dci-host/src/index.ts': "export * from './x.ts';\n".repeat(600),
    [`${host}/x.ts`]: '',
    [`${core}/code-lists/a.ts`]: 'f();\n'.repeat(600),
    [`${core}/b.ts`]: '// why\n'.repeat(600),
  },
  'tests, fixtures and configuration by name': {
    [`${core}/a-b.test.ts`]: '',
    [`${core}/a-b.fixtures.ts`]: '',
    'apps/host/dci.config.ts': 'export default {};',
  },
};

describe('check-architecture', () => {
  it('accepts a sound workspace', () => {
    assert.deepEqual(found({}), []);
  });

  for (const [name, files, violation] of broken) {
    it(`finds ${name}`, () => {
      assert.deepEqual(found(files), [violation]);
    });
  }

  for (const [name, files] of Object.entries(sound)) {
    it(`accepts ${name}`, () => {
      assert.deepEqual(found(files), []);
    });
  }

  it('warns of a file past 300 lines', () => {
    const { violations, warnings } = checkArchitecture(workspace({ [`${core}/a.ts`]: 'f();\n'.repeat(301) }));
    assert.deepEqual(
      [violations.length, warnings.map(({ file, rule }) => `${file} ${rule}`)],
      [0, ['packages/dci-core/src/a.ts file-length']],
    );
  });

  it('exits 1 with one line for each violation, 0 with a summary when there is none', () => {
    const script = fileURLToPath(new URL('check-architecture.mjs', import.meta.url));
    const bad = spawnSync(process.execPath, [script, workspace({ [`${core}/a.ts`]: "import 'dci-host';" })], {
      encoding: 'utf8',
    });
    assert.equal(bad.status, 1);
    assert.equal(bad.stderr, 'packages/dci-core/src/a.ts:1 package-direction dci-core must not import dci-host\n');
    const good = spawnSync(process.execPath, [script, workspace({})], { encoding: 'utf8' });
    assert.deepEqual(
      [good.status, good.stdout, good.stderr],
      [0, 'architecture: 2 files, 0 violations, 0 warnings\n', ''],
    );
  });
});

describe('importsOf', () => {
  const cases = {
    "import a, { b as c, type D } from 'x';": ['x'],
    "import type { A } from 'x';\nimport type B from 'y'": ['x', 'y'],
    "import * as ns from 'x';": ['x'],
    "import 'x';": ['x'],
    "import x from './x.json' with { type: 'json' };": ['./x.json'],
    "export * from 'x'; export * as y from 'y'; export { z } from 'z'; export type { T } from 't'; export type * from 'u'":
      ['x', 'y', 'z', 't', 'u'],
    "export { a };\nconst from = 'x';": [],
    "export { a }\nfrom('x')": [],
    "export const from = 'x'; export type A = 'b'": [],
    "const m = await import('x');\ntype T = typeof import('y');\nlet a: import('z').A<import(`w`).B>": [
      'x',
      'y',
      'z',
      'w',
    ],
    "import(`x${1}`); import(path); import.meta.url; a.import('no'); a?.import('no')": [],
    "import fs = require('fs'); const b = require('c'); module.require": ['fs', 'c'],
    "const t = `${`import 'a'`} ${await import('x')} import 'b'`;": ['x'],
    "const a = b / c; import('x'); const d = e / f;": ['x'],
    "const r = /[/'\"]/; import 'x'; const s = x.replace(/'/g, \"'\"); import 'y'": ['x', 'y'],
    "const s = 'it\\'s'; // import 'a'\n/* import 'b' */ import 'x'": ['x'],
    "function* g() { yield /import 'a'/ }\nimport 'x'": ['x'],
  };
  for (const [source, specifiers] of Object.entries(cases)) {
    it(source.replaceAll('\n', ' ⏎ '), () => {
      assert.deepEqual(
        importsOf(source).map(({ specifier }) => specifier),
        specifiers,
      );
    });
  }

  it('knows the lines, also behind text of many lines', () => {
    assert.deepEqual(importsOf("#!/usr/bin/env node\n/*\n*/\nconst a = `\n${1}\n`;\nimport {\n  b,\n} from 'x';"), [
      { specifier: 'x', line: 9 },
    ]);
  });
});

describe('tokens', () => {
  it('ends on every source', () => {
    const source = '\'`${{/*\\"/[n}a1\n';
    for (let length = 0; length < 3000; length += 1) {
      const text = Array.from(
        { length: 8 },
        (_, position) => source[(length * (position + 7) + (length >> position)) % source.length],
      ).join('');
      assert.ok(tokens(text).length <= text.length, text);
    }
  });
});

describe('findCycles', () => {
  const graph = (edges) =>
    new Map(
      Object.entries(edges).map(([node, targets]) => [node, [...targets].map((target) => ({ target, line: 1 }))]),
    );
  const circles = (edges) => findCycles(graph(edges)).map((circle) => circle.map(({ node }) => node).join(''));

  it('finds one shortest circle of each group', () => {
    assert.deepEqual(circles({ a: 'bc', b: 'd', c: 'd', d: '' }), []);
    assert.deepEqual(circles({ a: 'b', b: 'c', c: 'ad', d: '' }), ['abc']);
    assert.deepEqual(circles({ a: 'b', b: 'ca', c: 'a', x: 'y', y: 'x', z: 'z' }).sort(), ['ab', 'xy', 'z']);
  });

  it('does not overflow on a long chain', () => {
    const chain = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`n${index}`, []]));
    const edges = new Map(
      Object.keys(chain).map((node, index) => [node, [{ target: `n${(index + 1) % 5_000}`, line: 1 }]]),
    );
    assert.equal(findCycles(edges)[0].length, 5_000);
  });
});
