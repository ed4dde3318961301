import { foldSpelling } from '../code-lists/define.ts';
import { indexIdentifierTypes, readIdentifierType } from '../codes/identifier-type.ts';
import type { RecordType, RegistryType } from './registry-type.ts';

/** A registry type, and the event type where the spelling of `reg_type` names one. */
export interface ResolvedRegType {
  readonly registryType: RegistryType;
  /** Code of the event type, for example `LiveBirth` for `ocrvs:registry_type:birth`. */
  readonly eventType?: string;
}

/**
 * Finds the registry type that a `reg_type` names (protocol.md section 1): the code, its enum names, the name, a slug,
 * or `ocrvs:registry_type:…`, in any case.
 *
 * @param text - `reg_type` as received
 * @param types - the registry types to choose from
 * @returns the registry type, or `undefined` when none has this spelling
 */
export function resolveRegType(text: string, types: readonly RegistryType[]): ResolvedRegType | undefined {
  const folded = foldSpelling(text);
  const registryType = types.find((type) =>
    [type.code, type.name, ...type.codeAliases, ...type.slugs].some((spelling) => foldSpelling(spelling) === folded),
  );
  if (registryType === undefined) return undefined;
  const eventType = resolveEventType(registryType, text);
  return eventType === undefined ? { registryType } : { registryType, eventType };
}

/**
 * Finds the record type that a `reg_record_type` or `response_entity` names (protocol.md section 1): name or alias in
 * any case, also behind a prefix as in `spdci-extensions-dci:Person`.
 *
 * @param registryType - the registry type
 * @param text - the spelling as received
 * @returns the record type, or `undefined` when none has this spelling
 */
export function resolveRecordType(registryType: RegistryType, text: string): RecordType | undefined {
  const find = (spelling: string): RecordType | undefined => {
    const folded = foldSpelling(spelling);
    return registryType.recordTypes.find(({ name, aliases }) =>
      [name, ...aliases].some((known) => foldSpelling(known) === folded),
    );
  };
  return find(text) ?? find(text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1));
}

/**
 * Finds the event type that a `reg_event_type` names.
 *
 * @param registryType - the registry type
 * @param text - the spelling as received
 * @returns the code of the event type, or `undefined` when none has this spelling
 */
export function resolveEventType(registryType: RegistryType, text: string): string | undefined {
  const folded = foldSpelling(text);
  return registryType.eventTypes.find(({ code, aliases }) =>
    [code, ...aliases].some((spelling) => foldSpelling(spelling) === folded),
  )?.code;
}

const identifierTypes = new WeakMap<RegistryType, ReadonlyMap<string, string>>();

/**
 * Brings an identifier type into the registry type's spelling. A type that it does not know passes through unchanged:
 * deployments use their own where both sides agree.
 *
 * @param registryType - the registry type
 * @param text - the spelling as received
 * @returns the code, or the text as it came
 */
export function resolveIdentifierType(registryType: RegistryType, text: string): string {
  let index = identifierTypes.get(registryType);
  if (index === undefined) {
    index = indexIdentifierTypes(registryType.identifierTypes);
    identifierTypes.set(registryType, index);
  }
  return readIdentifierType(text, index);
}
