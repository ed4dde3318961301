import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBody } from './http/limits.ts';
import { definePlugin } from './plugin.ts';
import { collectingLogger } from './testing/logger.ts';
import { runCommand } from './testing/run-command.ts';
import { createTestHost } from './testing/test-host.ts';

// Every secret and every piece of personal data of this test holds this word, and nothing else does.
const canary = 'Kanarienvogel';
const masterKey = `${canary} master key of decent length`;
const token = `${canary}-token`;
const person = JSON.stringify({ name: `${canary} Müller`, birth_date: canary, identifier: [{ value: canary }] });

/** A plug-in that does every careless thing that a plug-in could do. */
const careless = definePlugin({
  name: 'careless',
  migrations: [
    { id: 'careless/1', sqlite: 'CREATE TABLE person (name TEXT PRIMARY KEY CHECK (length(name) < 10)) STRICT' },
  ],
  setup({ database, logger, sealer }) {
    return {
      healthChecks: [{ name: 'careless', check: () => Promise.reject(new Error(`${canary} in a health check`)) }],
      routes(router) {
        router.post('/parse', async (context) => {
          const text = new TextDecoder().decode(await readBody(context));
          logger.info({ body: text, name: text, token: text, authorization: text, header: text }, 'careless');
          logger.child({ person: text }).error({ err: text, message: text, msg: text }, 'careless');
          database.durable.prepare('INSERT INTO person VALUES (?)').run(text);
          return JSON.parse(`${text} is no JSON`);
        });
        router.post('/throw', async (context) => {
          throw new Error(`cannot handle ${new TextDecoder().decode(await readBody(context))}`);
        });
        router.post('/cause', async (context) => {
          const cause = Object.assign(new Error(canary), { code: 'E_X', person: canary });
          throw new Error(context.req.header('authorization'), { cause });
        });
        router.post('/seal', () => {
          const sealed = sealer.seal(new TextEncoder().encode(token), 'careless/token');
          database.durable.exec('CREATE TABLE IF NOT EXISTS sealed (bytes BLOB)');
          database.durable.prepare('INSERT INTO sealed VALUES (?)').run(sealed);
          throw sealed;
        });
      },
    };
  },
});

test('neither logs, replies nor files hold a secret or a person (SE1, SE2)', async () => {
  const logger = collectingLogger();
  const env = { DCI_MASTER_KEY: masterKey, DCI_API_TOKENS: token };
  await using host = await createTestHost({ logger, plugins: [careless], env });
  const { url } = await host.listen();
  const seen: string[] = [];
  const send = async (path: string, init: RequestInit = {}): Promise<number> => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      cookie: canary,
      [canary]: canary,
    };
    const reply = await fetch(url + path, {
      method: 'POST',
      body: person,
      ...init,
      headers: { ...headers, ...init.headers },
    });
    seen.push(await reply.text(), JSON.stringify([...reply.headers]));
    return reply.status;
  };

  const statuses: number[] = [];
  for (const path of [
    'parse',
    'throw',
    'cause',
    'seal',
    canary,
    `parse/${canary}`,
    `%4${canary}`,
    `throw?${canary}=${canary}`,
  ]) {
    statuses.push(await send(`/dci_api/v1/${path}`));
  }
  statuses.push(await send('/dci_api/v1/parse', { headers: { 'content-type': canary } }));
  statuses.push(await send('/dci_api/v1/parse', { headers: { 'content-encoding': canary } }));
  statuses.push(await send('/dci_api/v1/parse', { body: canary.repeat(100_000) }));
  statuses.push(await send('/dci_api/v1/parse', { method: canary.toUpperCase() }));
  expect(statuses).toEqual([500, 500, 500, 500, 404, 404, 404, 500, 415, 415, 413, 400]);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  for (const text of [
    `${canary}\r\n\r\n`,
    `GET /${canary} HTTP/1.1\r\n${canary}\r\n\r\n`,
    `GET /${canary} HTTP/9.9\r\n\r\n`,
  ]) {
    seen.push(await sendRaw(url, text));
  }

  expect(logger.lines().filter(({ level }) => level === 'error').length).toBeGreaterThan(4);
  for (const text of [logger.text(), ...seen]) expect(text.toLowerCase()).not.toContain(canary.toLowerCase());
  const { privateKey } = await host.context.keys.active();
  for (const file of readdirSync(host.dataDirectory)) {
    const bytes = readFileSync(join(host.dataDirectory, file));
    for (const secret of [masterKey, token, privateKey.jwk.d]) expect(bytes.includes(secret)).toBe(false);
  }
});

test('nor does what commands print', async () => {
  const env = { DCI_MASTER_KEY: masterKey, DCI_API_TOKENS: token };
  await using host = await createTestHost({ env });
  const options = { config: { dataDirectory: host.dataDirectory }, env };
  const { privateKey } = await host.context.keys.active();
  const runs = [
    await runCommand(['keys', 'list', '--json'], options),
    await runCommand(['keys', 'generate', '--json'], options),
    await runCommand(['keys', 'list'], { ...options, env: { ...env, DCI_MASTER_KEY: `${canary} but another one` } }),
    await runCommand(['keys', 'list'], { ...options, env: { ...env, PORT: canary, NODE_ENV: 'production', HOST: '' } }),
    await runCommand(['keys', 'list'], { ...options, config: { masterKey: masterKey as 'env:X' }, env: {} }),
    await runCommand(['start'], options),
  ];
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 2, 2, 2, 2]);
  for (const { stdout, stderr } of runs) {
    expect(stdout + stderr).not.toContain(canary);
    expect(stdout + stderr).not.toContain(privateKey.jwk.d);
  }
});

function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(text));
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
}
