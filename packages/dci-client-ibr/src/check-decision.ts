import { DciError } from 'dci-core';
import { type CheckDecision, type CheckVerdict, checkVerdicts } from './check-log.ts';

const [longestName, longestNote] = [200, 2_000];

/**
 * Checks the decision of a caseworker; for implementations of the log.
 *
 * @param verdict - what was found
 * @param by - who decided
 * @param note - why
 * @param at - Unix milliseconds
 * @returns the decision, trimmed
 * @throws DciError `err.request.bad`
 */
export function readDecision(verdict: CheckVerdict, by: string, note: string | undefined, at: number): CheckDecision {
  if (!checkVerdicts.includes(verdict)) throw bad('verdict', `must be one of ${checkVerdicts.join(', ')}`);
  const [name, words] = [by.trim(), note?.trim() ?? ''];
  if (name === '' || name.length > longestName) throw bad('by', `must be a text of 1 to ${longestName} characters`);
  if (words.length > longestNote) throw bad('note', `must not be longer than ${longestNote} characters`);
  return { verdict, by: name, ...(words !== '' && { note: words }), at };
}

/** @returns the error for a check that is not there */
export function noSuchCheck(): DciError {
  return new DciError('err.request.not_found', 'there is no check of this id');
}

function bad(path: string, fault: string): DciError {
  return new DciError('err.request.bad', `${path} ${fault}`, { path });
}
