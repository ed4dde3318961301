import { foldSpelling } from '../code-lists/define.ts';
import { indexIdentifierTypes } from '../codes/identifier-type.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';

type IdentifierTypes = Pick<RegistryType, 'identifierTypes'>;

// A pure function of the registry type, asked for every identifier of every record.
const spellings = new WeakMap<IdentifierTypes['identifierTypes'], ReadonlyMap<string, string>>();

/**
 * Finds an identifier type by its code or an alias, spelled in any way.
 *
 * @param registryType - the registry type whose identifier types are searched
 * @param text - the type as sent, for example `UIN` or `urn:gov:national-id`
 * @returns the canonical code, or `undefined` when the registry type does not know it
 */
export function canonicalIdentifierType(registryType: IdentifierTypes, text: string): string | undefined {
  const { identifierTypes } = registryType;
  let known = spellings.get(identifierTypes);
  if (known === undefined) {
    known = indexIdentifierTypes(identifierTypes);
    spellings.set(identifierTypes, known);
  }
  return known.get(foldSpelling(text));
}
