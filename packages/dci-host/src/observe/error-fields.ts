import { DciError, type LogFields } from 'dci-core';

/**
 * Describes an error for a log line. Messages of errors that are not ours can repeat input (`JSON.parse` does), so
 * of those only class, code and places in the code are told.
 *
 * @param error - whatever was thrown
 * @returns fields `error`, `code`, `reason` and `stack`
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const reason = error instanceof DciError ? error.message : undefined;
  return { error: error.name, code, reason, stack: frames(error) };
}

/** Places in the code. V8 puts the error's text before them, which may itself look like one. */
function frames(error: Error): string | undefined {
  const { stack = '', message } = error;
  const end = stack.indexOf(message);
  if (end < 0) return undefined;
  const lines = stack.slice(end + message.length).split('\n');
  const places = lines.filter((line) => /^ +at .*:\d+:\d+\)?$/.test(line)).slice(0, 8);
  return places.length === 0 ? undefined : places.map((line) => line.trim()).join('; ');
}
