import type { JsonObject } from '../json/value.ts';
import { parseAttributePath, valuesAt } from '../query/attribute-path.ts';
import { attributeValues } from '../query/record-values.ts';
import type { EventCondition, RecordChangeKind, RecordType, RegistryType } from './registry-type.ts';

/** A change of a record, as a change feed tells it. */
export interface ChangedRecord {
  /** Record type name. */
  readonly recordType: string;
  readonly kind: RecordChangeKind;
  /** After the change; for a deletion as it was last. */
  readonly record: JsonObject;
  /** Before an update, where the source knows it. */
  readonly previous?: JsonObject;
}

/**
 * Tells which events a change of a record is (protocol.md section 9): those event types whose `on` holds. One change can
 * be several, for example an enrolment that ends is `enrollement_status_change`, `DISENROLLMENT` and `UPDATE`.
 *
 * Where an update comes without the previous record, only what needs no comparison is an event, as `UPDATE`: a death
 * that may be years old is not told as one of today.
 *
 * @param registryType - knows the events
 * @param change - what happened
 * @returns codes of event types in the order of the registry type; empty for a record type that it does not have
 *
 * @example
 * eventTypesOf(crvs, { recordType: 'Person', kind: 'created', record }); // ['LiveBirth', 'REGISTER']
 */
export function eventTypesOf(registryType: RegistryType, change: ChangedRecord): readonly string[] {
  const recordType = registryType.recordTypes.find(({ name }) => name === change.recordType);
  if (recordType === undefined) return [];
  return registryType.eventTypes.filter(({ on }) => on !== undefined && holds(on, change, recordType)).map(codeOf);
}

function codeOf({ code }: { readonly code: string }): string {
  return code;
}

function holds(
  { kinds, newValueOf, values, longerList }: EventCondition,
  { kind, record, previous }: ChangedRecord,
  { attributes }: RecordType,
): boolean {
  if (!kinds.includes(kind)) return false;
  if (newValueOf === undefined && longerList === undefined) return true;
  if (kind === 'updated' && previous === undefined) return false;
  const before = kind === 'created' ? {} : (previous ?? {});
  if (newValueOf !== undefined) {
    const definition = Object.hasOwn(attributes, newValueOf) ? attributes[newValueOf] : undefined;
    if (definition === undefined) return false;
    const known = attributeValues(before, definition);
    const added = attributeValues(record, definition).filter((value) => !known.includes(value));
    if (!added.some((value) => values?.includes(value) ?? true)) return false;
  }
  if (longerList === undefined) return true;
  const path = parseAttributePath(longerList);
  return valuesAt(record, path).length > valuesAt(before, path).length;
}
