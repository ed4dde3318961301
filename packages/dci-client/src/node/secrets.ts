import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { DciError } from 'dci-core';
import type { ReadSecret } from '../settings/secret.ts';

/** Where secrets are read from. */
export interface NodeSecretsOptions {
  /** Absent: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start; absent: the working directory. */
  readonly directory?: string;
}

/**
 * Reads secrets from environment variables (`env:NAME`) and files (`file:PATH`), each time anew.
 *
 * @param options - environment and directory
 * @returns the port; it rejects with `err.configuration.invalid` naming the variable or file that is missing or empty
 */
export function nodeSecrets({ env = process.env, directory = process.cwd() }: NodeSecretsOptions = {}): ReadSecret {
  return async (reference) => {
    const separator = reference.indexOf(':');
    const [kind, name] = [reference.slice(0, separator), reference.slice(separator + 1)];
    if (kind !== 'env' && kind !== 'file') {
      throw new DciError('err.configuration.invalid', 'a secret is named by env:NAME or file:PATH');
    }
    const secret = (kind === 'env' ? env[name] : await readText(resolve(directory, name)))?.trim();
    if (secret === undefined || secret === '') {
      const where = kind === 'env' ? `the environment variable ${name}` : `the file ${name}`;
      throw new DciError('err.configuration.invalid', `${where} is missing or empty`);
    }
    return secret;
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
