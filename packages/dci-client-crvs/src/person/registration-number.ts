import { type CivilIdentifier, foldIdentifierValue } from '../identifiers.ts';
import type { CivilPerson } from './civil-person.ts';

/**
 * Gives the number of a registration: the birth, death or marriage registration number among the identifiers.
 *
 * @param person - the person
 * @param type - which registration
 * @param asked - what was asked for: of several numbers, that one counts
 * @returns the number; `undefined` when there is none, or several and none of them asked for
 */
export function registrationNumber(
  { identifiers }: Pick<CivilPerson, 'identifiers'>,
  type: 'BRN' | 'DRN' | 'MRN',
  asked?: CivilIdentifier,
): string | undefined {
  const numbers = identifiers.filter((identifier) => identifier.type === type).map(({ value }) => value);
  if (numbers.length === 1) return numbers[0];
  if (asked === undefined) return undefined;
  return numbers.find((number) => foldIdentifierValue(number) === foldIdentifierValue(asked.value));
}
