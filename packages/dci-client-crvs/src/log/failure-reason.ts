const codePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * Names why an attempt failed by a code alone: texts of errors can repeat what came in.
 *
 * @param error - what a sink rejected with
 * @returns the error's `code`, else the name of its class, else `error`
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const code = 'code' in error ? error.code : undefined;
  return (
    [code, error.name].find((name): name is string => typeof name === 'string' && codePattern.test(name)) ?? 'error'
  );
}
