import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startNode, startProgram } from '../testing/child-process.fixtures.ts';
import { testQueue } from '../testing/queue-contract.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { createMemoryQueue } from './memory-queue.ts';

testQueue({ name: 'memory', create: createMemoryQueue, runner: { describe, it, beforeAll, afterAll } });

/** Its cases as a program of their own; their report is shown where one fails. */
async function runContract(...args: string[]): Promise<string> {
  await using child = startNode(fileURLToPath(new URL('./pg-boss-contract.fixtures.ts', import.meta.url)), args);
  const { code } = await child.ended;
  const { stdout, stderr } = child.output();
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

const eightCasesPass = /pass 8\b[\s\S]*fail 0\b/;

test('pg-boss on PGlite as a queue', { timeout: 180_000 }, async () => {
  using directory = temporaryDirectory();
  expect(await runContract(directory.path)).toMatch(eightCasesPass);
});

test('pg-boss on PGlite loads nothing of itself into the main thread', { timeout: 60_000 }, async () => {
  using directory = temporaryDirectory();
  await using child = startProgram(
    directory.path,
    `
import { createRequire } from 'node:module';
import { pgBossDriver } from 'SOURCES/jobs/pg-boss-driver.ts';
import { createWorkerQueue } from 'SOURCES/jobs/worker-queue.ts';
const queue = createWorkerQueue({ cacheDirectory: ${JSON.stringify(directory.path)}, onTrouble: console.error });
const taken = Promise.withResolvers();
const alive = setInterval(() => {}, 1000);
await queue.start([{ name: 'test/queue', concurrency: 1 }], async (name, jobId) => taken.resolve(name + ' ' + jobId));
await queue.send('test/queue', ['job-1']);
console.log('took', await taken.promise);
const loaded = Object.keys(createRequire(import.meta.url).cache);
console.log('of pg:', loaded.filter((path) => /[\\/]pg[\\/]/.test(path)).length, typeof pgBossDriver);
await queue.stop();
clearInterval(alive);
`,
  );
  const { code } = await child.ended;
  expect([code, child.output().stdout]).toEqual([0, 'took test/queue job-1\nof pg: 0 function\n']);
});

const postgresUrl = process.env.DCI_TEST_POSTGRES_URL;

test.skipIf(postgresUrl === undefined)('pg-boss on PostgreSQL as a queue (DCI_TEST_POSTGRES_URL)', async () => {
  expect(await runContract('', postgresUrl ?? '')).toMatch(eightCasesPass);
});
