#!/usr/bin/env node
// Entry of the npm scripts: sets the workspace up where needed, then runs the task on the project's own Node.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, node, root, run } from './lib/bootstrap.mjs';

const [task, ...rest] = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const cache = join(root, 'node_modules', '.cache');
const environment = {
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  NODE_COMPILE_CACHE: join(cache, 'node'),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};
const fromSource = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning'];
const host = (...args) => run(node, [...fromSource, 'apps/host/src/main.ts', ...args], { env: environment });

/** Runs the steps in order and stops at the first that fails. */
async function steps(list) {
  for (const [title, command, args] of list) {
    const started = Date.now();
    console.error(`\n── ${title}`);
    const code = await run(command, args, { env: environment });
    if (code !== 0) {
      console.error(`── ${title}: failed (exit ${code})`);
      return code;
    }
    console.error(`── ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  return 0;
}

const script = (name, ...args) => [node, [join('scripts', name), ...args]];
const checks = () => [
  ['format and lint', bin('biome'), ['ci', '--error-on-warnings', 'packages', 'apps', 'scripts']],
  ['architecture', ...script('check-architecture.mjs')],
  ['types and build', bin('turbo'), ['run', 'typecheck', 'build', '--output-logs=errors-only']],
  ['exports', ...script('check-exports.mjs')],
  ['docs', ...script('check-docs.mjs')],
];

/** Runs vitest and closes with the plain line that says how many tests passed and failed. */
async function tests(args) {
  const results = join(cache, 'vitest.json');
  rmSync(results, { force: true });
  const code = await run(
    bin('vitest'),
    [
      'run',
      '--config',
      'scripts/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
      ...args,
    ],
    { env: environment },
  );
  if (existsSync(results)) {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
    console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  }
  return code;
}

const tasks = {
  start: () => host('start', ...rest),
  dci: () => host(...rest),
  bench: () => run(node, [...fromSource, 'apps/host/bench/main.ts', ...rest], { env: environment }),
  build: () => run(bin('turbo'), ['run', 'build', ...rest], { env: environment }),
  format: () => run(bin('biome'), ['check', '--write', 'packages', 'apps', 'scripts'], { env: environment }),
  check: () => steps(checks()),
  // The resilience tests in full: fifty kills, twenty images of a frozen host, two thousand searches.
  resilience() {
    const amounts = { DCI_TEST_KILLS: '50', DCI_TEST_IMAGES: '20', DCI_TEST_SEARCHES: '2000' };
    for (const [name, amount] of Object.entries(amounts)) process.env[name] ??= amount;
    return tests(['apps/host/test/resilience', ...rest]);
  },
  async test() {
    // With arguments, only the tests that they name: npm test -- packages/dci-core
    if (rest.length > 0) return tests(rest);
    const scriptTests = readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.test.mjs'));
    const code = await steps([
      ...checks(),
      ['scripts', node, ['--test', ...scriptTests.map((name) => join('scripts', name))]],
    ]);
    if (code !== 0) return code;
    console.error('\n── tests');
    return tests([]);
  },
};

const chosen = Object.hasOwn(tasks, task ?? '') ? tasks[task] : undefined;
if (chosen === undefined) {
  console.error(`Usage: node scripts/run.mjs ${Object.keys(tasks).join('|')} [arguments]`);
  process.exit(2);
}
await bootstrap();
process.exit(await chosen());
