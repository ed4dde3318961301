/**
 * Names why an attempt failed by a code alone: texts of errors can repeat what came in.
 *
 * @param error - what a handler rejected with
 * @returns the error's `code`, else the name of its class, else `error`
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const code = 'code' in error ? error.code : undefined;
  const names = [code, error.name].filter((name): name is string => typeof name === 'string');
  return names.find((name) => /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) ?? 'error';
}
