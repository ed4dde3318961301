import { crvs, DciError, type RegistryType, resolveIdentifierType } from 'dci-core';

/** A number or text that identifies a person, or the registration of an event. */
export interface CivilIdentifier {
  /** For example `UIN`, `NationalID`, `BRN`. */
  readonly type: string;
  readonly value: string;
}

/** What decides how identifier types are spelt. */
export type IdentifierSpelling = Pick<RegistryType, 'identifierTypes'>;

/** Registration numbers that two people can share, and numbers of records: they do not tell a person. */
const notOfOnePerson = new Set(['MRN', 'HouseholdID', 'OPENCRVS_RECORD_ID', 'UUID']);

/**
 * Folds the value of an identifier for comparison: spaces and the case of letters do not count, all else does.
 *
 * @param value - the value
 * @returns the folded value
 */
export function foldIdentifierValue(value: string): string {
  return value.normalize('NFKC').replace(/\s+/gu, '').toUpperCase();
}

/**
 * Tells whether two identifiers are the same. Types that the registry type does not know are other registries' own names;
 * then the value decides.
 *
 * @param one - an identifier
 * @param other - another
 * @param spelling - the registry type; `crvs` when absent
 * @returns whether they are the same
 */
export function sameIdentifier(one: CivilIdentifier, other: CivilIdentifier, spelling: RegistryType = crvs): boolean {
  if (foldIdentifierValue(one.value) !== foldIdentifierValue(other.value)) return false;
  const [first, second] = [resolveIdentifierType(spelling, one.type), resolveIdentifierType(spelling, other.type)];
  const isKnown = (type: string): boolean => spelling.identifierTypes.some(({ code }) => code === type);
  return first === second || first === '' || second === '' || !isKnown(first) || !isKnown(second);
}

/**
 * Leaves out identifiers that occur before, in any spelling of their type.
 *
 * @param identifiers - in order
 * @param spelling - the registry type; `crvs` when absent
 * @returns them without repetitions, in order
 */
export function distinctIdentifiers(
  identifiers: readonly CivilIdentifier[],
  spelling: RegistryType = crvs,
): readonly CivilIdentifier[] {
  const seen = new Set<string>();
  return identifiers.filter(({ type, value }) => {
    const key = `${resolveIdentifierType(spelling, type)}\0${foldIdentifierValue(value)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * Chooses the identifiers that tell one person from another: marriage registration numbers belong to both spouses, and
 * numbers of records to records. Where a person has no others, these count all together.
 *
 * @param identifiers - of a person
 * @param spelling - the registry type; `crvs` when absent
 * @returns keys that are the same for the same person; none for a person without identifiers
 */
export function identityKeys(
  identifiers: readonly CivilIdentifier[],
  spelling: RegistryType = crvs,
): readonly string[] {
  const keyed = distinctIdentifiers(identifiers, spelling).map(({ type, value }) => {
    const code = resolveIdentifierType(spelling, type);
    return { code, key: `${code} ${foldIdentifierValue(value)}` };
  });
  const own = keyed.filter(({ code }) => !notOfOnePerson.has(code)).map(({ key }) => key);
  if (own.length > 0 || keyed.length === 0) return own;
  return [
    keyed
      .map(({ key }) => key)
      .sort()
      .join('\n'),
  ];
}

/**
 * Checks an identifier that a caller gives.
 *
 * @param identifier - the identifier
 * @returns the same
 * @throws DciError `err.request.bad` when type or value is empty
 */
export function checkIdentifier(identifier: CivilIdentifier): CivilIdentifier {
  for (const part of ['type', 'value'] as const) {
    if (typeof identifier[part] !== 'string' || identifier[part].trim() === '') {
      throw new DciError('err.request.bad', `the identifier needs a ${part}`, { path: part });
    }
  }
  return identifier;
}
