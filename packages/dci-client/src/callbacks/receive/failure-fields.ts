import { DciError, type LogFields } from 'dci-core';

/**
 * What may be logged of an error: its name, its code, and where in the program it was thrown. Its text may repeat what
 * was received.
 *
 * @param error - whatever was thrown
 * @returns the fields
 */
export function failureFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = error instanceof DciError ? error.code : 'code' in error ? error.code : undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...(typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) && { code }),
    ...(frames !== undefined && frames.length > 0 && { stack: frames.slice(0, 8).join('\n') }),
  };
}
