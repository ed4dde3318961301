import { DciError } from 'dci-core';
import { type ClientFailure, clientFailure } from './failure.ts';

/** The typed failure of work that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<{ error: DciError; failure: ClientFailure }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const failure = clientFailure(error);
  if (!(error instanceof DciError) || failure === undefined) {
    throw new Error(`no failure of the client: ${String(error)}`, { cause: error });
  }
  return { error, failure };
}
