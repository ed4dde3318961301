import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DciError } from 'dci-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DciConfig } from '../config/dci-config.ts';
import { hostMigrations } from '../database/host-migrations.ts';
import { runCommand } from '../testing/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { createTestHost } from '../testing/test-host.ts';
import type { CliCommand, CliContext } from './command.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  directory.remove();
});

const command = (name: string, run: (context: CliContext) => void, rest: Partial<CliCommand> = {}): CliCommand => ({
  name,
  summary: `does ${name}`,
  ...rest,
  async run(context) {
    run(context);
    return 0;
  },
});

const withCommands = (...commands: CliCommand[]): DciConfig => ({
  plugins: [{ name: 'x', commands, setup: () => ({}) }],
});

describe('help', () => {
  test('stands alone for "dci"', async () => {
    const { code, stdout, stderr } = await runCommand([], { workingDirectory: directory.path });
    expect([code, stderr]).toEqual([0, '']);
    for (const name of ['start', 'keys', 'digest', 'sign', 'verify'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each([
    ...['start', 'keys generate', 'keys list', 'keys rotate', 'keys revoke'].map((name) => [name, true] as const),
    ...['digest', 'sign', 'verify'].map((name) => [name, false] as const),
  ])(
    'of "dci %s" has examples and the common options; with those of the configuration: %s',
    async (name, configured) => {
      const { code, stdout } = await runCommand([...name.split(' '), '--help'], { workingDirectory: directory.path });
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples?:\n {2}(?:dci|curl)/);
      for (const flag of ['--json', '--help']) expect(stdout).toContain(`  ${flag} `);
      for (const flag of ['--config', '--data']) expect(stdout.includes(`  ${flag} `)).toBe(configured);
    },
  );

  test('names the commands of plug-ins', async () => {
    const config = withCommands(
      command('senders add', () => {}),
      command('search', () => {}),
    );
    const { stdout } = await runCommand(['--help'], { config });
    expect(stdout).toMatch(/^ {2}senders +senders commands/m);
    expect(stdout).toMatch(/^ {2}search \[options\] +does search/m);
  });

  test('describes groups of commands with the words of their owner', async () => {
    const commands = [command('senders key add', () => {}), command('keys wrap', () => {})];
    const commandGroups = { senders: 'the parties', 'senders key': 'their keys', keys: 'not the owner' };
    const config: DciConfig = { plugins: [{ name: 'x', commands, commandGroups, setup: () => ({}) }] };
    const all = await runCommand(['--help'], { config });
    expect(all.stdout).toMatch(/^ {2}senders +the parties$/m);
    expect(all.stdout).toMatch(/^ {2}keys +the signing keys of this host$/m);
    expect((await runCommand(['senders', '--help'], { config })).stdout).toMatch(/^ {2}key +their keys$/m);
    expect((await runCommand(['senders', 'key', '--help'], { config })).stdout).toContain('their keys');
    const own = { commands: [command('things add', () => {})], commandGroups: { things: 'what there is' } };
    expect((await runCommand(['--help'], { ...own, config: {} })).stdout).toMatch(/^ {2}things +what there is$/m);
  });

  test('is there also where the configuration cannot be read', async () => {
    const { code, stdout, stderr } = await runCommand([], {
      env: { DCI_CONFIG: 'missing.ts' },
      workingDirectory: directory.path,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('digest');
    expect(stderr).toContain('missing.ts does not exist');
  });

  test.each([
    [['--help', '--config', 'broken.mjs']],
    [['--config', 'broken.mjs', '--help']],
    [['--help', '--config=broken.mjs']],
    [['keys', '--help', '--config', 'broken.mjs']],
    [['keys', 'list', '--config', 'broken.mjs', '--help']],
  ])('is there, with a warning, for %j', async (argv) => {
    writeFileSync(join(directory.path, 'broken.mjs'), 'export const = 1');
    const { code, stdout, stderr } = await runCommand(argv, { workingDirectory: directory.path });
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: dci');
    expect(stderr).toMatch(/^warning: the configuration file \S+broken\.mjs cannot be loaded: /);
  });
});

test('--version prints the version', async () => {
  expect(await runCommand(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
    stderr: '',
  });
});

describe('a command line that cannot be understood is 2', () => {
  test.each([
    [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['keys', 'lst'], /unknown command 'lst'\n\(Did you mean list\?\)/],
    [['keys'], /Usage: dci keys/],
    [['digest', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    [['digest', 'a', 'b'], /too many arguments/],
    [['digest', '--config', 'x.ts'], /unknown option '--config'/],
    [['sign'], /required option '--key <pem>' not specified/],
    [['keys', 'revoke'], /missing required argument 'key-id'/],
    [
      ['sign', '--scheme', 'none', '--key', 'k', '--sender-id', 's', '--key-id', 'k'],
      /Allowed choices are dci, dci-legacy/,
    ],
    [['start', '--port', 'http'], /--port must be an integer from 0 to 65535/],
    [['keys', 'list'], /there is no configuration/],
    [['keys', 'list', '--config', 'x.ts'], /x\.ts does not exist/],
    [['keys', 'list', '--config=x.ts'], /x\.ts does not exist/],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await runCommand(argv, { workingDirectory: directory.path });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('a command of a plug-in', () => {
  test('gets arguments, options and the environment', async () => {
    const seen: CliContext[] = [];
    const config = withCommands(
      command('things add', (context) => void seen.push(context), {
        arguments: [
          { name: '<name>', description: 'name' },
          { name: '[file]', description: 'file' },
        ],
        options: [
          { flags: '--size <n>', description: 'size', default: '3' },
          { flags: '--token <text>', description: 'token', env: 'THING_TOKEN', required: true },
          { flags: '--tag <text>', description: 'tag', repeatable: true, env: 'THING_TAG' },
          { flags: '--key-id <id>', description: 'key' },
        ],
      }),
    );
    const argv = ['things', 'add', 'one', '--tag', 'a', '--tag', 'b', '--key-id', 'k'];
    const env = { THING_TOKEN: 'canary', THING_TAG: 'c' };
    expect(await runCommand(argv, { config, env })).toMatchObject({ code: 0 });
    expect(seen[0]?.arguments).toEqual(['one', undefined]);
    expect(seen[0]?.options).toEqual({ size: '3', token: 'canary', tag: ['a', 'b'], keyId: 'k' });
    expect(seen[0]?.json).toBe(false);
    expect((await runCommand(['things', 'add', '--help'], { config, env })).stdout).not.toContain('canary');
    expect((await runCommand(['things', 'add', 'one'], { config })).code).toBe(2);
    await runCommand(['things', 'add', 'one', '--token', 't', '--json'], { config, env });
    expect(seen[1]).toMatchObject({ json: true, options: { token: 't', tag: ['c'] } });
  });

  test('prints, reads, warns and draws tables', async () => {
    writeFileSync(join(directory.path, 'input'), 'from file');
    const config = withCommands({
      name: 'echo',
      summary: 'echo',
      async run(context) {
        const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        context.print(decode(await context.readInput('-')));
        context.print(decode(await context.readInput('input')));
        context.warn('careful');
        context.table(
          ['name', 'count'],
          [
            ['a', '1'],
            ['evil\u001b[31m\nname', '22'],
          ],
        );
        return 1;
      },
    });
    const result = await runCommand(['echo'], { config, stdin: 'from stdin', workingDirectory: directory.path });
    expect(result).toEqual({
      code: 1,
      stdout: 'from stdin\nfrom file\nNAME            COUNT\na               1\nevil\ufffd[31m\ufffdname  22\n',
      stderr: 'careful\n',
    });
  });

  test.each([
    [
      new DciError('err.key.invalid', 'the key is none', { path: 'keys[0]' }),
      'error: the key is none at keys[0] (err.key.invalid)\n',
    ],
    [new Error('oh'), 'error: oh (err.internal)\n'],
  ])('that throws is 2: %s', async (error, stderr) => {
    const config = withCommands(
      command('fail', () => {
        throw error;
      }),
    );
    expect(await runCommand(['fail'], { config })).toEqual({ code: 2, stdout: '', stderr });
    const json = await runCommand(['fail', '--json'], { config });
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { message: error.message } });
  });

  test('cannot take the place of one of the host', async () => {
    const config = withCommands(command('digest', () => {}));
    const { stdout } = await runCommand(['digest'], { config, stdin: '{"header":{},"message":{}}' });
    expect(stdout).toMatch(/^\S{44}\n$/);
  });
});

describe('openState', () => {
  const count = (config: DciConfig) => runCommand(['count', '--data', directory.path], { config });
  const counting = (...ids: string[]): DciConfig => ({
    plugins: [
      {
        name: 'x',
        migrations: ids.map((id) => ({ id, sqlite: `CREATE TABLE "${id}" (a)` })),
        commands: [
          {
            name: 'count',
            summary: 'count',
            async run(context) {
              const { database } = await context.openState();
              const { database: again } = await context.openState();
              context.print(String(database.durable.prepare('SELECT count(*) FROM dci_migration').pluck().get()));
              return again === database ? 0 : 1;
            },
          },
        ],
        setup: () => ({}),
      },
    ],
  });

  const own = hostMigrations.migrations.length;

  test('makes and migrates the state where no host runs', async () => {
    expect(await count(counting('x/1'))).toMatchObject({ code: 0, stdout: `${own + 1}\n` });
    expect(await count(counting('x/1', 'x/2'))).toMatchObject({ code: 0, stdout: `${own + 2}\n` });
  });

  test('works beside a running host, whose schema it leaves alone', async () => {
    await using _host = await createTestHost({ ...counting('x/1'), dataDirectory: directory.path });
    expect(await count(counting('x/1'))).toMatchObject({ code: 0, stdout: `${own + 1}\n` });
    expect(await count(counting('x/1', 'x/2'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a running host uses an older schema'),
    });
    expect(await count(counting('x/1'))).toMatchObject({ code: 0, stdout: `${own + 1}\n` });
  });

  test('refuses a state of a newer release', async () => {
    await count(counting('x/1', 'x/2'));
    expect(await count(counting('x/1'))).toMatchObject({ code: 2, stderr: expect.stringContaining('newer release') });
  });
});
