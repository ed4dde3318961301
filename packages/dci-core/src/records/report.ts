import type { RecordWarning } from '../registry-type/registry-type.ts';

/**
 * Collects what could not be translated while a record is read. Renamed members, lists around single values and
 * labels that became codes are no loss and are not reported.
 */
export interface ReadingReport {
  /**
   * @param path - place in the record, under the JSON-LD names
   * @param message - what was tolerated; without values of the record
   */
  warn(path: string, message: string): void;
}

/** @returns a report, and the list that it fills */
export function createReadingReport(): ReadingReport & { readonly warnings: readonly RecordWarning[] } {
  const warnings: RecordWarning[] = [];
  return {
    warnings,
    warn: (path, message) => {
      warnings.push({ path, message });
    },
  };
}

/**
 * @param path - path of an object, empty for the record itself
 * @param member - a member of it
 * @returns the member's path
 */
export function memberPath(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}
