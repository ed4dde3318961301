import { DciError } from '../errors.ts';
import { findRegistryTypeFault } from './check.ts';
import type { RegistryType } from './registry-type.ts';

export type {
  AttributeDefinition,
  AttributeTable,
  AttributeType,
  CodeList,
  EventCondition,
  EventType,
  IdentifierType,
  ReadRecord,
  RecordChangeKind,
  RecordType,
  RecordWarning,
  RegistryType,
  SpecialOperation,
} from './registry-type.ts';

/**
 * Checks a registry type and freezes it, so that a slip in the data shows at start and not in a query.
 *
 * Checked: names, slugs and spellings are there and unambiguous; every attribute has one source, its path is well
 * formed, `age` counts from a date; identifier paths and events point to something that exists.
 *
 * @param registryType - the definition
 * @returns the same definition, frozen
 * @throws DciError `err.configuration.invalid` naming the fault
 */
export function defineRegistryType<const T extends RegistryType>(registryType: T): T {
  const fault = findRegistryTypeFault(registryType);
  if (fault !== undefined) {
    const path = `${registryType.name}.${fault.path}`;
    throw new DciError('err.configuration.invalid', `registry type: ${path} ${fault.reason}`, { path });
  }
  return deepFreeze(registryType);
}

// functions, and what they hold, are not data
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
