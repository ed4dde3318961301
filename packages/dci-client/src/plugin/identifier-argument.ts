import type { CliArgument, CliContext } from 'dci-host';
import { type PersonIdentifier, parseIdentifier } from '../parse-identifier.ts';
import { argumentsOf } from './option.ts';

/** The argument of commands about one person. */
export const identifierArgument: CliArgument = {
  name: '<type:value>',
  description: 'an identifier of the person, for example UIN:1234567897',
};

/**
 * Reads the arguments of a command as identifiers.
 *
 * @param context - the running command
 * @returns the identifiers; the first is there in any case
 * @throws DciError `err.request.bad` for one that is none, or where there is none
 */
export function identifierArguments(context: CliContext): readonly [PersonIdentifier, ...PersonIdentifier[]] {
  const [first = '', ...more] = argumentsOf(context);
  return [parseIdentifier(first), ...more.map(parseIdentifier)];
}
