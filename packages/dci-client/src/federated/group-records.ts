import { identifiersOf, type RecordIdentifier, type RegistryType } from 'dci-core';
import type { FederatedRecord } from './federated-record.ts';

/** Records of one registrant, as far as identifiers tell. */
export interface RecordGroup {
  /** All identifiers of its records, without repetitions, in the order of their appearance. */
  readonly identifiers: readonly RecordIdentifier[];
  readonly records: readonly FederatedRecord[];
  /** Codes of the sources that have a record of it. */
  readonly sources: readonly string[];
}

/**
 * Groups records that share an identifier, directly or through other records: A and C are together when A shares one with
 * B and B another one with C. Type and value must be equal; a record without identifiers is a group of its own. Names and
 * dates are never compared: people share them.
 *
 * @param records - records of any sources
 * @param registryTypeOf - type of the registry that a record comes from; it knows where identifiers stand and how their
 *   types are spelled
 * @returns the groups, in the order of their first records
 */
export function groupRecords(
  records: readonly FederatedRecord[],
  registryTypeOf: (record: FederatedRecord) => RegistryType | undefined,
): readonly RecordGroup[] {
  const identifiers = records.map((record) => identifiersIn(record, registryTypeOf(record)));
  const parents = records.map((_record, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    for (let parent = parents[root]; parent !== undefined && parent !== root; parent = parents[root]) root = parent;
    // Chains stay short, so that many records of one registrant cost no more than others.
    for (let at = index; at !== root; ) {
      const parent = parents[at] ?? root;
      parents[at] = root;
      at = parent;
    }
    return root;
  };
  const firstWith = new Map<string, number>();
  identifiers.forEach((carried, index) => {
    for (const identifier of carried) {
      const key = keyOf(identifier);
      const first = firstWith.get(key);
      if (first === undefined) firstWith.set(key, index);
      else {
        const [one, other] = [rootOf(first), rootOf(index)];
        parents[Math.max(one, other)] = Math.min(one, other);
      }
    }
  });
  const members = new Map<number, number[]>();
  records.forEach((_record, index) => {
    const root = rootOf(index);
    const known = members.get(root);
    if (known === undefined) members.set(root, [index]);
    else known.push(index);
  });
  return [...members.values()].map((indices) => {
    const grouped = indices.flatMap((index) => records[index] ?? []);
    const carried = new Map(
      indices.flatMap((index) => (identifiers[index] ?? []).map((each) => [keyOf(each), each] as const)),
    );
    return {
      identifiers: [...carried.values()],
      records: grouped,
      sources: [...new Set(grouped.map(({ source }) => source))],
    };
  });
}

function identifiersIn(
  { record, recordType }: FederatedRecord,
  registryType: RegistryType | undefined,
): readonly RecordIdentifier[] {
  const paths = registryType?.recordTypes.find(({ name }) => name === recordType)?.identifierPaths ?? [];
  return paths.flatMap((path) => (registryType === undefined ? [] : identifiersOf(record, path, registryType)));
}

const keyOf = ({ identifierType, value }: RecordIdentifier): string => JSON.stringify([identifierType, value.trim()]);
