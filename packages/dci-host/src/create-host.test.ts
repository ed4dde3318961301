import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { DciConfig } from './config/dci-config.ts';
import { createHost } from './create-host.ts';
import { stateFileName } from './database/open.ts';
import { jsonReply } from './http/reply.ts';
import { definePlugin, type Plugin } from './plugin.ts';
import { collectingLogger, silentLogger } from './testing/logger.ts';
import { runCommand } from './testing/run-command.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { createTestHost } from './testing/test-host.ts';

const request = (path: string, init?: RequestInit): Request => new Request(`http://localhost${path}`, init);

const idle = (name: string): Plugin => ({ name, setup: () => ({}) });

/** A plug-in that tells what happens to it. */
function observed(
  name: string,
  log: string[],
  fails: { readonly [step in 'setup' | 'start' | 'stop']?: true } = {},
): Plugin {
  const step = (what: 'setup' | 'start' | 'stop'): void => {
    log.push(`${what} ${name}`);
    if (fails[what]) throw new Error(`${what} of ${name} failed`);
  };
  return {
    name,
    setup() {
      step('setup');
      return { start: async () => step('start'), stop: async () => step('stop') };
    },
  };
}

describe('a host', () => {
  test('answers health and JWKS in process and over a socket', async () => {
    await using host = await createTestHost();
    const { url } = await host.listen();
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      status: 'ready',
      checks: [
        { name: 'state database', status: 'ok' },
        { name: 'signing key', status: 'ok' },
      ],
    });
    const jwks = await (await fetch(`${url}/.well-known/jwks.json`)).json();
    expect(jwks).toMatchObject({
      keys: [
        { kty: 'OKP', crv: 'Ed25519', use: 'sig' },
        { kty: 'EC', crv: 'P-256', use: 'enc' },
      ],
    });
    const inProcess = await host.fetch(request('/dci_api/v1/.well-known/jwks.json'));
    expect(await inProcess.json()).toEqual(jwks);
    await expect(host.listen()).rejects.toThrow(/listens already/);
  });

  test('gives plug-ins their tables, routes, and one context', async () => {
    const counter = definePlugin({
      name: 'counter',
      migrations: [{ id: 'counter/0001', sqlite: 'CREATE TABLE visit (at INTEGER NOT NULL) STRICT' }],
      setup({ database, clock, config }) {
        const insert = database.durable.prepare('INSERT INTO visit VALUES (?)');
        const count = database.relaxed.prepare('SELECT count(*) FROM visit').pluck();
        return {
          routes(router) {
            router.post('/visit', () => {
              insert.run(clock.now());
              return jsonReply(JSON.stringify({ visits: count.get(), host: config.senderId }));
            });
          },
        };
      },
    });
    using directory = temporaryDirectory();
    for (const visits of [1, 2]) {
      await using host = await createTestHost({ dataDirectory: directory.path, plugins: [counter] });
      const reply = await host.fetch(request('/dci_api/v1/visit', { method: 'POST' }));
      expect(await reply.json()).toEqual({ visits, host: 'dci-host' });
    }
  });

  test('keeps its keys over a restart, and makes none where all were revoked', async () => {
    using directory = temporaryDirectory();
    const options = { dataDirectory: directory.path };
    const first = await createTestHost(options);
    const { keyId } = await first.context.keys.active();
    await first.dispose();
    const second = await createTestHost(options);
    expect((await second.context.keys.active()).keyId).toBe(keyId);
    await second.context.keys.revoke(keyId);
    await second.dispose();
    await using third = await createTestHost(options);
    await expect(third.context.keys.active()).rejects.toMatchObject({ code: 'err.service.unavailable' });
  });

  test('answers 503 once it has stopped', async () => {
    const host = await createTestHost();
    await host.dispose();
    await host.stop();
    expect((await host.fetch(request('/health/live'))).status).toBe(503);
    await expect(host.listen()).rejects.toThrow();
  });

  test('takes the environment of the process where it is given none', async () => {
    using directory = temporaryDirectory();
    const host = await createHost({ dataDirectory: directory.path }, { logger: silentLogger });
    expect(host.context.config.production).toBe(process.env.NODE_ENV === 'production');
    await host.stop();
  });
});

describe('the order of plug-ins', () => {
  test('is that of the configuration, and the reverse at the end', async () => {
    const log: string[] = [];
    const host = await createTestHost({ plugins: [observed('a', log), observed('b', log)] });
    expect(log).toEqual(['setup a', 'setup b', 'start a', 'start b']);
    await host.dispose();
    expect(log.slice(4)).toEqual(['stop b', 'stop a']);
  });

  test('each is told the address once the host listens', async () => {
    const told: string[] = [];
    const plugin = (name: string): Plugin => ({
      name,
      setup: () => ({ listening: (url) => void told.push(`${name} ${url}`) }),
    });
    await using host = await createTestHost({ plugins: [plugin('a'), plugin('b')] });
    expect(told).toEqual([]);
    const { url } = await host.listen((announced) => told.push(`first ${announced}`));
    expect(told).toEqual([`first ${url}`, `a ${url}`, `b ${url}`]);
  });

  test('one that fails to stop does not keep the others, nor the state open', async () => {
    const log: string[] = [];
    using directory = temporaryDirectory();
    const plugins = [observed('a', log), observed('b', log, { stop: true })];
    const host = await createTestHost({ dataDirectory: directory.path, plugins });
    await host.dispose();
    expect(log.slice(4)).toEqual(['stop b', 'stop a']);
    await (await createTestHost({ dataDirectory: directory.path })).dispose();
  });

  test.each([
    ['setup', ['setup a', 'setup b', 'stop a']],
    ['start', ['setup a', 'setup b', 'start a', 'start b', 'stop b', 'stop a']],
  ] as const)('one that fails at %s ends the host, which leaves nothing locked', async (step, expected) => {
    const log: string[] = [];
    using directory = temporaryDirectory();
    const plugins = [observed('a', log), observed('b', log, { [step]: true })];
    await expect(createTestHost({ dataDirectory: directory.path, plugins })).rejects.toThrow(`${step} of b failed`);
    expect(log).toEqual(expected);
    await (await createTestHost({ dataDirectory: directory.path })).dispose();
  });
});

describe('a host refuses to start', () => {
  test('on a data directory that another one uses, which goes on undisturbed (CR4)', async () => {
    await using host = await createTestHost();
    await expect(createTestHost({ dataDirectory: host.dataDirectory })).rejects.toMatchObject({
      code: 'err.state.conflict',
      message: expect.stringContaining(`another host (process ${process.pid})`),
    });
    expect((await host.fetch(request('/health/ready'))).status).toBe(200);
  });

  test('on a state of a newer release (CR8), and leaves nothing locked', async () => {
    using directory = temporaryDirectory();
    const plugin = (...ids: string[]): Plugin => ({
      name: 'x',
      migrations: ids.map((id) => ({ id, sqlite: `CREATE TABLE "${id}" (a)` })),
      setup: () => ({}),
    });
    const dataDirectory = directory.path;
    await (await createTestHost({ dataDirectory, plugins: [plugin('x/1', 'x/2')] })).dispose();
    await expect(createTestHost({ dataDirectory, plugins: [plugin('x/1')] })).rejects.toMatchObject({
      code: 'err.state.conflict',
      message: expect.stringContaining('newer release'),
    });
    await (await createTestHost({ dataDirectory, plugins: [plugin('x/1', 'x/2', 'x/3')] })).dispose();
  });

  test('with another master key', async () => {
    using directory = temporaryDirectory();
    const start = (DCI_MASTER_KEY: string) =>
      createTestHost({ dataDirectory: directory.path, env: { DCI_MASTER_KEY } });
    await (await start('the first long passphrase')).dispose();
    await expect(start('the other long passphrase')).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });

  test('with faults in the configuration, before it touches the disk', async () => {
    using directory = temporaryDirectory();
    const dataDirectory = join(directory.path, 'data');
    await expect(createTestHost({ dataDirectory, env: { NODE_ENV: 'production' } })).rejects.toMatchObject({
      code: 'err.configuration.invalid',
    });
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test.each([
    ['a master key that is too short', { env: { DCI_MASTER_KEY: 'short' } }, /masterKey: 32 bytes/],
    ['a fault that a plug-in finds', { plugins: [{ ...idle('x'), faults: () => ['is a demo'] }] }, /x: is a demo/],
    [
      'a migration of no owner',
      { plugins: [{ ...idle('x'), migrations: [{ id: 'y/1', sqlite: '' }] }] },
      /must begin with x\//,
    ],
  ])('with %s, before it touches the disk', async (_name, options, message) => {
    using directory = temporaryDirectory();
    const dataDirectory = join(directory.path, 'data');
    const refusal = { code: 'err.configuration.invalid', message: expect.stringMatching(message) };
    await expect(createTestHost({ dataDirectory, ...options })).rejects.toMatchObject(refusal);
    const config: DciConfig = 'plugins' in options ? { plugins: options.plugins } : {};
    const env = 'env' in options ? options.env : {};
    expect(await runCommand(['keys', 'list', '--data', dataDirectory], { config, env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(message),
    });
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test.each([
    ['another master key', { DCI_MASTER_KEY: 'the other long passphrase' }],
    ['no master key any more', {}],
  ])('with %s, and leaves the state as it was', async (_name, env) => {
    using directory = temporaryDirectory();
    const dataDirectory = directory.path;
    await (await createTestHost({ dataDirectory, env: { DCI_MASTER_KEY: 'the first long passphrase' } })).dispose();
    const before = readFileSync(join(dataDirectory, stateFileName));
    const plugins: Plugin[] = [{ ...idle('x'), migrations: [{ id: 'x/1', sqlite: 'CREATE TABLE x (a)' }] }];
    await expect(createTestHost({ dataDirectory, env, plugins })).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      message: expect.stringContaining('is not the one that sealed'),
    });
    expect(readFileSync(join(dataDirectory, stateFileName)).equals(before)).toBe(true);
    expect(existsSync(join(dataDirectory, 'master.key'))).toBe(false);
  });
});

describe('what is fit for development only', () => {
  test('is said loudly at start', async () => {
    const logger = collectingLogger();
    const development = {
      allowUnsignedRequests: true,
      bypassBearerAuth: true,
      allowHttpCallbacks: true,
      allowInternalCallbackIps: true,
    };
    const plugins: Plugin[] = [{ name: 'x', announcements: () => ['x is a demo'], setup: () => ({}) }];
    await using _host = await createTestHost({ logger, development, plugins });
    const warnings = logger.lines().filter(({ level }) => level === 'warn');
    expect(warnings.map(({ setting, plugin }) => setting ?? plugin)).toEqual([
      'DCI_ALLOW_UNSIGNED_REQUESTS',
      'DCI_BYPASS_BEARER_AUTH',
      'DCI_ALLOW_HTTP_CALLBACKS',
      'DCI_ALLOW_INTERNAL_CALLBACK_IPS',
      'DCI_MASTER_KEY',
      'x',
    ]);
    expect(warnings.slice(0, 4).every(({ msg }) => msg.startsWith('DEVELOPMENT SWITCH IS ON: '))).toBe(true);
  });

  test('is not said where there is nothing to say', async () => {
    const logger = collectingLogger();
    await using _host = await createTestHost({ logger, env: { DCI_MASTER_KEY: 'a master key of decent length' } });
    expect(logger.lines().filter(({ level }) => level === 'warn')).toEqual([]);
  });
});

describe('a data directory that others can look into', () => {
  test('is said loudly and left as it is; files of the host are closed', async () => {
    using directory = temporaryDirectory();
    const dataDirectory = directory.path;
    const names = ['state.sqlite', 'host.lock', 'master.key'];
    await (await createTestHost({ dataDirectory })).dispose();
    for (const name of names) chmodSync(join(dataDirectory, name), 0o644);
    chmodSync(dataDirectory, 0o750);
    const logger = collectingLogger();
    await using _host = await createTestHost({ dataDirectory, logger });
    expect(logger.lines()).toContainEqual(
      expect.objectContaining({ level: 'warn', directory: dataDirectory, msg: expect.stringContaining('mode 0700') }),
    );
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o750);
    for (const name of [...names, 'host.pid']) expect(statSync(join(dataDirectory, name)).mode & 0o777).toBe(0o600);
  });
});

describe('a state database in trouble', () => {
  const writer: Plugin = {
    name: 'writer',
    migrations: [{ id: 'writer/1', sqlite: 'CREATE TABLE written (data BLOB) STRICT' }],
    setup: ({ database }) => ({
      routes(router) {
        router.post('/write/:bytes', (context) => {
          database.durable.prepare('INSERT INTO written VALUES (zeroblob(?))').run(Number(context.req.param('bytes')));
          return jsonReply('{}', 202);
        });
      },
    }),
  };

  test('that another process keeps locked is 503 without an ACK, and heals by itself (DB1)', async () => {
    await using host = await createTestHost({ plugins: [writer] });
    const write = () => host.fetch(request('/dci_api/v1/write/1', { method: 'POST' }));
    const other = new SqliteDatabase(join(host.dataDirectory, stateFileName));
    other.exec('BEGIN IMMEDIATE');
    const refused = await write();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await host.fetch(request('/health/ready'))).status).toBe(200);
    other.exec('ROLLBACK');
    other.close();
    expect((await write()).status).toBe(202);
    expect(host.context.database.durable.prepare('SELECT count(*) FROM written').pluck().get()).toBe(1);
  });

  test('that is full is 503, and heals by itself', async () => {
    await using host = await createTestHost({ plugins: [writer] });
    const { durable } = host.context.database;
    const write = (bytes: number) => host.fetch(request(`/dci_api/v1/write/${bytes}`, { method: 'POST' }));
    durable.pragma(`max_page_count = ${Number(durable.pragma('page_count', { simple: true })) + 2}`);
    const refused = await write(1_000_000);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    durable.pragma('max_page_count = 1000000');
    expect((await write(1_000_000)).status).toBe(202);
  });

  test('that cannot be trusted ends all service (DB3)', async () => {
    const broken: Plugin = {
      name: 'broken',
      setup: () => ({
        routes(router) {
          router.get('/break', () => {
            throw new SqliteDatabase.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
          });
        },
      }),
    };
    const host = await createTestHost({ plugins: [broken] });
    const { url } = await host.listen();
    expect((await fetch(`${url}/dci_api/v1/break`)).status).toBe(503);
    expect(await host.failure).toMatchObject({ code: 'SQLITE_IOERR_FSYNC' });
    for (const path of ['/health/live', '/health/ready', '/.well-known/jwks.json']) {
      expect((await fetch(url + path)).status).toBe(503);
    }
    await host.dispose();
    // Not closed cleanly, so that the next host looks at the file.
    expect(host.context.database.durable.open).toBe(true);
    expect(host.context.database.durable.pragma('user_version', { simple: true })).toBe(1);
    host.context.database.durable.close();
    host.context.database.relaxed.close();
  });
});
