import { DciError } from 'dci-core';
import { type CliContext, type ExitCode, printable } from 'dci-host';
import { type ClientFailure, clientFailure } from '../failure.ts';

/** No answer at all: a failure, as opposed to a negative answer. */
const noAnswer: readonly ClientFailure['kind'][] = ['unreachable', 'timeout'];

/**
 * Says why a call of a command failed, as text or, where JSON is wanted, as `{error}`.
 *
 * @param context - the running command
 * @param error - what the call threw
 * @returns 1 for an answer that is negative or cannot be trusted, 2 where none came
 * @throws the error itself when it does not come from the call
 */
export function printFailure(context: CliContext, error: unknown): ExitCode {
  const failure = clientFailure(error);
  if (failure === undefined || !(error instanceof DciError)) throw error;
  const { code, message, path } = error;
  if (context.json) {
    context.print(JSON.stringify({ error: { code, message, ...(path !== undefined && { path }), ...failure } }));
  } else {
    context.warn(`${failure.kind}: ${message}${path === undefined ? '' : ` At ${path}.`} (${code})`);
    if (failure.kind === 'refused' || failure.kind === 'rejected') {
      const { peerCode, peerMessage } = failure;
      const said = [peerCode, peerMessage].filter((text) => text !== undefined).join(': ');
      if (said !== '') context.warn(printable(`the registry says: ${said.slice(0, 1000)}`));
    }
  }
  return noAnswer.includes(failure.kind) ? 2 : 1;
}
