import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CLIENT_ID, TOKEN } from '../registry.fixtures.ts';
import { type CommandWorld, startCommandWorld } from './commands-beside.fixtures.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => world.registry.behave({}));

const search = (...words: string[]) =>
  world.dci(['search', ...words], {
    client: { sources: [world.source('social'), world.source('off', { disabled: true })] },
    env: { DCI_URL: 'http://127.0.0.1:9', DCI_CLIENT_SENDER_ID: 'nobody', DCI_CLIENT_KEY: 'nowhere.pem' },
  });

it('dci search --source asks a data source with its settings, and none of the environment', async () => {
  const { code, stdout, stderr } = await search('--source', 'social', '--id', 'UIN:1234567897');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Lucía Núñez');
  expect(stdout).toContain('signature valid (registry.example.org, key key1, ed25519)');
  const [request] = world.registry.requests;
  expect(request?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(request?.header.sender_id).toBe(CLIENT_ID);
  const asJson = await search('--source', 'social', '--predicate', 'sex == "female"', '--page-size', '5', '--json');
  expect(JSON.parse(asJson.stdout).search_response).toHaveLength(1);
});

it('asks one that was added at run time', async () => {
  await world.dci(['sources', 'add', 'added', '--settings', '-'], { stdin: JSON.stringify(world.source('added')) });
  const { code } = await world.dci(['search', '--source', 'added', '--id', 'UIN:1']);
  expect(code).toBe(0);
});

it('has the time of the data source, unless another is given', async () => {
  world.registry.behave({ answer: () => undefined });
  const slow = { client: { sources: [world.source('slow', { timeoutSeconds: 0.2, retries: 0 })] } };
  const { code, stderr } = await world.dci(['search', '--source', 'slow', '--id', 'UIN:1'], slow);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^timeout: .*within 0\.2 seconds/)]);
  const other = await world.dci(['search', '--source', 'slow', '--id', 'UIN:1', '--timeout', '0.3'], slow);
  expect(other.stderr).toMatch(/within 0\.3 seconds/);
  const bad = await world.dci(['search', '--source', 'slow', '--id', 'UIN:1', '--timeout', 'soon'], slow);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('timeoutSeconds must be a number')]);
});

it.each([
  ['--url', 'http://127.0.0.1'],
  ['--registry', 'social'],
  ['--credentials', 'x.json'],
  ['--sender-id', 'x'],
  ['--key', 'x'],
  ['--key-id', 'x'],
  ['--token', 'env:X'],
  ['--receiver-id', 'x'],
  ['--server-key', 'x'],
  ['--jwks', 'x'],
])('refuses %s beside it', async (name, value) => {
  expect(await search('--source', 'social', '--id', 'UIN:1', name, value)).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: ${name} is a matter of the data source: leave it out (err.request.bad)\n`,
  });
});

it('refuses a source that is not there or disabled, and a search of nothing', async () => {
  const refusal = (text: string) => ({ code: 2, stdout: '', stderr: `error: ${text}\n` });
  expect(await search('--source', 'socal', '--id', 'UIN:1')).toEqual(
    refusal('there is no data source socal; did you mean social? at source (err.configuration.invalid)'),
  );
  expect(await search('--source', 'off', '--id', 'UIN:1')).toEqual(
    refusal('the data source off is disabled at source (err.configuration.invalid)'),
  );
  expect((await search('--source', 'social')).stderr).toContain('give one of --id, --expression and --predicate');
  const nothing = await world.dci(['search', '--id', 'UIN:1', '--url', 'http://127.0.0.1:9']);
  expect([nothing.code, nothing.stderr]).toEqual([
    2,
    'error: --registry is missing; it must be one of social, crvs, ibr, dr, fr (err.request.bad)\n',
  ]);
});

it('is in its help', async () => {
  const { stdout } = await search('--help');
  expect(stdout).toContain('--source <code>');
  expect(stdout).toContain('dci search --source crvs_main --id UIN:1234567897');
});
