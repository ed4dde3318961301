import process from 'node:process';
import { DciError } from 'dci-core';
import type { DciConfig } from '../config/dci-config.ts';
import { type Environment, withoutUndefined } from '../config/environment.ts';
import type { HostContext } from '../host-context.ts';
import { completeHostPorts, completePorts, type HostPorts, type ProcessPorts } from '../host-ports.ts';
import { createLogger } from '../observe/logger.ts';
import { type OpenedState, openStateBeside } from '../open-state.ts';
import type { CliCommand, CliCommandGroups, CliContext, CliOptionValues, ExitCode } from './command.ts';
import { digestCommand } from './commands/digest.ts';
import { keysGenerateCommand } from './commands/keys-generate.ts';
import { keysListCommand } from './commands/keys-list.ts';
import { keysRevokeCommand } from './commands/keys-revoke.ts';
import { keysRotateCommand } from './commands/keys-rotate.ts';
import { outboxListCommand } from './commands/outbox-list.ts';
import { outboxPurgeCommand } from './commands/outbox-purge.ts';
import { outboxRetryCommand } from './commands/outbox-retry.ts';
import { outboxShowCommand } from './commands/outbox-show.ts';
import { signCommand } from './commands/sign.ts';
import { startCommand } from './commands/start.ts';
import { verifyCommand } from './commands/verify.ts';
import { runProgram } from './program.ts';
import { readInput } from './read-input.ts';
import { createSession, type Session } from './session.ts';
import { formatTable, type TextOutput } from './terminal.ts';
import { packageVersion } from './version.ts';

/** What {@link runCli} works with. */
export interface RunCliOptions extends Partial<HostPorts> {
  /** Arguments after the name of the program. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** A configuration, or the path of its file, for when neither `--config` nor `DCI_CONFIG` names one. */
  readonly config?: string | DciConfig;
  /** Commands besides those of the host and of the plug-ins in the configuration. */
  readonly commands?: readonly CliCommand[];
  /** Help for the groups that these commands make. */
  readonly commandGroups?: CliCommandGroups;
  /** Absolute; default: the process's. */
  readonly workingDirectory?: string;
  /** Aborted to end a command that runs on, such as `start`. */
  readonly signal?: AbortSignal;
}

const hostCommands: readonly CliCommand[] = [
  keysGenerateCommand,
  keysListCommand,
  keysRotateCommand,
  keysRevokeCommand,
  outboxListCommand,
  outboxShowCommand,
  outboxRetryCommand,
  outboxPurgeCommand,
  digestCommand,
  signCommand,
  verifyCommand,
];
const hostGroups: CliCommandGroups = {
  keys: 'the signing keys of this host',
  outbox: 'jobs that are not done, and those that were given up',
};

/**
 * Runs one command line of `dci`.
 *
 * @param options - arguments, streams, environment, configuration
 * @returns 0: ok; 1: a negative answer; 2: bad input or failure, said on standard error
 */
export async function runCli(options: RunCliOptions): Promise<ExitCode> {
  const workingDirectory = options.workingDirectory ?? process.cwd();
  const named = namedConfig(options.argv) ?? (options.env.DCI_CONFIG?.trim() || options.config);
  const session = createSession({
    env: options.env,
    workingDirectory,
    ...(named === undefined ? {} : { config: named }),
  });
  const ports = completePorts(options, () => stderrLogger(options.stderr));
  try {
    return await runProgram({
      ...options,
      version: packageVersion(),
      ...(await allCommands(options, session, ports)),
      run: (command, values, args) =>
        runCommand(command, values, args, { ...options, workingDirectory, session, ports }),
    });
  } catch (error) {
    printError(error, options);
    return 2;
  }
}

interface Surroundings extends RunCliOptions {
  readonly workingDirectory: string;
  readonly session: Session;
  readonly ports: ProcessPorts;
}

async function runCommand(
  command: CliCommand,
  values: CliOptionValues,
  args: readonly (string | undefined)[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdin, stdout, stderr, env, workingDirectory, session, ports } = surroundings;
  let state: OpenedState | undefined;
  const openState = async (): Promise<HostContext> => {
    if (state === undefined) {
      const dataDirectory = typeof values.data === 'string' ? values.data : undefined;
      const { config, plugins, secrets } = await session.resolved(dataDirectory === undefined ? {} : { dataDirectory });
      const given = { ...ports, fetch: surroundings.fetch, egress: surroundings.egress };
      state = openStateBeside({
        config,
        plugins,
        secrets,
        ports: completeHostPorts(withoutUndefined(given), () => ports.logger, config),
      });
    }
    return state.context;
  };
  const context: CliContext = {
    arguments: args,
    options: values,
    json: values.json === true,
    env,
    clock: ports.clock,
    random: ports.random,
    fetch: ports.fetch,
    crypto: ports.crypto,
    interactive: stdout.isTTY === true,
    print: (text) => void stdout.write(`${text}\n`),
    warn: (text) => void stderr.write(`${text}\n`),
    table: (headings, rows) => void stdout.write(`${formatTable(headings, rows)}\n`),
    readInput: (file) => readInput(file, { stdin, workingDirectory }),
    openState,
    signal: surroundings.signal ?? new AbortController().signal,
  };
  try {
    return await command.run(context);
  } finally {
    state?.database.close();
  }
}

interface KnownCommands {
  readonly commands: readonly CliCommand[];
  readonly groups: CliCommandGroups;
}

/**
 * The commands that this command line can name. A configuration is read only when it may name one of a plug-in's; a
 * configuration that cannot be read still leaves help and the commands that need none.
 */
async function allCommands(options: RunCliOptions, session: Session, ports: ProcessPorts): Promise<KnownCommands> {
  const start = startCommand({
    session,
    ports: options,
    logger: options.logger === undefined ? undefined : ports.logger,
  });
  const commands = [start, ...hostCommands, ...(options.commands ?? [])];
  const groups = { ...options.commandGroups, ...hostGroups };
  const line = `${commandWords(options.argv).join(' ')} `;
  const isNamed = ({ name }: CliCommand): boolean => line.startsWith(`${name} `);
  if (commands.some((command) => command.withoutConfiguration && isNamed(command))) return { commands, groups };
  try {
    const plugins = (await session.written())?.plugins ?? [];
    const ofPlugins = plugins.flatMap((plugin) => plugin.commands ?? []);
    return {
      commands: [...commands, ...ofPlugins.filter(({ name }) => !commands.some((command) => command.name === name))],
      groups: Object.assign({}, ...plugins.map(({ commandGroups }) => commandGroups), groups),
    };
  } catch (error) {
    if (!asksForHelp(options.argv)) throw error;
    options.stderr.write(`warning: ${error instanceof Error ? error.message : 'the configuration cannot be read'}\n`);
    return { commands, groups };
  }
}

/** The words that name a command; neither options nor the values of those that may stand before it. */
function commandWords(argv: readonly string[]): readonly string[] {
  return argv.filter((word, at) => !word.startsWith('-') && !['--config', '--data'].includes(argv[at - 1] ?? ''));
}

function asksForHelp(argv: readonly string[]): boolean {
  const [first] = commandWords(argv);
  return first === undefined || first === 'help' || argv.includes('--help');
}

function namedConfig(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--config' || word.startsWith('--config='));
  const word = argv[at];
  return word === '--config' ? argv[at + 1] : word?.slice('--config='.length);
}

function printError(error: unknown, { argv, stderr }: RunCliOptions): void {
  const code = error instanceof DciError ? error.code : 'err.internal';
  const message = error instanceof Error ? error.message : 'unknown error';
  const path = error instanceof DciError && error.path !== undefined ? { path: error.path } : {};
  if (argv.includes('--json')) stderr.write(`${JSON.stringify({ error: { code, message, ...path } })}\n`);
  else stderr.write(`error: ${message}${placeOf(path.path, message)} (${code})\n`);
}

/** Many texts begin with the place that they are about. */
function placeOf(path: string | undefined, message: string): string {
  return path === undefined || message.startsWith(`${path} `) ? '' : ` at ${path}`;
}

/** Commands answer on their own; of the state they open only warnings are worth a line. */
function stderrLogger(stderr: TextOutput) {
  return createLogger({
    level: 'warn',
    clock: { now: () => Date.now() },
    destination: { write: (line: string) => void stderr.write(line) },
  });
}
