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
  return { error: error.name, code, reason, stack: frames(error.stack) };
}

function frames(stack: string | undefined): string | undefined {
  const lines = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines.length === 0
    ? undefined
    : lines
        .slice(0, 8)
        .map((line) => line.trim())
        .join('; ');
}
