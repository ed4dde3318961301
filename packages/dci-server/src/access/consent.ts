import type { Logger } from 'dci-core';
import type { ConsentRequirement, RegistryAdapter } from '../adapters/adapter.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { RecordAccess, RegistryAccess } from './compile-policy.ts';
import { purposeNotGranted } from './purpose.ts';

/**
 * Makes the consent that a registrant must have given for a record to be there (protocol.md section 8). Everything
 * that reads records for a sender adds it to its query: search, special operations, events of a subscription.
 *
 * @param access - what the sender may do in the registry
 * @param senderId - who receives the records
 * @param purpose - as `purposeOf` gave it
 * @param now - Unix milliseconds
 * @returns the requirement, for `RecordQuery.consent`; `undefined` where the policy asks for no consent
 * @throws DciError `rjct.search_criteria.invalid` when consent is required and the purpose is not one of the policy
 */
export function consentFor(
  access: Pick<RegistryAccess, 'isConsentRequired' | 'purposes'>,
  senderId: string,
  purpose: string | undefined,
  now: number,
): ConsentRequirement | undefined {
  if (!access.isConsentRequired) return undefined;
  // Consent without a purpose would be consent to anything. A stored purpose may have left the policy since.
  if (purpose === undefined || access.purposes?.includes(purpose) !== true) throw purposeNotGranted();
  return { recipient: senderId, purpose, at: now };
}

/**
 * The record types that a sender may read from an adapter. An adapter that cannot filter by consent has none for a
 * sender whose policy requires it.
 *
 * @param access - what the sender may do in the registry
 * @param adapter - where the records come from
 * @returns the record types, in the registry type's order of preference
 */
export function readableTypes(
  access: Pick<RegistryAccess, 'recordTypes' | 'isConsentRequired'>,
  adapter: Pick<RegistryAdapter, 'recordTypes' | 'supportsConsent'>,
): readonly RecordAccess[] {
  if (access.isConsentRequired && adapter.supportsConsent !== true) return [];
  return access.recordTypes.filter(({ recordType }) => adapter.recordTypes.includes(recordType.name));
}

/**
 * Makes a warning about a sender to whom nothing can be disclosed, because its policy requires consent and the adapter
 * of the registry knows none. It is said once for each sender, registry and change of the sender.
 *
 * @param logger - where it is said
 * @returns to be called with the sender and the registry of a request, before it is answered
 */
export function createConsentWarning(
  logger: Pick<Logger, 'error'>,
): (sender: KnownSender, registry: ServedRegistry) => void {
  const said = new WeakMap<KnownSender, Set<string>>();
  return (known, { type, adapter }) => {
    if (adapter.supportsConsent === true || !known.access(type).isConsentRequired) return;
    const registries = said.get(known) ?? new Set();
    if (registries.has(type.name)) return;
    said.set(known, registries.add(type.name));
    logger.error(
      { sender_id: known.sender.senderId, registry: type.name },
      'the policy of a sender requires consent, and the adapter of the registry cannot filter by it: nothing is disclosed',
    );
  };
}
