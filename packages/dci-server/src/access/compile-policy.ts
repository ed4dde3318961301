import type { Filter, JsonObject, RecordType, RegistryType } from 'dci-core';
import { compileFieldGrants } from './field-grants.ts';
import type { AccessPolicy } from './policy.ts';
import { sensitivePathsOf } from './sensitive-paths.ts';
import { compileVisibility } from './visibility.ts';

/** What a sender may see of one record type, ready for use in a request. */
export interface RecordAccess {
  readonly recordType: RecordType;
  /** @returns whether everything at and below this path may be read, filtered and sorted by */
  isReadable(path: string): boolean;
  /** @returns the record cut to what may be read */
  project(record: JsonObject): JsonObject;
  /**
   * @param now - Unix milliseconds
   * @returns the filter of the records that exist for the sender; absent: all
   */
  visible(now: number): Filter | undefined;
}

/** What a sender may do in one registry, ready for use in a request. */
export interface RegistryAccess {
  readonly actions: ReadonlySet<string>;
  /** The granted record types, in the registry type's order of preference. */
  readonly recordTypes: readonly RecordAccess[];
  readonly maxPageSize?: number;
  /** Codes of the event types that may be subscribed to. */
  readonly events: ReadonlySet<string>;
  /** Absent: none needs to be stated. */
  readonly purposes?: readonly string[];
  readonly legalBasis?: string;
  readonly isConsentRequired: boolean;
}

/**
 * Compiles a sender's grants in one registry. Done once per policy, not per request.
 *
 * @param policy - a validated policy
 * @param registryType - the registry
 * @returns the grants; without a grant for the registry, no action and no record type
 * @throws DciError `err.configuration.invalid` when a field is not a path or the predicate does not compile
 */
export function compilePolicy(policy: AccessPolicy, registryType: RegistryType): RegistryAccess {
  const { registries } = policy;
  const grant = Object.hasOwn(registries, registryType.name) ? registries[registryType.name] : undefined;
  if (grant === undefined) return { actions: new Set(), recordTypes: [], events: new Set(), isConsentRequired: false };
  const recordTypes: RecordAccess[] = [];
  for (const recordType of registryType.recordTypes) {
    const granted = Object.hasOwn(grant.recordTypes, recordType.name) ? grant.recordTypes[recordType.name] : undefined;
    if (granted === undefined) continue;
    recordTypes.push({
      recordType,
      ...compileFieldGrants(granted.fields, sensitivePathsOf(recordType)),
      visible: compileVisibility(granted.visible, registryType, recordType),
    });
  }
  return {
    actions: new Set(grant.actions),
    recordTypes,
    ...(grant.maxPageSize === undefined ? {} : { maxPageSize: grant.maxPageSize }),
    events: new Set(
      registryType.eventTypes
        .map(({ code }) => code)
        .filter((code) => grant.events?.includes(code) === true || grant.events?.includes('*') === true),
    ),
    ...(grant.purposes === undefined ? {} : { purposes: grant.purposes }),
    ...(grant.legalBasis === undefined ? {} : { legalBasis: grant.legalBasis }),
    isConsentRequired: grant.consent === 'required',
  };
}
