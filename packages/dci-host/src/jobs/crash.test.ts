import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStateDatabase } from '../database/open.ts';
import { createOutbox } from '../stores/sqlite/outbox.ts';
import { startProgram } from '../testing/child-process.fixtures.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';

const jobs = 200;

/** A host on pg-boss whose jobs leave a file each, and that requests all of them at its first start. */
const program = (directory: string): string => `
import { existsSync, appendFileSync, writeFileSync } from 'node:fs';
import { createHost } from 'SOURCES/create-host.ts';
import { definePlugin } from 'SOURCES/plugin.ts';
import { silentLogger } from 'SOURCES/testing/logger.ts';
const directory = ${JSON.stringify(directory)};
const plugin = definePlugin({
  name: 'test',
  setup({ jobs }) {
    jobs.define({
      queue: 'test/effect',
      async run({ key }) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
        writeFileSync(directory + '/effects/' + key, '');
        appendFileSync(directory + '/runs', key + '\\n');
        return { kind: 'done' };
      },
    });
    return {};
  },
});
const host = await createHost({ dataDirectory: directory + '/data', plugins: [plugin] }, { logger: silentLogger, env: {} });
if (!existsSync(directory + '/requested')) {
  await host.context.jobs.enqueue(
    Array.from({ length: ${jobs} }, (_, index) => ({ queue: 'test/effect', key: 'job-' + index, payload: {} })),
  );
  writeFileSync(directory + '/requested', '');
}
console.log('up');
process.on('SIGTERM', async () => {
  await host.stop();
  console.log('stopped');
});
setInterval(() => {}, 1000);
`;

const effects = (directory: TemporaryDirectory): number => readdirSync(join(directory.path, 'effects')).length;

function left(directory: TemporaryDirectory): number {
  const database = openStateDatabase({
    directory: join(directory.path, 'data'),
    busyTimeoutMs: 5000,
    checkIntegrity: false,
  });
  try {
    return createOutbox(database.relaxed).list({ limit: 1000 }).length;
  } finally {
    database.close();
  }
}

async function killAmidst(directory: TemporaryDirectory, after: number): Promise<void> {
  await using child = startProgram(directory.path, program(directory.path));
  await expect.poll(() => effects(directory), { timeout: 60_000, interval: 5 }).toBeGreaterThan(after);
  child.process.kill('SIGKILL');
  await child.ended;
}

/** The file with the cached start of pg-boss; the first start writes it beside its jobs, and a kill may come before. */
function cacheFile(directory: TemporaryDirectory): string {
  const folder = join(directory.path, 'data', 'cache');
  mkdirSync(folder, { recursive: true });
  const [name = 'job-queue-none.bin'] = readdirSync(folder).filter((file) => file.endsWith('.bin'));
  return join(folder, name);
}

test('a host that is killed amidst its jobs loses none, whatever is left of its queue (CR1, CR2)', {
  timeout: 180_000,
}, async () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'effects'));
  await killAmidst(directory, 20);
  writeFileSync(cacheFile(directory), 'damaged');
  await killAmidst(directory, 80);
  expect(effects(directory)).toBeLessThan(jobs);
  expect(left(directory)).toBeGreaterThanOrEqual(jobs - effects(directory));
  const senseless = Buffer.from('whole, but no data directory');
  writeFileSync(cacheFile(directory), Buffer.concat([createHash('sha256').update(senseless).digest(), senseless]));
  await using child = startProgram(directory.path, program(directory.path));
  await expect.poll(() => effects(directory), { timeout: 60_000, interval: 50 }).toBe(jobs);
  await expect.poll(() => left(directory), { timeout: 5000 }).toBe(0);
  child.process.kill('SIGTERM');
  await child.says('stopped');

  const runs = readFileSync(join(directory.path, 'runs'), 'utf8').trim().split('\n');
  expect(new Set(runs).size).toBe(jobs);
  // Only those that were at work in one of two kills: eight at once.
  expect(runs.length).toBeLessThanOrEqual(jobs + 16);
});
