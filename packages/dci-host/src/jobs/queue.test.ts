import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startNode } from '../testing/child-process.fixtures.ts';
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

const postgresUrl = process.env.DCI_TEST_POSTGRES_URL;

test.skipIf(postgresUrl === undefined)('pg-boss on PostgreSQL as a queue (DCI_TEST_POSTGRES_URL)', async () => {
  expect(await runContract('', postgresUrl ?? '')).toMatch(eightCasesPass);
});
