import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import type { DciConfig } from './dci-config.ts';
import { type ResolveOptions, resolveConfig } from './resolve.ts';

const plugin = (name: string) => ({ name, setup: () => ({}) });
const masterKey = 'a master key of decent length';

function resolved(config: unknown, options: Partial<ResolveOptions> = {}) {
  return resolveConfig(config as DciConfig, { env: {}, workingDirectory: '/srv/dci', ...options });
}

function faultsOf(config: unknown, options: Partial<ResolveOptions> = {}): readonly string[] {
  try {
    resolved(config, options);
  } catch (error) {
    expect(error).toBeInstanceOf(DciError);
    expect(error).toMatchObject({ code: 'err.configuration.invalid' });
    const [, ...lines] = (error as DciError).message.split('\n');
    return lines.map((line) => line.trim());
  }
  return [];
}

describe('defaults', () => {
  test('need nothing', () => {
    expect(resolved({}).config).toEqual({
      production: false,
      senderId: 'dci-host',
      host: '127.0.0.1',
      port: 8080,
      dataDirectory: '/srv/dci/data',
      basePath: '/dci_api/v1',
      basePathAliases: [],
      apiTokens: [],
      maxSubscriptionsPerSender: 100,
      logLevel: 'info',
      limits: {
        bodyBytes: 1_048_576,
        headersTimeoutMs: 10_000,
        bodyTimeoutMs: 30_000,
        keepAliveTimeoutMs: 15_000,
        connections: 10_000,
        drainTimeoutMs: 30_000,
      },
      keys: { algorithm: 'ed25519', encryptionAlgorithm: 'ECDH-ES+A256KW', retireDays: 30, leadSeconds: 60 },
      egress: { allowedNetworks: [] },
      development: {
        allowUnsignedRequests: false,
        bypassBearerAuth: false,
        allowHttpCallbacks: false,
        allowInternalCallbackIps: false,
      },
    });
  });

  test('stay where a part of a group is set, also to undefined', () => {
    const { config } = resolved({ limits: { bodyBytes: 2048 }, keys: { retireDays: undefined } });
    expect(config.limits).toMatchObject({ bodyBytes: 2048, headersTimeoutMs: 10_000 });
    expect(config.keys.retireDays).toBe(30);
  });
});

describe('order of precedence', () => {
  const config = { senderId: 'file', host: '10.0.0.1', port: 1, maxSubscriptionsPerSender: 1 };
  const env = { DCI_SENDER_ID: 'env', HOST: '10.0.0.2', PORT: '2', DCI_MAX_SUBSCRIPTIONS_PER_SENDER: '2' };

  test('environment over configuration', () => {
    expect(resolved(config, { env }).config).toMatchObject({
      senderId: 'env',
      host: '10.0.0.2',
      port: 2,
      maxSubscriptionsPerSender: 2,
    });
  });

  test('options over environment', () => {
    const flags = { port: 3, host: '10.0.0.3', dataDirectory: 'here' };
    expect(resolved(config, { env, flags }).config).toMatchObject({
      host: '10.0.0.3',
      port: 3,
      dataDirectory: '/srv/dci/here',
    });
  });

  test('an empty variable counts as absent', () => {
    expect(resolved(config, { env: { DCI_SENDER_ID: '', PORT: ' ', NODE_ENV: '' } }).config).toMatchObject({
      senderId: 'file',
      port: 1,
    });
  });

  test('every development switch', () => {
    const env = {
      DCI_ALLOW_UNSIGNED_REQUESTS: 'true',
      DCI_BYPASS_BEARER_AUTH: '1',
      DCI_ALLOW_HTTP_CALLBACKS: 'yes',
      DCI_ALLOW_INTERNAL_CALLBACK_IPS: 'on',
    };
    expect(Object.values(resolved({}, { env }).config.development)).toEqual([true, true, true, true]);
    const off = { ...env, DCI_BYPASS_BEARER_AUTH: 'false' };
    const config = { development: { bypassBearerAuth: true } };
    expect(resolved(config, { env: off }).config.development.bypassBearerAuth).toBe(false);
  });
});

test('private networks of peers can be permitted in production', () => {
  const env = { NODE_ENV: 'production', DCI_MASTER_KEY: masterKey };
  const config = { egress: { allowedNetworks: ['10.20.0.0/16', 'fd12::/16'] } };
  expect(resolved(config, { env }).config.egress).toEqual(config.egress);
});

describe('data directory', () => {
  const configDirectory = '/etc/dci';

  test('of the configuration is relative to its file, of the environment to the working directory', () => {
    expect(resolved({ dataDirectory: 'state' }, { configDirectory }).config.dataDirectory).toBe('/etc/dci/state');
    expect(resolved({}, { configDirectory }).config.dataDirectory).toBe('/srv/dci/data');
    const env = { DCI_DATA_DIR: 'elsewhere' };
    expect(resolved({ dataDirectory: 'state' }, { configDirectory, env }).config.dataDirectory).toBe(
      '/srv/dci/elsewhere',
    );
  });
});

describe('secrets', () => {
  test('come from references, and the environment wins', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'token'), 'token from file\n');
    const config = { masterKey: 'env:MY_KEY', apiTokens: ['file:token', 'env:MY_TOKEN'] };
    const env = { MY_KEY: masterKey, MY_TOKEN: 'token from env' };
    const first = resolved(config, { env, configDirectory: directory.path }).config;
    expect(first.masterKey?.reveal()).toBe(masterKey);
    expect(first.apiTokens.map((token) => token.reveal())).toEqual(['token from file', 'token from env']);
    const second = resolved(config, {
      env: { ...env, DCI_MASTER_KEY: 'another master key, also long', DCI_API_TOKENS: 'a, b,,c' },
      configDirectory: directory.path,
    }).config;
    expect(second.masterKey?.reveal()).toBe('another master key, also long');
    expect(second.apiTokens.map((token) => token.reveal())).toEqual(['a', 'b', 'c']);
  });

  test('never show in the printed configuration', () => {
    const env = { DCI_MASTER_KEY: 'canary-master-key-0123456789', DCI_API_TOKENS: 'canary-token' };
    const result = resolved({}, { env });
    expect(JSON.stringify(result)).not.toContain('canary');
    expect(inspect(result, { depth: 9, showHidden: true })).not.toContain('canary');
  });
});

describe('faults', () => {
  test.each<[unknown, string]>([
    [{ prot: 1 }, 'prot: unknown key; did you mean port?'],
    [{ wholly: 1 }, 'wholly: unknown key'],
    [{ limits: { bodyByte: 1 } }, 'limits.bodyByte: unknown key; did you mean bodyBytes?'],
    [{ keys: { algorithms: 'rs256' } }, 'keys.algorithms: unknown key; did you mean algorithm?'],
    [{ port: '80' }, 'port: a number is expected'],
    [{ port: 1.5 }, 'port: an integer is expected'],
    [{ port: 65_536 }, 'port: at most 65535'],
    [{ port: -1 }, 'port: at least 0'],
    [{ host: '' }, 'host: an address is expected'],
    [{ senderId: 'a|b' }, 'senderId: printable ASCII without spaces, quotes, backslash or |'],
    [{ senderId: 'a"b' }, 'senderId: printable ASCII without spaces, quotes, backslash or |'],
    [{ senderId: 'a b' }, 'senderId: printable ASCII without spaces, quotes, backslash or |'],
    [{ basePath: 'dci' }, 'basePath: a path such as /dci_api/v1 is expected, without a slash at its end'],
    [{ basePath: '/dci/' }, 'basePath: a path such as /dci_api/v1 is expected, without a slash at its end'],
    [
      { basePathAliases: ['/ok', '/:x'] },
      'basePathAliases[1]: a path such as /dci_api/v1 is expected, without a slash at its end',
    ],
    [{ masterKey: 'the key itself' }, 'masterKey: a secret reference is expected: env:NAME or file:PATH'],
    [{ masterKey: 'env:NOT_SET' }, 'masterKey: the secret in environment variable NOT_SET is missing or empty'],
    [{ apiTokens: ['env:NOT_SET'] }, 'apiTokens[0]: the secret in environment variable NOT_SET is missing or empty'],
    [{ logLevel: 'loud' }, 'logLevel: one of debug, info, warn, error'],
    [{ limits: { bodyBytes: 10 } }, 'limits.bodyBytes: at least 1024'],
    [{ development: { bypassBearerAuth: 'yes' } }, 'development.bypassBearerAuth: true or false is expected'],
    [{ egress: { allowedNetworks: '10.0.0.0/8' } }, 'egress.allowedNetworks: a list of networks is expected'],
    [{ egress: { allowedNetworks: [8] } }, 'egress.allowedNetworks[0]: a network such as 10.20.0.0/16 is expected'],
    [
      { egress: { allowedNetworks: ['10.20.0.0/16', '169.254.0.0/16'] } },
      'egress.allowedNetworks[1]: only networks inside of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7 can be permitted',
    ],
    [{ plugins: [{}] }, 'plugins[0]: a plug-in with a name and a setup function is expected'],
    [{ plugins: [{ name: 'x', setup: 1 }] }, 'plugins[0]: a plug-in with a name and a setup function is expected'],
    [{ plugins: [plugin('x'), plugin('y'), plugin('x')] }, 'plugins: x is there more than once'],
    [null, 'config: an object is expected'],
  ])('%j', (config, fault) => {
    expect(faultsOf(config)).toContain(fault);
  });

  test.each<[Record<string, string>, string]>([
    [{ PORT: 'http' }, 'PORT: an integer from 0 to 65535 is expected'],
    [{ PORT: '70000' }, 'PORT: an integer from 0 to 65535 is expected'],
    [{ PORT: '-1' }, 'PORT: an integer from 0 to 65535 is expected'],
    [
      { DCI_MAX_SUBSCRIPTIONS_PER_SENDER: 'all' },
      'DCI_MAX_SUBSCRIPTIONS_PER_SENDER: an integer from 0 to 999999999 is expected',
    ],
    [{ DCI_BYPASS_BEARER_AUTH: 'maybe' }, 'DCI_BYPASS_BEARER_AUTH: true or false is expected'],
  ])('environment %j', (env, fault) => {
    expect(faultsOf({}, { env })).toEqual([fault]);
  });

  test('are all told at once, and none repeats a value', () => {
    const env = { PORT: 'canary', NODE_ENV: 'production', DCI_ALLOW_HTTP_CALLBACKS: 'true' };
    const faults = faultsOf({ prot: 'canary', logLevel: 'canary', senderId: 'canary canary' }, { env });
    expect(faults).toHaveLength(6);
    expect(faults.join()).not.toContain('canary');
  });
});

describe('production mode', () => {
  const env = { NODE_ENV: 'production', DCI_MASTER_KEY: masterKey };

  test('accepts a safe configuration', () => {
    expect(resolved({}, { env }).config.production).toBe(true);
  });

  test.each([
    ['allowUnsignedRequests', 'DCI_ALLOW_UNSIGNED_REQUESTS'],
    ['bypassBearerAuth', 'DCI_BYPASS_BEARER_AUTH'],
    ['allowHttpCallbacks', 'DCI_ALLOW_HTTP_CALLBACKS'],
    ['allowInternalCallbackIps', 'DCI_ALLOW_INTERNAL_CALLBACK_IPS'],
  ])('refuses %s from either side', (name, variable) => {
    const fault = `development.${name}: refused in production mode (${variable})`;
    expect(faultsOf({ development: { [name]: true } }, { env })).toEqual([fault]);
    expect(faultsOf({}, { env: { ...env, [variable]: 'true' } })).toEqual([fault]);
  });

  test('refuses to be without a master key', () => {
    expect(faultsOf({}, { env: { NODE_ENV: 'production' } })).toEqual([
      'masterKey: required in production mode (DCI_MASTER_KEY)',
    ]);
  });
});

describe('a plug-in', () => {
  test('tells the faults that it finds in a configuration which has none of its own', () => {
    const picky = { ...plugin('picky'), faults: ({ port }: { port: number }) => (port === 1 ? ['not this port'] : []) };
    expect(faultsOf({ plugins: [picky] })).toEqual([]);
    expect(faultsOf({ plugins: [picky, { ...picky, name: 'b' }], port: 1 })).toEqual([
      'picky: not this port',
      'b: not this port',
    ]);
    expect(faultsOf({ plugins: [picky], port: -1 })).toEqual(['port: at least 0']);
  });
});

test('a master key that cannot be one is a fault, wherever it comes from', () => {
  const fault = expect.stringMatching(/^masterKey: 32 bytes as base64 or hex .* are expected \(DCI_MASTER_KEY\)$/);
  expect(faultsOf({}, { env: { DCI_MASTER_KEY: 'canary' } })).toEqual([fault]);
  expect(faultsOf({ masterKey: 'env:KEY' }, { env: { KEY: 'canary' } })).toEqual([fault]);
});

test('the result is frozen all the way down', () => {
  const { config, plugins } = resolved({ plugins: [plugin('x')] });
  for (const part of [config, config.limits, config.keys, config.development, config.apiTokens, plugins]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test('plug-ins stay the objects that they were', () => {
  const one = plugin('x');
  expect(resolved({ plugins: [one] }).plugins[0]).toBe(one);
});

test('secrets of settings are read each time anew, relative to the configuration file', () => {
  const directory = temporaryDirectory();
  try {
    const env: Record<string, string> = { TOKEN: 'first' };
    const { secrets } = resolveConfig({}, { env, workingDirectory: '/', configDirectory: directory.path });
    expect(secrets.read('env:TOKEN').reveal()).toBe('first');
    env.TOKEN = 'second';
    expect(secrets.read('env:TOKEN').reveal()).toBe('second');
    expect(() => secrets.read('file:token')).toThrow('missing or empty');
    writeFileSync(join(directory.path, 'token'), 'third\n');
    expect(secrets.read('file:token').reveal()).toBe('third');
  } finally {
    directory.remove();
  }
});
