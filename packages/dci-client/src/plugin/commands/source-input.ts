import { DciError, nearestName } from 'dci-core';
import type { CliArgument, CliContext } from 'dci-host';
import type { SourceDirectory, SourceEntry } from '../sources/source-directory.ts';

/** The argument that names a data source. */
export const sourceArgument: CliArgument = { name: '<code>', description: 'the data source, for example crvs_main' };

/**
 * @param context - the running command
 * @returns the code of the source that it is about
 */
export function sourceCodeOf(context: CliContext): string {
  const [code] = context.arguments;
  if (code === undefined) throw new DciError('err.request.bad', 'name the data source');
  return code;
}

/**
 * Finds the source that a command is about; where there is none, says so.
 *
 * @param context - the running command
 * @param directory - the sources
 * @returns the source; `undefined` for the exit code of a negative answer
 */
export function namedSource(context: CliContext, directory: SourceDirectory): SourceEntry | undefined {
  const code = sourceCodeOf(context);
  const entry = directory.find(code);
  if (entry === undefined) {
    const nearest = nearestName(
      code,
      directory.list().map(({ settings }) => settings.code),
    );
    context.warn(`there is no data source ${code}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  return entry;
}
