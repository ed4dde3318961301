import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateKeyPem } from 'dci-core';
import type { DciConfig } from 'dci-host';
import { type CommandResult, runCommand, type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { dciClient } from '../plugin.ts';
import { CLIENT_ID, startRegistry, type TestRegistry, TOKEN } from '../registry.fixtures.ts';
import type { DciClientOptions, DciClientPlugin } from './client-plugin.ts';

/** A registry over HTTP, and a data directory in which commands and hosts of a test work. */
export interface CommandWorld extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly directory: TemporaryDirectory;
  /** Settings of a source that asks the registry, whose credential it accepts. */
  source(code: string, more?: Partial<DataSourceSettings>): DataSourceSettings;
  /** A new plug-in, and a configuration with it. */
  compose(
    options?: DciClientOptions,
    more?: DciConfig,
  ): { readonly client: DciClientPlugin; readonly config: DciConfig };
  /** Runs a command of a configuration without sources, or of another one. */
  dci(argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** The same with `--json`, which must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: looked at by tests
  json(argv: readonly string[], options?: CommandOptions): Promise<any>;
}

/** How a command runs. */
export interface CommandOptions {
  readonly client?: DciClientOptions;
  readonly config?: DciConfig;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Environment in which the secrets of the tests lie; their values must never be printed. */
export const secretCanary = 'CANARY-secret-5d1e';

/** Makes a world; one for each test file. */
export async function startCommandWorld(): Promise<CommandWorld> {
  const registry = await startRegistry();
  const directory = temporaryDirectory();
  await writeFile(join(directory.path, 'client.pem'), await writePrivateKeyPem(registry.clientKey));
  const compose: CommandWorld['compose'] = (options = {}, more = {}) => {
    const client = dciClient(options);
    return {
      client,
      config: {
        senderId: CLIENT_ID,
        dataDirectory: directory.path,
        development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
        plugins: [client],
        ...more,
      },
    };
  };
  const dci: CommandWorld['dci'] = (argv, { client, config, stdin, env } = {}) =>
    runCommand(argv, {
      config: config ?? compose(client).config,
      env: { TOKEN, SECRET: secretCanary, ...env },
      workingDirectory: directory.path,
      ...(stdin !== undefined && { stdin }),
    });
  return {
    registry,
    directory,
    compose,
    source: (code, more) => ({
      code,
      registry: 'social',
      baseUrl: registry.baseUrl,
      authorization: { kind: 'bearer', token: 'env:TOKEN' },
      key: `file:${join(directory.path, 'client.pem')}`,
      keyId: 'key1',
      ...more,
    }),
    dci,
    json: async (argv, options) => {
      const { code, stdout, stderr } = await dci([...argv, '--json'], options);
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr}${stdout}`);
      return JSON.parse(stdout);
    },
    [Symbol.asyncDispose]: async () => {
      await registry.stop();
      directory.remove();
    },
  };
}
