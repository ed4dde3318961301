import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHost } from 'dci-host/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inItem, TOKEN } from '../../registry.fixtures.ts';
import { type CommandWorld, secretCanary, startCommandWorld } from '../commands-beside.fixtures.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(async () => {
  world.registry.behave({});
  for (const { code } of await world.json(['sources', 'list'])) await world.dci(['sources', 'remove', code, '--force']);
  for (const { code } of await world.json(['sources', 'list'])) throw new Error(`${code} is still there`);
});

const add = (code: string, ...words: string[]) =>
  world.dci(['sources', 'add', code, '--registry', 'crvs', '--url', 'https://crvs.example.org/dci_api/v1', ...words]);

describe('dci sources add', () => {
  it('adds a source, shows and lists it', async () => {
    expect(await add('crvs_main', '--name', 'Civil registry', '--token', 'env:TOKEN')).toEqual({
      code: 0,
      stdout: 'data source crvs_main added\n',
      stderr: '',
    });
    const { stdout } = await world.dci(['sources', 'list']);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'SOURCE | NAME | REGISTRY | DIALECT | ADDRESS | AUTHORIZATION | FROM | STATE',
      'crvs_main | Civil registry | crvs | spdci-1.0 | https://crvs.example.org/dci_api/v1 | bearer | state | active',
      '',
    ]);
    const view = {
      name: 'Civil registry',
      registry: 'crvs',
      baseUrl: 'https://crvs.example.org/dci_api/v1',
      code: 'crvs_main',
      authorization: { kind: 'bearer', token: 'env:TOKEN' },
      origin: 'state',
      state: 'active',
    };
    expect(await world.json(['sources', 'list'])).toEqual([view]);
    expect(await world.json(['sources', 'show', 'crvs_main'])).toEqual(view);
    const shown = await world.dci(['sources', 'show', 'crvs_main']);
    expect(JSON.parse(shown.stdout)).toEqual(view);
    expect(shown.stdout).toContain('\n  "code"');
  });

  it('takes every option', async () => {
    writeFileSync(join(world.directory.path, 'peer.pem'), 'PEM of a key\n');
    const words = ['--dialect', 'openspp', '--sender-id', 'us', '--receiver-id', 'them', '--timeout', '7.5'];
    words.push('--token-url', 'https://crvs.example.org/token', '--client-id', 'mis', '--client-secret', 'env:SECRET');
    words.push('--scope', 'crvs/search', '--credentials-in', 'json', '--callback-base', 'https://mis.example.org/x');
    words.push('--callback-token', 'file:callback', '--receipts', '--peer-key', join(world.directory.path, 'peer.pem'));
    expect((await add('crvs_main', ...words)).code).toBe(0);
    expect(await world.json(['sources', 'show', 'crvs_main'])).toEqual({
      code: 'crvs_main',
      registry: 'crvs',
      baseUrl: 'https://crvs.example.org/dci_api/v1',
      dialect: 'openspp',
      senderId: 'us',
      receiverId: 'them',
      timeoutSeconds: 7.5,
      authorization: {
        kind: 'oauth2',
        tokenUrl: 'https://crvs.example.org/token',
        clientId: 'mis',
        clientSecret: 'env:SECRET',
        scope: 'crvs/search',
        credentialsIn: 'json',
      },
      callbackBase: 'https://mis.example.org/x',
      callbackToken: 'file:callback',
      receipts: true,
      peerKeys: { pem: 'PEM of a key\n' },
      origin: 'state',
      state: 'unusable',
      reason: expect.stringMatching(/^peerKeys\.pem is not usable/),
    });
  });

  it('takes all settings from a file or standard input; options win', async () => {
    const settings = JSON.stringify(world.source('other', { name: 'from the file', retries: 1, encrypt: false }));
    const { stdout } = await world.dci(
      ['sources', 'add', 'crvs_main', '--settings', '-', '--registry', 'dr', '--name', 'from the option', '--json'],
      { stdin: settings },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ code: 'crvs_main', registry: 'dr', name: 'from the option', retries: 1, state: 'active' },
    });
  });

  it('changes one that was added, and only when told to; a disabled one stays so', async () => {
    await add('crvs_main', '--name', 'first');
    expect(await add('crvs_main', '--name', 'second')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: the data source crvs_main is there already; --replace changes it (err.state.conflict)\n',
    });
    expect((await world.json(['sources', 'show', 'crvs_main'])).name).toBe('first');
    await world.dci(['sources', 'disable', 'crvs_main']);
    const changed = await add('crvs_main', '--token', 'env:TOKEN', '--replace');
    expect([changed.code, changed.stdout]).toEqual([0, 'data source crvs_main changed; it is disabled\n']);
    const view = await world.json(['sources', 'show', 'crvs_main']);
    expect(view).toMatchObject({ state: 'disabled', authorization: { kind: 'bearer', token: 'env:TOKEN' } });
    expect(view.name).toBeUndefined();
  });

  it('stores a source whose secret this shell does not know, and says so', async () => {
    const text = 'authorization.token cannot be read: the secret in environment variable NOT_HERE is missing or empty';
    expect(await add('crvs_main', '--token', 'env:NOT_HERE')).toEqual({
      code: 0,
      stdout: 'data source crvs_main added\n',
      stderr: `it cannot be used here: ${text}\n`,
    });
    expect((await world.dci(['sources', 'list'])).stdout).toContain(`  unusable: ${text}\n`);
    expect(await world.json(['sources', 'show', 'crvs_main'])).toMatchObject({ state: 'unusable', reason: text });
  });

  const conflict = 'the data source crvs_main is in the configuration: change it there (err.state.conflict)';
  const bad = (text: string): string => `error: ${text} (err.request.bad)`;
  const invalid = (text: string): string => `error: ${text} (err.configuration.invalid)`;
  it.each<[string, readonly string[], string]>([
    ['a code that is none', ['Crvs Main'], invalid('code must be 1 to 64 lower-case letters, digits, _ and -')],
    [
      'an unknown registry type',
      ['a', '--registry', 'crsv'],
      invalid('registry names no registry type that is known; did you mean crvs?'),
    ],
    [
      'an unknown dialect',
      ['a', '--dialect', 'openssp'],
      invalid('dialect names no dialect that is known; did you mean openspp?'),
    ],
    [
      'a secret in clear',
      ['a', '--token', secretCanary],
      invalid('authorization.token must be a reference to a secret: env:NAME or file:PATH'),
    ],
    [
      'an address that is none',
      ['a', '--url', 'crvs.example.org'],
      invalid('baseUrl must be an http or https address without user, query and fragment'),
    ],
    ['a time that is none', ['a', '--timeout', 'soon'], invalid('timeoutSeconds must be a number')],
    [
      'two ways to authorize',
      ['a', '--token', 'env:T', '--user', 'u', '--password', 'env:P'],
      bad('give one way to authorize: --token, --user or --token-url'),
    ],
    ['a user without password', ['a', '--user', 'u'], invalid('authorization.password is missing')],
    ['a password without user', ['a', '--password', 'env:P'], bad('--password needs --user')],
    ['a client without token endpoint', ['a', '--client-id', 'c'], bad('--client-id needs --token-url')],
    ['two keys', ['a', '--jwks-url', 'https://a.example/', '--peer-key', 'x'], bad('--jwks-url excludes --peer-key')],
    ['a file without object', ['a', '--settings', '-'], bad('--settings must name a file with a JSON object')],
    ['a source of the configuration', ['crvs_main'], `error: ${conflict}`],
  ])('refuses %s', async (_what, [code = '', ...words], stderr) => {
    const words0 = ['sources', 'add', code, '--registry', 'crvs', '--url', 'https://crvs.example.org', ...words];
    const given = { stdin: '[1]', client: { sources: [world.source('crvs_main')] } };
    expect(await world.dci(words0, given)).toEqual({ code: 2, stdout: '', stderr: `${stderr}\n` });
    const asJson = await world.dci([...words0, '--json'], given);
    expect([asJson.code, asJson.stdout]).toEqual([2, '']);
    expect(JSON.parse(asJson.stderr).error.code).toBe(/\(([\w.]+)\)$/.exec(stderr)?.[1]);
    expect(await world.json(['sources', 'list'])).toEqual([]);
  });

  it('refuses http in production', async () => {
    const config = {
      ...world.compose().config,
      ...{ masterKey: 'env:MASTER' as const, development: {} },
    };
    const env = { NODE_ENV: 'production', MASTER: Buffer.alloc(32, 3).toString('base64') };
    const directory = { ...config, dataDirectory: join(world.directory.path, 'production') };
    const words = ['sources', 'add', 'a', '--registry', 'crvs', '--url', 'http://crvs.example.org'];
    expect(await world.dci(words, { config: directory, env })).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: baseUrl must begin with https: in production (err.configuration.invalid)\n`,
    });
  });

  it('has help', async () => {
    for (const command of ['add', 'list', 'show', 'test', 'disable', 'enable', 'remove']) {
      const { code, stdout, stderr } = await world.dci(['sources', command, '--help']);
      expect([code, stderr], command).toEqual([0, '']);
      expect(stdout.split('\n')[0], command).toMatch(new RegExp(`^Usage: dci sources ${command} `));
    }
    expect((await world.dci(['sources', '--help'])).stdout).toContain('the registries that this host asks');
    expect((await world.dci(['sources', 'add', '--help'])).stdout).toContain('Secrets are named, never given');
  });
});

describe('dci sources of a configuration', () => {
  const client = () => ({ sources: [world.source('crvs_main'), world.source('off', { disabled: true })] });

  it('are listed first, with what was added', async () => {
    await add('added');
    const listed = await world.json(['sources', 'list'], { client: client() });
    expect(listed.map(({ code, origin, state }: Record<string, string>) => [code, origin, state])).toEqual([
      ['crvs_main', 'configuration', 'active'],
      ['off', 'configuration', 'disabled'],
      ['added', 'state', 'active'],
    ]);
  });

  it('can be disabled and enabled, not removed', async () => {
    const given = { client: client() };
    expect(await world.dci(['sources', 'disable', 'crvs_main'], given)).toEqual({
      code: 0,
      stdout: 'data source crvs_main disabled\n',
      stderr: '',
    });
    expect((await world.json(['sources', 'show', 'crvs_main'], given)).state).toBe('disabled');
    expect((await world.json(['sources', 'enable', 'crvs_main'], given)).state).toBe('active');
    const { code, stderr } = await world.dci(['sources', 'remove', 'crvs_main'], given);
    const text = 'the data source crvs_main is in the configuration: remove it there';
    expect([code, stderr]).toEqual([2, `error: ${text} (err.state.conflict)\n`]);
    const off = await world.dci(['sources', 'enable', 'off'], given);
    expect(off.stderr).toBe('error: the settings of off say that it is disabled: change them (err.state.conflict)\n');
  });

  it('take the place of one that was added, which can be removed', async () => {
    await add('crvs_main', '--name', 'added');
    const given = { client: client() };
    expect(await world.json(['sources', 'show', 'crvs_main'], given)).toMatchObject({ origin: 'configuration' });
    expect(await world.dci(['sources', 'remove', 'crvs_main'], given)).toEqual({
      code: 0,
      stdout: 'data source crvs_main removed; the one of the configuration stays\n',
      stderr: '',
    });
    expect((await world.dci(['sources', 'remove', 'crvs_main'], given)).code).toBe(2);
  });
});

describe('a source that is not there', () => {
  it.each(['show', 'test', 'disable', 'enable', 'remove'])('dci sources %s: exit code 1', async (command) => {
    await add('crvs_main');
    expect(await world.dci(['sources', command, 'crvs_mian'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no data source crvs_mian; did you mean crvs_main?\n',
    });
    expect((await world.dci(['sources', command, 'quite_another'])).stderr).toBe(
      'there is no data source quite_another\n',
    );
    const nameless = await world.dci(['sources', command]);
    expect([nameless.code, nameless.stderr]).toEqual([2, "error: missing required argument 'code'\n"]);
  });

  it('an empty list says how to add one', async () => {
    expect((await world.dci(['sources', 'list'])).stdout).toBe(
      'There is no data source; add one with: dci sources add\n',
    );
  });
});

describe('dci sources test', () => {
  const store = (more: Parameters<CommandWorld['source']>[1] = {}) =>
    world.dci(['sources', 'add', 'social', '--settings', '-'], { stdin: JSON.stringify(world.source('social', more)) });

  it('probes the registry', async () => {
    world.registry.behave({ change: inItem({ data: { reg_records: [] }, pagination: { total_count: 0 } }) });
    await store({ receiverId: 'registry.example.org', callbackBase: 'http://127.0.0.1:1/x/registry' });
    const { code, stdout, stderr } = await world.dci(['sources', 'test', 'social']);
    expect([code, stderr], stdout).toEqual([0, '']);
    expect(stdout).toMatch(
      /^CHECK +RESULT +WHAT WAS FOUND\nreachability +warning +The host can be reached, without TLS\. /,
    );
    expect(stdout).toMatch(/\nsocial: (?:everything is as it should be|0 failed, \d+ warnings)\n$/);
    const report = await world.json(['sources', 'test', 'social', '--identifier-type', 'NATIONAL']);
    expect(report.source).toBe('social');
    expect(world.registry.requests.at(-1)?.text).toContain('"NATIONAL"');
    expect(JSON.stringify(report)).not.toContain(TOKEN);
  });

  it('has exit code 1 where something failed, also for one that is disabled', async () => {
    await store({ baseUrl: 'http://127.0.0.1:9/dci_api/v1', retries: 0 });
    await world.dci(['sources', 'disable', 'social']);
    const { code, stdout } = await world.dci(['sources', 'test', 'social']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\nreachability +failed /);
    expect(stdout).toMatch(/\nsocial: \d+ failed, \d+ warnings\n$/);
  });

  it('has exit code 2 for one that cannot be used', async () => {
    await store({ authorization: { kind: 'bearer', token: 'env:NOT_HERE' } });
    const { code, stdout, stderr } = await world.dci(['sources', 'test', 'social']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('the secret in environment variable NOT_HERE is missing or empty');
  });
});

it('no command prints a secret', async () => {
  const words = ['--token-url', 'https://a.example.org/token', '--client-id', 'mis', '--client-secret', 'env:SECRET'];
  const printed = [
    await add('crvs_main', ...words),
    await world.dci(['sources', 'list']),
    await world.dci(['sources', 'show', 'crvs_main', '--json']),
    await world.dci(['sources', 'disable', 'crvs_main', '--json']),
    await world.dci(['sources', 'enable', 'crvs_main']),
  ];
  expect(JSON.stringify(printed)).not.toContain(secretCanary);
});

it('what a command changes counts for the next call of a running host', async () => {
  const { client, config } = world.compose({ sources: [world.source('fixed')] });
  await using host = await createTestHost({ ...config, env: { TOKEN } });
  const search = async (code: string) => (await client.client(code)).searchById('UIN', '1234567897');
  expect((await search('fixed')).totalCount).toBe(1);
  expect(await client.sources()).toEqual(['fixed']);

  await expect(search('added')).rejects.toMatchObject({ message: 'there is no data source added' });
  const settings = world.source('added', { timeoutSeconds: 5 });
  await world.dci(['sources', 'add', 'added', '--settings', '-'], { config, stdin: JSON.stringify(settings) });
  expect((await search('added')).totalCount).toBe(1);
  expect(await client.sources()).toEqual(['fixed', 'added']);
  const before = await client.client('added');
  expect(await client.client('added')).toBe(before);

  await world.dci(['sources', 'disable', 'fixed'], { config });
  await expect(search('fixed')).rejects.toMatchObject({
    code: 'err.configuration.invalid',
    message: 'the data source fixed is disabled',
  });
  expect(await client.sources()).toEqual(['added']);
  await world.dci(['sources', 'enable', 'fixed'], { config });
  expect((await search('fixed')).totalCount).toBe(1);

  const changed = JSON.stringify({ ...settings, baseUrl: 'http://127.0.0.1:9/dci_api/v1', retries: 0 });
  await world.dci(['sources', 'add', 'added', '--replace', '--settings', '-'], { config, stdin: changed });
  await expect(search('added')).rejects.toMatchObject({ cause: { kind: 'unreachable' } });
  await world.dci(['sources', 'remove', 'added'], { config });
  await expect(search('added')).rejects.toMatchObject({ message: 'there is no data source added' });
  expect((await host.fetch(new Request('http://localhost/health/ready'))).status).toBe(200);
});
