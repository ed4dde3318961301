import { expect, test } from 'vitest';
import { collectingLogger, silentLogger } from '../../testing/logger.ts';
import { runCommand } from '../../testing/run-command.ts';
import { temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createTestHost } from '../../testing/test-host.ts';
import { runCli } from '../main.ts';

test('serves until it is told to stop', async () => {
  using directory = temporaryDirectory();
  const stop = new AbortController();
  const logger = collectingLogger();
  const config = { senderId: 'host.example', port: 1 };
  const running = runCommand(['start', '--json', '--port', '0', '--data', directory.path], {
    config,
    logger,
    signal: stop.signal,
  });
  let port: unknown;
  while (port === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    port = logger.lines().find(({ msg }) => msg === 'listening')?.port;
  }
  const url = `http://127.0.0.1:${port}`;
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  stop.abort();
  expect(await running).toEqual({
    code: 0,
    stdout: `${JSON.stringify({ url, sender_id: 'host.example' })}\n`,
    stderr: '',
  });
  expect(logger.lines().at(-1)?.msg).toBe('stopped');
  await expect(fetch(url)).rejects.toThrow();
});

test('is 2 when another host has the data directory, or the port is taken', async () => {
  await using host = await createTestHost();
  const { url } = await host.listen();
  const port = Number(new URL(url).port);
  const logger = collectingLogger();
  expect(await runCommand(['start', '--data', host.dataDirectory], { config: {}, logger })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: another host \(process \d+\) is using the data directory .* \(err\.state\.conflict\)\n$/,
    ),
  });
  using directory = temporaryDirectory();
  const options = { config: { port }, logger };
  expect(await runCommand(['start', '--data', directory.path], options)).toMatchObject({
    code: 2,
    stderr: `error: the address 127.0.0.1:${port} is in use by another program (err.state.conflict)\n`,
  });
  await (await createTestHost({ dataDirectory: directory.path })).dispose();
});

test('prints the address before plug-ins that have something to say about it', async () => {
  using directory = temporaryDirectory();
  const stop = new AbortController();
  const printed: string[] = [];
  const listening = () => {
    printed.push('plug-in');
    stop.abort();
  };
  const code = await runCli({
    argv: ['start', '--port', '0', '--data', directory.path],
    config: { plugins: [{ name: 'x', setup: () => ({ listening }) }] },
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => printed.push(text) },
    stderr: { write: () => {} },
    logger: silentLogger,
    signal: stop.signal,
  });
  expect(code).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^listening on http:/), 'plug-in']);
});

test('is 2 for faults of the configuration, all told', async () => {
  const env = { NODE_ENV: 'production', DCI_BYPASS_BEARER_AUTH: '1' };
  const { code, stderr } = await runCommand(['start'], { config: {}, env });
  expect(code).toBe(2);
  expect(stderr).toContain('development.bypassBearerAuth: refused in production mode');
  expect(stderr).toContain('masterKey: required in production mode');
});
