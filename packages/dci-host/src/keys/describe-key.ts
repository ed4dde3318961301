import { formatTimestamp, type JsonObject, writePublicKeyPem } from 'dci-core';
import type { HostKey } from './key-store.ts';

/**
 * Describes a key for people and scripts: names, state, times and the public part, which peers register.
 *
 * @param key - the key
 * @param senderId - first part of its `kid`
 * @returns a JSON object with snake-case names
 */
export async function describeKey(key: HostKey, senderId: string): Promise<JsonObject> {
  const time = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : formatTimestamp(milliseconds);
  return {
    key_id: key.keyId,
    kid: `${senderId}|${key.keyId}|${key.algorithm}`,
    use: key.use,
    algorithm: key.algorithm,
    state: key.state,
    created_at: time(key.createdAt),
    activated_at: time(key.activatedAt),
    not_after: time(key.notAfter),
    revoked_at: time(key.revokedAt),
    public_key: await writePublicKeyPem(key.publicKey),
  };
}
