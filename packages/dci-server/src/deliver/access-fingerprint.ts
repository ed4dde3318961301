import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from 'dci-core';
import type { KnownSender } from '../senders/directory.ts';

/**
 * Names the access that a party has to a registry: while the fingerprint stays the same, what was composed under it
 * may still be sent (protocol.md section 6, access is checked again when a message is sent).
 *
 * @param receiver - the registered party, with its policy as it is now
 * @param registryType - name of the registry type
 * @returns a hash over its state and its grants there; `undefined` where consent is required, which can end at any
 *   time, so that the content is composed again before each attempt
 */
export function accessFingerprint({ sender }: Pick<KnownSender, 'sender'>, registryType: string): string | undefined {
  const { registries } = sender.policy;
  const grant = Object.hasOwn(registries, registryType) ? registries[registryType] : undefined;
  if (grant?.consent === 'required') return undefined;
  const access = { state: sender.state, grant: (grant ?? null) as JsonObject | null };
  return createHash('sha256').update(canonicalJson(access)).digest('base64url');
}
