import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostMigrations } from '../database/host-migrations.ts';
import { type Child, sources, startNode } from '../testing/child-process.fixtures.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';

const bin = join(sources, 'cli/bin.ts');

const configuration = `
import { jsonReply } from 'SOURCES/http/reply.ts';
export const config = {
  port: 0,
  dataDirectory: 'data',
  plugins: [{
    name: 'writer',
    migrations: [{ id: 'writer/1', sqlite: 'CREATE TABLE written (name TEXT PRIMARY KEY) STRICT' }],
    setup: ({ database }: any) => ({
      routes(router: any) {
        const insert = database.durable.prepare('INSERT INTO written VALUES (?)');
        const count = database.durable.prepare('SELECT count(*) FROM written').pluck();
        router.get('/count', () => jsonReply(String(count.get())));
        router.post('/write/:name', async (context: any) => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          insert.run(context.req.param('name'));
          return jsonReply('{}', 202);
        });
        router.get('/crash', () => { setTimeout(() => { throw new Error('canary of a crash'); }); return jsonReply('{}'); });
      },
    }),
  }],
};
`;

async function started(directory: TemporaryDirectory): Promise<{ readonly child: Child; readonly url: string }> {
  writeFileSync(join(directory.path, 'dci.config.mts'), configuration.replaceAll('SOURCES', sources));
  const child = startNode(bin, ['start'], { cwd: directory.path });
  await child.says('listening on http');
  return { child, url: /listening on (\S+)/.exec(child.output().stdout)?.[1] ?? '' };
}

const write = (url: string, name: string): Promise<Response> =>
  fetch(`${url}/dci_api/v1/write/${name}`, { method: 'POST' });

describe('dci start as a process', () => {
  test('SIGTERM under load: what was accepted is answered, and the exit is clean (CR7)', async () => {
    using directory = temporaryDirectory();
    const { child, url } = await started(directory);
    await using _child = child;
    let stopping = false;
    let accepted = 0;
    const refused: unknown[] = [];
    const client = async (name: string): Promise<void> => {
      for (let count = 0; !stopping; count += 1) {
        try {
          const reply = await write(url, `${name}-${count}`);
          if (reply.status === 202) accepted += 1;
          else refused.push(reply.status);
        } catch (error) {
          // Only a connection that was never accepted may fail.
          if (child.process.exitCode === null && !stopping) refused.push(error);
        }
      }
    };
    const clients = Array.from({ length: 20 }, (_, index) => client(String(index)));
    await new Promise((resolve) => setTimeout(resolve, 400));
    child.process.kill('SIGTERM');
    stopping = true;
    await Promise.all(clients);
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(refused).toEqual([]);
    expect(accepted).toBeGreaterThan(20);
    expect(existsSync(join(directory.path, 'data/state.sqlite-wal'))).toBe(false);

    const again = await started(directory);
    await using _again = again.child;
    expect(await (await fetch(`${again.url}/dci_api/v1/count`)).text()).toBe(String(accepted));
  });

  test('a second host exits with 2 and names the first; after kill -9 the next one starts (CR4)', async () => {
    using directory = temporaryDirectory();
    const first = await started(directory);
    await using _first = first.child;
    await using second = startNode(bin, ['start'], { cwd: directory.path });
    expect(await second.ended).toEqual({ code: 2, signal: null });
    expect(second.output().stderr).toContain(`another host (process ${first.child.process.pid}) is using`);
    expect((await write(first.url, 'kept')).status).toBe(202);
    first.child.process.kill('SIGKILL');
    await first.child.ended;
    const third = await started(directory);
    await using _third = third.child;
    expect(await (await fetch(`${third.url}/dci_api/v1/count`)).text()).toBe('1');
  });

  test('in production it logs JSON to standard output, and prints nothing else', async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'dci.config.mjs'), 'export const config = { port: 0 };');
    const env = { NODE_ENV: 'production', DCI_MASTER_KEY: 'a master key of decent length' };
    await using child = startNode(bin, ['start'], { cwd: directory.path, env });
    await child.says('"msg":"listening"');
    child.process.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    const lines = child
      .output()
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...hostMigrations.migrations.map(() => 'migration applied'),
      'the first signing key was made',
      'the first encryption key was made',
      'listening',
      'stopped',
    ]);
    expect(child.output().stderr).toBe('');
    expect(existsSync(join(directory.path, 'data/master.key'))).toBe(false);
  });

  test('an exception that nobody catches ends it with 2, without the text of the error', async () => {
    using directory = temporaryDirectory();
    const { child, url } = await started(directory);
    await using _child = child;
    await fetch(`${url}/dci_api/v1/crash`).catch(() => {});
    expect(await child.ended).toEqual({ code: 2, signal: null });
    const { stdout, stderr } = child.output();
    expect(stdout + stderr).not.toContain('canary');
    expect(stderr).toContain('"error":"Error"');
  });
});

const hasStrace = spawnSync('strace', ['-V']).status === 0;

// Where there is no strace, create-host.test.ts still shows what the host does once SQLite reports the failure.
test.skipIf(!hasStrace)('a failed fsync: no ACK, and the process ends (DB3)', async () => {
  using directory = temporaryDirectory();
  const { child, url } = await started(directory);
  await using _child = child;
  expect((await write(url, 'before')).status).toBe(202);
  const strace = spawn('strace', [
    '-f',
    '-p',
    String(child.process.pid),
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    'inject=fsync,fdatasync:error=EIO',
  ]);
  await new Promise<void>((resolve) => {
    let said = '';
    strace.stderr.on('data', (data) => {
      said += data;
      if (said.includes('attached')) resolve();
    });
  });
  try {
    expect((await write(url, 'during')).status).toBe(503);
    expect(await child.ended).toEqual({ code: 2, signal: null });
  } finally {
    strace.kill('SIGKILL');
  }
  const again = await started(directory);
  await using _again = again.child;
  expect((await write(again.url, 'after')).status).toBe(202);
});

describe('dci as a process', () => {
  test('reads standard input and ends well when its reader goes', async () => {
    await using child = startNode(bin, ['digest']);
    child.process.stdin.end('{"header":{},"message":{}}');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.output()).toMatchObject({ stdout: expect.stringMatching(/^\S{44}\n$/), stderr: '' });
  });

  test('exits with the command’s code', async () => {
    await using child = startNode(bin, ['digset']);
    expect(await child.ended).toEqual({ code: 2, signal: null });
    expect(child.output().stderr).toContain('(Did you mean digest?)');
  });
});
