import { type ClientFailure, clientFailure } from 'dci-client';
import { DciError } from 'dci-core';
import { type CliContext, type ExitCode, printable } from 'dci-host';

/** No answer at all: a failure, as opposed to a negative answer. */
const noAnswer: readonly ClientFailure['kind'][] = ['unreachable', 'timeout'];

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
    const failure = clientFailure(error);
    if (failure === undefined || !(error instanceof DciError)) throw error;
    const { code, message } = error;
    if (context.json) context.print(JSON.stringify({ error: { code, message, ...failure } }));
    else {
      context.warn(`${failure.kind}: ${message} (${code})`);
      if (failure.kind === 'refused' || failure.kind === 'rejected') {
        const said = [failure.peerCode, failure.peerMessage].filter((text) => text !== undefined).join(': ');
        if (said !== '') context.warn(printable(`the registry says: ${said.slice(0, 1000)}`));
      }
    }
    return noAnswer.includes(failure.kind) ? 2 : 1;
  }
}
