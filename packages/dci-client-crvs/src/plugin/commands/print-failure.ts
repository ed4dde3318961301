import { printFailure } from 'dci-client/service';
import type { CliContext, ExitCode } from 'dci-host';

/**
 * Runs a command that asks a registry, and says why a call failed.
 *
 * @param context - the running command
 * @param run - asks and prints
 * @returns what `run` returned; 1 for a refusal or an answer that cannot be trusted, 2 where none came
 * @throws what does not come from the call
 */
export async function withFailures(context: CliContext, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    return printFailure(context, error);
  }
}
