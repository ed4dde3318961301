import type { RegistryType } from '../registry-type/define.ts';

type IdentifierTypes = Pick<RegistryType, 'identifierTypes'>;

// A pure function of the registry type, asked for every identifier of every record.
const spellings = new WeakMap<IdentifierTypes['identifierTypes'], ReadonlyMap<string, string>>();

/**
 * Finds an identifier type by its code or an alias, in any case.
 *
 * @param registryType - the registry type whose identifier types are searched
 * @param text - the type as sent, for example `UIN` or `urn:gov:national-id`
 * @returns the canonical code, or `undefined` when the registry type does not know it
 */
export function canonicalIdentifierType(registryType: IdentifierTypes, text: string): string | undefined {
  const { identifierTypes } = registryType;
  let known = spellings.get(identifierTypes);
  if (known === undefined) {
    const map = new Map<string, string>();
    for (const type of identifierTypes) for (const alias of type.aliases) map.set(alias.toLowerCase(), type.code);
    for (const type of identifierTypes) map.set(type.code.toLowerCase(), type.code);
    known = map;
    spellings.set(identifierTypes, known);
  }
  return known.get(text.toLowerCase());
}
