import { Command, CommanderError, Option } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { CliCommand, CliCommandGroups, CliOption, CliOptionValues, ExitCode } from './command.ts';
import type { TextOutput } from './terminal.ts';

/** What {@link runProgram} works with. */
export interface ProgramOptions {
  readonly commands: readonly CliCommand[];
  readonly groups: CliCommandGroups;
  /** Arguments after the name of the program. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly version: string;
  /** Runs the command that was chosen. */
  run(command: CliCommand, values: CliOptionValues, args: readonly (string | undefined)[]): Promise<ExitCode>;
}

const configurationOptions: readonly CliOption[] = [
  { flags: '--config <file>', description: 'configuration file (DCI_CONFIG; else ./dci.config.ts, .mts, .js, .mjs)' },
  { flags: '--data <directory>', description: 'data directory (DCI_DATA_DIR)' },
];

const jsonOption: CliOption = { flags: '--json', description: 'print one JSON document to standard output' };

/**
 * Reads the command line and runs one command.
 *
 * @param options - commands, arguments, streams
 * @returns the command's exit code; 0 for help and version; 2 for a command line that cannot be understood
 */
export async function runProgram(options: ProgramOptions): Promise<ExitCode> {
  let result: ExitCode = 0;
  const program = createProgram(options, (code) => {
    result = code;
  });
  if (options.argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...options.argv], { from: 'user' });
    return result;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createProgram(options: ProgramOptions, done: (code: ExitCode) => void): Command {
  const { stdout, stderr } = options;
  const program = new Command('dci')
    .description('A host of the Digital Convergence Initiative (DCI) protocol: serve a registry, ask another.')
    .version(options.version, '--version', 'print the version')
    .helpOption('--help', 'show help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 ok; 1 a negative answer (not valid, not found, refused); 2 bad input or failure.',
    );
  for (const command of options.commands) addCommand(program, command, options, done);
  return program;
}

function addCommand(
  program: Command,
  command: CliCommand,
  { env, groups, run }: ProgramOptions,
  done: (code: ExitCode) => void,
): void {
  const words = command.name.split(' ');
  let parent = program;
  for (let depth = 1; depth < words.length; depth += 1) parent = groupOf(parent, words.slice(0, depth), groups);
  const leaf = parent.command(words.at(-1) ?? '').description(command.summary);
  leaf.summary(command.summary);
  for (const argument of command.arguments ?? []) leaf.argument(argument.name, argument.description);
  const common = [...(command.withoutConfiguration ? [] : configurationOptions), jsonOption];
  for (const option of [...(command.options ?? []), ...common]) leaf.addOption(commanderOption(option, env));
  if (command.help !== undefined) leaf.addHelpText('after', `\n${command.help.trim()}`);
  leaf.action(async (...received: unknown[]) => {
    const args = received.slice(0, -2) as (string | undefined)[];
    done(await run(command, leaf.opts() as CliOptionValues, args));
  });
}

function groupOf(parent: Command, words: readonly string[], groups: CliCommandGroups): Command {
  const word = words.at(-1) ?? '';
  const existing = parent.commands.find((command) => command.name() === word);
  return existing ?? parent.command(word).description(groups[words.join(' ')] ?? `${word} commands`);
}

function commanderOption(option: CliOption, env: Environment): Option {
  const fromEnvironment = option.env === undefined ? undefined : env[option.env]?.trim() || undefined;
  const description = option.env === undefined ? option.description : `${option.description} (${option.env})`;
  const result = new Option(option.flags, description);
  if (option.choices !== undefined) result.choices([...option.choices]);
  if (option.repeatable) {
    // Not commander's previous value, which at first is the default.
    let given: readonly string[] = [];
    result.argParser((value: string) => {
      given = [...given, value];
      return given;
    });
  }
  if (fromEnvironment !== undefined) {
    // Described without its value: it may be a secret.
    result.default(option.repeatable ? [fromEnvironment] : fromEnvironment, `from ${option.env}`);
  } else if (option.default !== undefined) {
    result.default(option.default);
  }
  if (option.required && fromEnvironment === undefined) result.makeOptionMandatory();
  return result;
}
