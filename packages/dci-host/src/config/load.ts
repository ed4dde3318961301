import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DciError } from 'dci-core';
import type { DciConfig, ResolvedConfig } from './dci-config.ts';
import type { Environment } from './environment.ts';
import { describeLoadFailure } from './load-failure.ts';
import { type ConfigFlags, resolveConfig } from './resolve.ts';

/** Names that a configuration file has when nothing names one, in the order in which they are looked for. */
export const configFileNames = ['dci.config.ts', 'dci.config.mts', 'dci.config.js', 'dci.config.mjs'] as const;

/** Where a configuration is looked for. */
export interface FindConfigOptions {
  /** A path that the user gave; it must exist. */
  readonly path?: string;
  readonly env: Environment;
  /** Absolute. */
  readonly workingDirectory: string;
}

/**
 * Finds the configuration file: the given path, else `DCI_CONFIG`, else `dci.config.{ts,mts,js,mjs}` in the working
 * directory.
 *
 * @param options - where to look
 * @returns the absolute path, or `undefined` when nothing names one and none is there
 * @throws DciError err.configuration.invalid when a named file does not exist
 */
export function findConfig(options: FindConfigOptions): string | undefined {
  const named = options.path ?? (options.env.DCI_CONFIG?.trim() || undefined);
  if (named !== undefined) {
    const path = resolve(options.workingDirectory, named);
    if (!existsSync(path))
      throw new DciError('err.configuration.invalid', `the configuration file ${path} does not exist`);
    return path;
  }
  return configFileNames.map((name) => resolve(options.workingDirectory, name)).find((path) => existsSync(path));
}

/**
 * Imports a configuration file: its export `config`, else its default export.
 *
 * @param path - absolute path of a `.ts`, `.mts`, `.js` or `.mjs` file
 * @returns what the file exports, unchecked
 * @throws DciError err.configuration.invalid when the file cannot be imported or exports no configuration
 */
export async function importConfig(path: string): Promise<DciConfig> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const message = `the configuration file ${path} cannot be loaded: ${describeLoadFailure(error, path)}`;
    throw new DciError('err.configuration.invalid', message, { cause: error });
  }
  const config = exported.config ?? exported.default;
  if (typeof config !== 'object' || config === null) {
    throw new DciError(
      'err.configuration.invalid',
      `the configuration file ${path} exports no config: export const config = defineConfig({ … })`,
    );
  }
  return config as DciConfig;
}

/** What {@link loadConfig} reads. */
export interface LoadConfigOptions extends FindConfigOptions {
  readonly flags?: ConfigFlags;
}

/**
 * Finds, imports, merges and checks the configuration.
 *
 * @param options - where to look, environment and command-line options
 * @returns the frozen configuration and the plug-ins
 * @throws DciError err.configuration.invalid when there is none, or for every fault that it has
 */
export async function loadConfig(options: LoadConfigOptions): Promise<ResolvedConfig> {
  const path = findConfig(options);
  if (path === undefined) {
    throw new DciError(
      'err.configuration.invalid',
      `there is no configuration: name one with --config or DCI_CONFIG, or write ${configFileNames[0]}`,
    );
  }
  return resolveConfig(await importConfig(path), {
    env: options.env,
    workingDirectory: options.workingDirectory,
    configDirectory: dirname(path),
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  });
}
