import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkDocumentation } from './check-exports.mjs';
import { importFaults, manifestFaults } from './lib/packed-package.mjs';
import { publicNames } from './lib/public-names.mjs';
import { temporaryTree } from './lib/temporary-tree.mjs';

/** Names of a module as `name` or, without a doc comment, `name!`; faults by their text. */
function namesOf(index, files = {}) {
  const { names, unknown } = publicNames(join(temporaryTree({ 'index.ts': index, ...files }), 'index.ts'));
  return [
    ...names.map(({ name, hasDocumentation }) => name + (hasDocumentation ? '' : '!')),
    ...unknown.map(({ text }) => text),
  ];
}

describe('publicNames', () => {
  const declarations = {
    'function f() {}': 'f',
    'async function f() {}': 'f',
    'function* f() {}': 'f',
    'class C<T> extends D {}': 'C',
    'abstract class C {}': 'C',
    'interface I { readonly a: { b: 1 } }': 'I',
    'type T = { [K in A]: B } | (() => void);': 'T',
    'const c = { a: function g() {} };': 'c',
    'const enum E {}': 'E',
    'let v: number;': 'v',
    'declare function f(): void;': 'f',
  };
  for (const [declaration, name] of Object.entries(declarations)) {
    it(`sees ${declaration}`, () => {
      assert.deepEqual(namesOf(`/** Why. */\nexport ${declaration}`), [name]);
      assert.deepEqual(namesOf(`export ${declaration}`), [`${name}!`]);
      assert.deepEqual(namesOf(`// no doc comment\nexport ${declaration}`), [`${name}!`]);
      assert.deepEqual(namesOf(`/* no doc comment */\nexport ${declaration}`), [`${name}!`]);
      assert.deepEqual(namesOf(`/** Of the line before. */\nconst x = 1;\nexport ${declaration}`), [`${name}!`]);
    });
  }

  it('follows names from file to file', () => {
    const files = {
      'a.ts': "export { b as a, type T } from './x/b.ts';\n/** A. */\nexport const own = 1;",
      'x/b.ts': '/** B. */\nfunction b() {}\ninterface T {}\nexport { b, type T };',
    };
    assert.deepEqual(
      namesOf("export { a, own as renamed, type T } from './a.ts';\nexport type { T as U } from './a.ts';", files),
      ['a', 'renamed', 'T!', 'U!'],
    );
  });

  it('takes one block for overloads and for a type beside a value', () => {
    assert.deepEqual(
      namesOf('/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: any) {}'),
      ['f'],
    );
    assert.deepEqual(namesOf('export const a = 1;\n/** A. */\nexport type a = 1;'), ['a']);
  });

  it('does not see what is not at the top level', () => {
    assert.deepEqual(namesOf('/** F. */\nexport function f() { const g = 1; type h = 1; }\nconst x = [class Y {}];'), [
      'f',
    ]);
  });

  it('knows a name that is called type', () => {
    assert.deepEqual(
      namesOf("export { type, type as kind } from './a.ts';", { 'a.ts': '/** T. */\nexport const type = 1;' }),
      ['type', 'kind'],
    );
  });

  it('reports what it cannot follow', () => {
    assert.deepEqual(namesOf("export * from './a.ts';", { 'a.ts': 'export const a = 1;' }), [
      'exports everything; list the names one by one',
    ]);
    assert.deepEqual(
      namesOf("export { a } from './a.ts';\nexport { b };\nexport { c } from './gone.ts';", {
        'a.ts': "export { a } from './index.ts';",
      }),
      ['exports a, which no file declares', 'exports b, which no file declares', 'exports c, which no file declares'],
    );
  });
});

describe('checkDocumentation', () => {
  const check = (exports, files) => {
    const folder = temporaryTree(files);
    return checkDocumentation(folder, { name: 'p', folder, isApp: false, manifest: { exports } });
  };

  it('checks every entry and tells file and line', () => {
    const exports = {
      '.': { 'dci-source': './src/index.ts' },
      './more': { 'dci-source': './src/more.ts' },
      './gone': { 'dci-source': './src/gone.ts' },
    };
    const files = {
      'src/index.ts': "export { a } from './a.ts';",
      'src/a.ts': '\nexport const a = 1;',
      'src/more.ts': '/** B. */\nexport const b = 1;',
    };
    assert.deepEqual(check(exports, files), {
      names: 2,
      faults: ['src/a.ts:2 a is public and has no doc comment', 'src/gone.ts:1 is an entry of p and does not exist'],
    });
  });

  it('asks for the condition of the workspace', () => {
    assert.equal(check({ '.': { default: './dist/index.js' } }, {}).faults.length, 1);
  });
});

describe('manifestFaults', () => {
  const sound = {
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    bin: { dci: './dist/bin.js' },
    files: ['dist', 'README.md'],
    dependencies: { a: '^1.0.0' },
  };
  const files = ['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/bin.js'];

  it('accepts a sound manifest', () => {
    assert.deepEqual(manifestFaults(sound, files), []);
  });

  const broken = {
    'a target that is missing': [
      { exports: { '.': './dist/other.js' } },
      'exports..: ./dist/other.js is not in the package (is it built?)',
    ],
    'a program that is missing': [
      { bin: { dci: './dist/cli.js' } },
      'bin.dci: ./dist/cli.js is not in the package (is it built?)',
    ],
    'the condition of the workspace': [
      { exports: { '.': { 'dci-source': './dist/index.js' } } },
      'exports...dci-source: the condition dci-source is for the workspace only',
    ],
    'source as a target': [
      { types: 'src/index.ts' },
      'types: src/index.ts is source, which is not published',
      'types: src/index.ts is not in the package (is it built?)',
    ],
    'source among the files': [
      { files: ['dist', 'src'] },
      'files.1: src is source, which is not published',
      'files: there is no src',
    ],
    'a version of the workspace': [
      { dependencies: { a: 'workspace:^' } },
      'dependencies.a: workspace:^ means nothing outside the workspace',
    ],
    'a promised file that is missing': [{ files: ['dist', 'LICENSE'] }, 'files: there is no LICENSE'],
    'no exports': [{ exports: undefined }, 'exports: a package says what it exports'],
  };
  for (const [name, [change, ...faults]] of Object.entries(broken)) {
    it(`finds ${name}`, () => {
      assert.deepEqual(manifestFaults({ ...sound, ...change }, files), faults);
    });
  }

  it('finds source in the package', () => {
    assert.deepEqual(manifestFaults(sound, [...files, 'src/index.ts']), ['src/index.ts: source is not published']);
  });
});

describe('importFaults', () => {
  const files = {
    'dist/index.js': "import './a.js'; import 'valibot'; import 'node:fs'; import 'p/testing'; import 'peer/x';",
    'dist/a.js': "import '../gone.js';\nexport * from './a.ts';\nconst m = await import('zod');",
    'dist/index.d.ts': "export { a } from './a.ts';\nexport type B = import('./b.js').B;",
    'dist/a.d.ts': "import type { X } from '@scope/x/y';",
    'README.md': "import './nothing'",
  };

  it('finds imports of what will not be there', () => {
    const manifest = {
      name: 'p',
      dependencies: { valibot: '1' },
      peerDependencies: { peer: '1' },
      devDependencies: { zod: '1' },
    };
    assert.deepEqual(
      importFaults(manifest, Object.keys(files), (path) => files[path]),
      [
        'dist/a.js:1: ../gone.js is not in the package',
        'dist/a.js:2: ./a.ts is not in the package',
        'dist/a.js:3: zod is not declared',
        'dist/index.d.ts:2: ./b.js is not in the package',
        'dist/a.d.ts:1: @scope/x is not declared',
      ],
    );
  });
});
