import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DemoHosts, type Finished, prepareDemoHosts } from './demo-hosts.fixtures.ts';

// Processes that start take their time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** The shell blocks of the README, and the output that stands below them. */
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```(?:\n\n```text\n([\s\S]*?)^```)?/gm)].map(
  ([, code = '', shown = '']) => ({ code, shown }),
);
const [starting, setting, ...programs] = blocks;
const exitCodes = [0, 1, 1, 0, 0, 1, 0];

let hosts: DemoHosts;
beforeAll(async () => {
  hosts = await prepareDemoHosts({ strangers: true });
  await Promise.all([hosts.start('demo'), hosts.start('national')]);
});
afterAll(() => hosts[Symbol.asyncDispose]());

/** Runs a program as the README says, in a shell of its own. */
const paste = (code: string): Promise<Finished> => hosts.paste(`${setting?.code ?? ''}\n${code}`);
const program = (name: string, ...words: readonly string[]) =>
  paste(`node apps/examples/src/${name}.ts ${words.join(' ')}`);

describe('the README', () => {
  test('starts the hosts, as the welcome of the first one says', () => {
    const [first, second = ''] = (starting?.code ?? '').trim().split('\n');
    expect(first).toBe('npm start');
    expect(hosts.output('national')).toContain(second.replace('npm start -- ', ''));
  });

  test.each(programs.map((block, index) => ({ ...block, exitCode: exitCodes[index] })))(
    '$code',
    async ({ code, shown, exitCode }) => {
      const file = join(hosts.directory, 'registrants.sqlite');
      const result = await paste(code.replace('data/registrants.sqlite', file));
      expect([result.code, result.stderr]).toEqual([exitCode, '']);
      // How many there are depends on how many people the hosts know.
      const isCount = /counts|import/.test(code);
      const withoutCounts = (text: string): string => (isCount ? text.replace(/ +[1-9]\d*(?= |$)/gm, ' N') : text);
      expect(withoutCounts(result.stdout)).toBe(withoutCounts(shown));
    },
  );
});

describe('the exit code', () => {
  test('is 0 when every province answers', async () => {
    const { code, stdout } = await paste(
      `export DCI_WEST_URL=${hosts.urls.demo}\nnode apps/examples/src/federated-lookup.ts 1`,
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/west: 0 found.*\nnobody has this identifier\n$/)]);
  });

  test('is 0 when everything is imported already', async () => {
    const { code, stdout } = await program('import-search-result', join(hosts.directory, 'registrants.sqlite'));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^imported: 0 created, 0 updated, [1-9]\d* unchanged$/m)]);
  });

  test('is 2 without credentials, and without an answer', async () => {
    const none = paste('DCI_NATIONAL_CREDENTIALS=/none node apps/examples/src/birth-verification.ts');
    expect(await none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('start the hosts first') });
    await hosts.stop('national');
    const [silent, incomplete] = await Promise.all([
      program('birth-verification'),
      program('duplication-prevention', '4218135863'),
    ]);
    expect(silent).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('unreachable)') });
    expect(incomplete).toMatchObject({ code: 1, stdout: expect.stringContaining('no full answer from ibr_main') });
  });
});
