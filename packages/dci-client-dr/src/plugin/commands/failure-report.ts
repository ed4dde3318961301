import { printFailure } from 'dci-client/service';
import { type CliContext, type ExitCode, printable } from 'dci-host';
import { failureReason } from '../../call-failure.ts';
import type { UnansweredIdentifier } from '../../disability-status.ts';

/**
 * Runs the part of a command that asks a registry, and says why when it fails.
 *
 * @param context - the running command
 * @param ask - the part
 * @returns its exit code; 2 when the registry gave no answer that counts
 * @throws what is no failure of a call
 */
export async function reportingFailure(context: CliContext, ask: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await ask();
  } catch (error) {
    printFailure(context, error);
    return 2;
  }
}

/**
 * Warns of identifiers that were not answered for, unless they stand in the JSON document.
 *
 * @param context - the running command
 * @param unanswered - of the result
 */
export function warnOfUnanswered(context: CliContext, unanswered: readonly UnansweredIdentifier[]): void {
  if (context.json) return;
  for (const { type, error } of unanswered) {
    const { kind, code } = failureReason(error);
    context.warn(printable(`not answered for ${type}: ${kind} (${code})`));
  }
}
