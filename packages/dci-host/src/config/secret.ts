import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DciError } from 'dci-core';

/**
 * Where a secret lies: `env:NAME` names an environment variable, `file:PATH` a file whose text, without
 * surrounding white space, is the secret. Configuration files hold references, never secrets.
 */
export type SecretReference = `env:${string}` | `file:${string}`;

const reference = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/s;

/**
 * Tells whether a text is a secret reference.
 *
 * @param text - any text
 * @returns true for `env:NAME` and `file:PATH`
 */
export function isSecretReference(text: string): text is SecretReference {
  return reference.test(text);
}

/**
 * A secret in memory. However it is printed, serialised or inspected, it shows `[secret]`.
 */
export class Secret {
  readonly #value: string;

  /** @param value - the secret itself */
  constructor(value: string) {
    this.#value = value;
  }

  /** @returns the secret itself; the caller neither logs nor stores it */
  reveal(): string {
    return this.#value;
  }

  /** @returns a placeholder */
  toString(): string {
    return '[secret]';
  }

  /** @returns a placeholder */
  toJSON(): string {
    return '[secret]';
  }

  /** @returns a placeholder, for `util.inspect` */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Reads the secrets that configurations and stored settings refer to, each time anew. */
export interface SecretReader {
  /**
   * @param secretReference - `env:NAME`, or `file:PATH`, relative to the configuration file
   * @returns the secret
   * @throws DciError err.configuration.invalid as {@link resolveSecret}
   */
  read(secretReference: SecretReference): Secret;
}

/** What {@link resolveSecret} reads from. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths of `file:` references start from. */
  readonly directory: string;
}

/**
 * Reads the secret that a reference names.
 *
 * @param secretReference - `env:NAME` or `file:PATH`
 * @param sources - environment and base directory
 * @returns the secret
 * @throws DciError err.configuration.invalid when the variable or file is missing or empty; the text names the
 * reference and never the secret
 */
export function resolveSecret(secretReference: SecretReference, sources: SecretSources): Secret {
  const [kind, name] = [secretReference.slice(0, secretReference.indexOf(':')), secretReference.replace(/^\w+:/, '')];
  const value = kind === 'env' ? sources.env[name]?.trim() : readSecretFile(name, sources.directory);
  if (value === undefined || value === '') {
    const where = kind === 'env' ? `environment variable ${name}` : `file ${name}`;
    throw new DciError('err.configuration.invalid', `the secret in ${where} is missing or empty`);
  }
  return new Secret(value);
}

function readSecretFile(path: string, directory: string): string | undefined {
  try {
    return readFileSync(resolve(directory, path), 'utf8').trim();
  } catch {
    return undefined;
  }
}
