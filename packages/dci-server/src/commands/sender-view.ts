import type { JsonObject, VerificationKey } from 'dci-core';
import type { AccessPolicy } from '../access/policy.ts';
import type { Sender, SenderToken } from '../senders/sender.ts';

/**
 * A sender as commands print it with `--json`. Tokens and their hashes are not in it.
 *
 * @param sender - the sender
 * @param tokens - its tokens
 * @returns a JSON object
 */
export function senderView(sender: Sender, tokens: readonly SenderToken[]): JsonObject {
  return {
    sender_id: sender.senderId,
    name: sender.name,
    state: sender.state,
    dialect: sender.dialect,
    schemes: sender.schemes,
    keys: sender.keys.map(keyView),
    jwks_url: sender.jwksUrl,
    callback_base: sender.callbackBase,
    callback_hosts: sender.callbackHosts,
    callback_credential: sender.callbackCredential?.kind,
    encryption_key: sender.encryptionKey,
    subscription_approval: sender.subscriptionApproval,
    policy: policyView(sender.policy),
    tokens: tokens.map(({ tokenId, issuedAt }) => ({ token_id: tokenId, issued_at: isoTime(issuedAt) })),
  };
}

/**
 * @param sender - a sender
 * @returns how it is reached, as rows of property and value; of a credential only its kind
 */
export function connectionRows(sender: Sender): readonly (readonly string[])[] {
  const { callbackBase, callbackHosts = [], callbackCredential, encryptionKey, subscriptionApproval } = sender;
  const kid = typeof encryptionKey?.kid === 'string' ? ` ${encryptionKey.kid}` : '';
  return [
    ...(callbackBase === undefined ? [] : [['callbacks to', callbackBase]]),
    ...callbackHosts.map((host) => ['callback host', host]),
    ...(callbackCredential === undefined ? [] : [['callback credential', callbackCredential.kind]]),
    ...(encryptionKey === undefined ? [] : [['encryption key', `${String(encryptionKey.kty)}${kid}`]]),
    ...(subscriptionApproval === undefined ? [] : [['subscription approval', subscriptionApproval]]),
  ];
}

/**
 * @param policy - a policy
 * @returns it in a line: `social: Person, Group`
 */
export function policySummary(policy: AccessPolicy): string {
  const registries = Object.entries(policy.registries).map(
    ([name, { recordTypes }]) => `${name}: ${Object.keys(recordTypes).join(', ')}`,
  );
  return registries.length === 0 ? 'nothing' : registries.join('; ');
}

/**
 * @param milliseconds - Unix milliseconds
 * @returns RFC 3339 in UTC, whole seconds
 */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function keyView(key: VerificationKey): JsonObject {
  return {
    key_id: key.keyId,
    algorithm: key.publicKey.algorithm,
    state: key.state,
    public_key: { ...key.publicKey.jwk },
  };
}

function policyView(policy: AccessPolicy): JsonObject {
  return JSON.parse(JSON.stringify(policy)) as JsonObject;
}
