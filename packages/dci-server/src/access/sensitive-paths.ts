import type { RecordType } from 'dci-core';

/**
 * The places of a record that a policy must name before they can be read.
 *
 * @param recordType - the record type
 * @returns the paths of its sensitive attributes and its own list of sensitive paths
 */
export function sensitivePathsOf(recordType: RecordType): readonly string[] {
  const paths = new Set(recordType.sensitivePaths ?? []);
  for (const attribute of Object.values(recordType.attributes)) {
    if (attribute.sensitive !== true || attribute.path === undefined) continue;
    for (const path of typeof attribute.path === 'string' ? [attribute.path] : attribute.path) paths.add(path);
  }
  return [...paths];
}
