import process from 'node:process';
import { errorFields } from '../observe/error-fields.ts';
import { type RunCliOptions, runCli } from './main.ts';

/**
 * Runs `dci` as this process: its arguments, environment and streams, ended by SIGINT and SIGTERM, then exits with the
 * command's code. A second signal ends it without waiting for what is still running.
 *
 * @param options - a default configuration and further commands of an application
 */
export async function runProcess(options: Pick<RunCliOptions, 'config' | 'commands'> = {}): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(2);
      interruption.abort();
    });
  }
  process.on('uncaughtException', (error) => {
    // Without the error's own text, which may repeat what came in.
    process.stderr.write(`error: ${JSON.stringify(errorFields(error))}\n`);
    process.exit(2);
  });
  // The reader of a pipe may close it early (`dci … | head`).
  process.stdout.on('error', () => process.exit(2));

  const code = await runCli({
    ...options,
    argv: process.argv.slice(2),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interruption.signal,
  });
  process.stdout.write('', () => process.exit(code));
}
