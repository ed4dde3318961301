import { resolve } from 'node:path';
import { DciError } from 'dci-core';
import { masterKeyFault } from '../keys/master-key.ts';
import type { Plugin } from '../plugin.ts';
import type { DciConfig, ResolvedConfig } from './dci-config.ts';
import { developmentVariables, type Environment, readEnvironment, withoutUndefined } from './environment.ts';
import type { DevelopmentSwitches, HostConfig } from './host-config.ts';
import { readLocationFile } from './locations.ts';
import { checkConfig } from './schema.ts';
import { resolveSecret, Secret, type SecretReader, type SecretReference } from './secret.ts';

/** Command-line options that win over environment and configuration. */
export interface ConfigFlags {
  readonly host?: string;
  readonly port?: number;
  /** Relative to the working directory. */
  readonly dataDirectory?: string;
}

/** What a configuration is merged with. */
export interface ResolveOptions {
  readonly env: Environment;
  readonly flags?: ConfigFlags;
  /** The working directory, absolute. */
  readonly workingDirectory: string;
  /** Directory of the configuration file, absolute; default: the working directory. */
  readonly configDirectory?: string;
}

const defaultLimits: HostConfig['limits'] = {
  bodyBytes: 1024 * 1024,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  keepAliveTimeoutMs: 15_000,
  connections: 10_000,
  drainTimeoutMs: 30_000,
};

/**
 * Merges a configuration with environment variables and command-line options, resolves its secrets and checks it.
 *
 * Order, last wins: defaults, configuration, environment, options.
 *
 * @param config - what the configuration file exports
 * @param options - environment, options and directories
 * @returns the frozen configuration and the plug-ins
 * @throws DciError err.configuration.invalid listing every fault, one a line; values are never repeated. In
 * production mode each development switch and a missing master key are faults
 */
export function resolveConfig(config: DciConfig, options: ResolveOptions): ResolvedConfig {
  const { config: given, faults: configFaults } = checkConfig(config);
  const { settings: environment, faults: environmentFaults } = readEnvironment(options.env);
  const faults = [...configFaults, ...environmentFaults];
  const flags = options.flags ?? {};
  const configDirectory = options.configDirectory ?? options.workingDirectory;

  const secret = (path: string, reference: SecretReference): Secret | undefined => {
    try {
      return resolveSecret(reference, { env: options.env, directory: configDirectory });
    } catch (error) {
      faults.push(`${path}: ${error instanceof Error ? error.message : 'cannot be read'}`);
      return undefined;
    }
  };

  const masterKey =
    environment.masterKey !== undefined
      ? new Secret(environment.masterKey)
      : given.masterKey && secret('masterKey', given.masterKey);
  const apiTokens =
    environment.apiTokens?.map((token) => new Secret(token)) ??
    (given.apiTokens ?? []).flatMap((reference, index) => secret(`apiTokens[${index}]`, reference) ?? []);
  const weakness = masterKey && masterKeyFault(masterKey.reveal());
  if (weakness !== undefined) faults.push(`masterKey: ${weakness} (DCI_MASTER_KEY)`);
  const development: DevelopmentSwitches = {
    allowUnsignedRequests: false,
    bypassBearerAuth: false,
    allowHttpCallbacks: false,
    allowInternalCallbackIps: false,
    ...withoutUndefined(given.development ?? {}),
    ...environment.development,
  };
  const locations =
    typeof given.locations === 'string'
      ? readLocationFile(given.locations, configDirectory)
      : { locations: given.locations, faults: [] };
  faults.push(...locations.faults);
  const plugins = given.plugins ?? [];
  faults.push(...repeatedNames(plugins));
  if (environment.production) faults.push(...productionFaults(development, given.masterKey ?? masterKey));
  if (flags.port !== undefined && !(Number.isInteger(flags.port) && flags.port >= 0 && flags.port <= 65_535)) {
    faults.push('--port: an integer from 0 to 65535 is expected');
  }
  refuse(faults);

  const fromWorkingDirectory = flags.dataDirectory ?? environment.dataDirectory;
  const dataDirectory =
    fromWorkingDirectory === undefined && given.dataDirectory !== undefined
      ? resolve(configDirectory, given.dataDirectory)
      : resolve(options.workingDirectory, fromWorkingDirectory ?? 'data');
  const resolved: HostConfig = {
    production: environment.production,
    senderId: environment.senderId ?? given.senderId ?? 'dci-host',
    host: flags.host ?? environment.host ?? given.host ?? '127.0.0.1',
    port: flags.port ?? environment.port ?? given.port ?? 8080,
    dataDirectory,
    basePath: given.basePath ?? '/dci_api/v1',
    basePathAliases: given.basePathAliases ?? [],
    ...(masterKey === undefined ? {} : { masterKey }),
    apiTokens,
    maxSubscriptionsPerSender: environment.maxSubscriptionsPerSender ?? given.maxSubscriptionsPerSender ?? 100,
    logLevel: given.logLevel ?? 'info',
    limits: { ...defaultLimits, ...withoutUndefined(given.limits ?? {}) },
    keys: {
      algorithm: 'ed25519',
      encryptionAlgorithm: 'ECDH-ES+A256KW',
      retireDays: 30,
      leadSeconds: 60,
      ...withoutUndefined(given.keys ?? {}),
    },
    ...(locations.locations === undefined ? {} : { locations: locations.locations }),
    egress: { allowedNetworks: [], ...withoutUndefined(given.egress ?? {}) },
    development,
  };
  freezeDeep(resolved);
  refuse(plugins.flatMap((plugin) => (plugin.faults?.(resolved) ?? []).map((fault) => `${plugin.name}: ${fault}`)));
  const secrets: SecretReader = {
    read: (reference) => resolveSecret(reference, { env: options.env, directory: configDirectory }),
  };
  return Object.freeze({ config: resolved, plugins: Object.freeze([...plugins]), secrets });
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new DciError(
    'err.configuration.invalid',
    `the configuration has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}

function productionFaults(development: DevelopmentSwitches, masterKey: unknown): readonly string[] {
  const faults = Object.entries(developmentVariables)
    .filter(([name]) => development[name as keyof DevelopmentSwitches])
    .map(([name, variable]) => `development.${name}: refused in production mode (${variable})`);
  if (masterKey === undefined) faults.push('masterKey: required in production mode (DCI_MASTER_KEY)');
  return faults;
}

function repeatedNames(plugins: readonly Plugin[]): readonly string[] {
  const names = plugins.map((plugin) => plugin.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `plugins: ${name} is there more than once`);
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeDeep(member);
  return Object.freeze(value);
}
