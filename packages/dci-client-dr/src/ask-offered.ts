import { clientFailure, isNotOffered } from 'dci-client';
import { DciError } from 'dci-core';
import type { RegistrantIdentifier } from './registrant.ts';

/** What a call of the standard that not every registry has came to. */
export interface OfferedAnswer<T> {
  readonly identifier: RegistrantIdentifier;
  /** Absent: the registry does not have the call, or it failed. */
  readonly answer?: T;
  /** Why it failed; absent when the registry does not have the call. */
  readonly error?: DciError;
}

/**
 * Makes a call for every identifier, one after another, as long as the registry has the call.
 *
 * @param identifiers - whom to ask for
 * @param call - the call
 * @param signal - the caller's
 * @returns what came of it, one for each identifier
 * @throws the reason of the caller's signal only, and what is no failure of a call
 */
export async function askOffered<T>(
  identifiers: readonly RegistrantIdentifier[],
  call: (identifier: RegistrantIdentifier) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<readonly OfferedAnswer<T>[]> {
  const answers: OfferedAnswer<T>[] = [];
  for (const identifier of identifiers) {
    try {
      answers.push({ identifier, answer: await call(identifier) });
    } catch (error) {
      if (signal?.aborted || !(error instanceof DciError)) throw error;
      if (isNotOffered(clientFailure(error))) return identifiers.map((each) => ({ identifier: each }));
      answers.push({ identifier, error });
    }
  }
  return answers;
}
