import { type FoundAttribute, findAttribute, findIdentifier } from '../query/attribute-lookup.ts';
import type { RecordType, RegistryType } from '../registry-type/registry-type.ts';

/** An attribute in a record type of a registry. */
export interface NamedAttribute extends FoundAttribute {
  readonly recordType: RecordType;
}

/**
 * Finds what a name in a query means. The record type that is searched may still be open, so that all are looked at.
 *
 * @param name - the attribute as the caller wrote it
 * @param registry - the registry asked
 * @returns the attribute in each record type that knows it, in their order
 */
export function attributesNamed(name: string, registry: RegistryType): readonly NamedAttribute[] {
  return registry.recordTypes.flatMap((recordType) => {
    const found = findAttribute(name, { recordType });
    return found === undefined ? [] : [{ ...found, recordType }];
  });
}

/**
 * Tells whether a name in a query is an identifier type that is used like an attribute, for example `identifier.UIN`, and
 * means the identifiers at every place of a record: a look-up by identifier does.
 *
 * @param name - the attribute as the caller wrote it
 * @param registry - the registry asked
 * @returns the identifier type, or `undefined`
 */
export function identifierTypeNamed(name: string, registry: RegistryType): string | undefined {
  let identifierType: string | undefined;
  for (const recordType of registry.recordTypes) {
    if (findAttribute(name, { recordType }) !== undefined) return undefined;
    const found = findIdentifier(name, { recordType }, registry);
    if (found === undefined) continue;
    if (found.paths.length < recordType.identifierPaths.length) return undefined;
    identifierType ??= found.identifierType;
  }
  return identifierType;
}
