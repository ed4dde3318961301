import type { SignatureAlgorithm } from './key.ts';

/** The parts of `{sender_id}|{key_id}|{alg}`, the form of `kidId` and of `kid` in a JWKS (protocol.md section 3). */
export interface KidParts {
  readonly senderId: string;
  readonly keyId: string;
  /** As written: it is a claim, and the registered key decides. */
  readonly algorithm: string;
}

/**
 * @param parts - sender id, key id and algorithm; a key id without `|`
 * @returns `{sender_id}|{key_id}|{alg}`
 */
export function formatKid(parts: { senderId: string; keyId: string; algorithm: SignatureAlgorithm }): string {
  return `${parts.senderId}|${parts.keyId}|${parts.algorithm}`;
}

/**
 * Takes a kid apart from its end, so that a sender id may itself hold `|`.
 *
 * @param kid - `{sender_id}|{key_id}|{alg}`
 * @returns the parts, or `undefined` when there are fewer than three or one is empty
 */
export function parseKid(kid: string): KidParts | undefined {
  const algorithmAt = kid.lastIndexOf('|');
  const keyAt = algorithmAt < 0 ? -1 : kid.lastIndexOf('|', algorithmAt - 1);
  if (keyAt < 0) return undefined;
  const senderId = kid.slice(0, keyAt);
  const keyId = kid.slice(keyAt + 1, algorithmAt);
  const algorithm = kid.slice(algorithmAt + 1);
  return senderId === '' || keyId === '' || algorithm === '' ? undefined : { senderId, keyId, algorithm };
}
