import type { Clock, CryptoProvider, Fetch, Random } from 'dci-core';
import type { HostContext } from '../host-context.ts';

/** 0: ok; 1: a negative answer (not valid, not found, refused); 2: bad input or failure. */
export type ExitCode = 0 | 1 | 2;

/** An option of a command, in commander's notation. */
export interface CliOption {
  /** For example `--key <pem>`, `--json`, `--page <n>`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string;
  readonly required?: boolean;
  /** May be given several times; the value is then a list. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  /** Environment variable that supplies the value. */
  readonly env?: string;
}

/** A positional argument: `<file>` is required, `[file]` is not. */
export interface CliArgument {
  readonly name: string;
  readonly description: string;
}

/** Values of a command's options by camel-cased name. */
export type CliOptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What a running command can use. Nothing else of the process is touched. */
export interface CliContext {
  readonly arguments: readonly (string | undefined)[];
  readonly options: CliOptionValues;
  /** `--json` was given: stdout carries one JSON document and nothing else. */
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly crypto: CryptoProvider;
  /** True when stdout is a terminal. */
  readonly interactive: boolean;
  /** Writes to stdout, adding a line end. */
  print(text: string): void;
  /** Writes to stderr, adding a line end. */
  warn(text: string): void;
  /** Writes rows as an aligned table to stdout. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Reads a file, or standard input for `-` or no name. */
  readInput(file: string | undefined): Promise<Uint8Array>;
  /** Opens the state of the configured host (config, migrated database, keys) beside a running one; closed for you. */
  openState(): Promise<HostContext>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** One line of help for each group of commands, by the words that they share: `senders`, `senders key`. */
export type CliCommandGroups = Readonly<Record<string, string>>;

/** One command of `dci`. `--help` and `--json` are added to every command, `--config` and `--data` to most. */
export interface CliCommand {
  /** Words after `dci`, for example `senders add`. */
  readonly name: string;
  readonly summary: string;
  /** Longer help with examples, shown after the options. */
  readonly help?: string;
  readonly arguments?: readonly CliArgument[];
  readonly options?: readonly CliOption[];
  /** It uses neither configuration nor state: `--config` and `--data` are not offered, and no configuration is read. */
  readonly withoutConfiguration?: boolean;
  /**
   * @returns the exit code
   * @throws DciError for bad input: printed with its code, exit code 2
   */
  run(context: CliContext): Promise<ExitCode>;
}
