import type { ExitCode } from '../cli/command.ts';
import { type RunCliOptions, runCli } from '../cli/main.ts';

/** How {@link runCommand} runs. */
export interface RunCommandOptions extends Partial<Omit<RunCliOptions, 'argv' | 'stdin' | 'stdout' | 'stderr'>> {
  /** What the command reads from standard input; default: nothing. */
  readonly stdin?: string | Uint8Array;
}

/** What a command did. */
export interface CommandResult {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line of `dci` in process and collects what it prints.
 *
 * @param argv - arguments after `dci`
 * @param options - configuration, standard input, ports; the environment is empty unless given
 * @returns exit code and output
 * @example
 * ```ts
 * const { code, stdout } = await runCommand(['digest'], { stdin: '{"header":{},"message":{}}' });
 * ```
 */
export async function runCommand(argv: readonly string[], options: RunCommandOptions = {}): Promise<CommandResult> {
  const { stdin = '', env = {}, ...rest } = options;
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await runCli({
    ...rest,
    argv,
    env,
    stdin: inputOf(stdin),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

async function* inputOf(input: string | Uint8Array): AsyncGenerator<Uint8Array | string> {
  yield input;
}
