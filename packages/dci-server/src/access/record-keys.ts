import { identifiersOf, type JsonObject, type RecordType, type RegistryType } from 'dci-core';

/**
 * Names the records of an answer for the audit (protocol.md section 8): by every identifier that they carry, whether the
 * sender may read it or not, so that "who saw this person?" is answered for each of them. The audit keeps only keyed
 * hashes of these names.
 *
 * @param records - whole records, before they are cut to what the sender may read
 * @param recordType - their type; its `identifierPaths` say where identifiers are
 * @param registryType - knows the spellings of identifier types
 * @returns the names without repetitions; a record without any identifier has none
 */
export function recordKeysOf(
  records: readonly JsonObject[],
  recordType: Pick<RecordType, 'identifierPaths'>,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): readonly string[] {
  const keys = new Set<string>();
  for (const record of records) {
    for (const path of recordType.identifierPaths) {
      for (const { identifierType, value } of identifiersOf(record, path, registryType)) {
        keys.add(recordKey(identifierType, value));
      }
    }
  }
  return [...keys];
}

/**
 * @param identifierType - in the registry's spelling
 * @param value - the identifier
 * @returns the name by which the audit knows records that carry it
 */
export function recordKey(identifierType: string, value: string): string {
  return `${identifierType}:${value}`;
}
