import { dirname } from 'node:path';
import { DciError } from 'dci-core';
import type { DciConfig, ResolvedConfig } from '../config/dci-config.ts';
import type { Environment } from '../config/environment.ts';
import { configFileNames, findConfig, importConfig } from '../config/load.ts';
import { type ConfigFlags, resolveConfig } from '../config/resolve.ts';

/** Where the configuration of a command line comes from. */
export interface SessionOptions {
  /** A configuration, or the path of one; absent: found as `findConfig` says. */
  readonly config?: string | DciConfig;
  readonly env: Environment;
  readonly workingDirectory: string;
}

/** The configuration of one command line, read when it is first needed. */
export interface Session {
  /**
   * @returns the configuration as written, or `undefined` where there is none
   * @throws DciError err.configuration.invalid when a named file is not there or cannot be loaded
   */
  written(): Promise<DciConfig | undefined>;
  /**
   * @param flags - options of the command line that win
   * @returns the configuration, merged and checked
   * @throws DciError err.configuration.invalid when there is none, or for its faults
   */
  resolved(flags: ConfigFlags): Promise<ResolvedConfig>;
}

/**
 * Makes a session.
 *
 * @param options - where the configuration comes from
 * @returns the session
 */
export function createSession(options: SessionOptions): Session {
  const { env, workingDirectory } = options;
  const given = options.config;
  const path =
    typeof given === 'object'
      ? () => undefined
      : () => findConfig({ env, workingDirectory, ...(given === undefined ? {} : { path: given }) });
  const written = once(async () => {
    if (typeof given === 'object') return given;
    const found = path();
    return found === undefined ? undefined : await importConfig(found);
  });
  return {
    written,
    async resolved(flags) {
      const config = await written();
      if (config === undefined) {
        throw new DciError(
          'err.configuration.invalid',
          `there is no configuration: name one with --config or DCI_CONFIG, or write ${configFileNames[0]}`,
        );
      }
      const found = path();
      return resolveConfig(config, {
        env,
        flags,
        workingDirectory,
        ...(found === undefined ? {} : { configDirectory: dirname(found) }),
      });
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
}
