import { compileQuery, type Filter, type RecordType, type RegistryType } from 'dci-core';

const dayMilliseconds = 86_400_000;

/**
 * Compiles the `visible` predicate of a policy.
 *
 * @param predicate - a CEL predicate; absent: every record is visible
 * @param registryType - the registry
 * @param recordType - the record type whose attributes the predicate uses, all of them whether readable or not
 * @returns a function from the time (Unix milliseconds) to the filter. Ages depend on the day, so the filter
 *   is compiled once a day.
 */
export function compileVisibility(
  predicate: string | undefined,
  registryType: RegistryType,
  recordType: RecordType,
): (now: number) => Filter | undefined {
  if (predicate === undefined) return () => undefined;
  let compiled: { readonly day: number; readonly filter: Filter } | undefined;
  return (now) => {
    const day = Math.floor(now / dayMilliseconds);
    if (compiled?.day !== day) {
      const filter = compileQuery({ queryType: 'predicate', query: predicate, recordType, registryType, now });
      compiled = { day, filter };
    }
    return compiled.filter;
  };
}
