import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Says why a configuration file could not be imported: the error's message, the place where the error knows one (which
 * may lie in a file that the configuration imports), and what helps. Never a line of the file, which may hold a secret.
 *
 * @param error - what the import threw
 * @param path - absolute path of the configuration file
 * @returns one line
 */
export function describeLoadFailure(error: unknown, path: string): string {
  if (!(error instanceof Error)) return 'unknown error';
  const place = placeOfSyntaxError(error) ?? placeInFile(error, path);
  const isUntyped = 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[mc]?ts"/.test(error.message);
  return [
    error.message,
    ...(place === undefined ? [] : [` (${place})`]),
    ...(isUntyped ? ['; a TypeScript configuration needs Node 22.18 or newer'] : []),
  ].join('');
}

/** Node puts `file:line`, the line itself and a row of carets before the stack of a syntax error, where it knows them. */
function placeOfSyntaxError({ stack = '' }: Error): string | undefined {
  const [first = '', ...rest] = stack.split('\n');
  const [, file = '', line] = /^((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+)$/.exec(first) ?? [];
  if (line === undefined) return undefined;
  const carets = rest.find((text) => /^\s*\^+\s*$/.test(text));
  const column = carets === undefined ? '' : `:${carets.indexOf('^') + 1}`;
  return `${file.startsWith('file:') ? fileURLToPath(file) : file}:${line}${column}`;
}

/** The place in the file itself from which the error came. */
function placeInFile({ stack = '' }: Error, path: string): string | undefined {
  const { href } = pathToFileURL(path);
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line) && line.includes(`${href}:`));
  const position = frame === undefined ? undefined : /:\d+:\d+(?=\)?$)/.exec(frame)?.[0];
  return position === undefined ? undefined : `${path}${position}`;
}
