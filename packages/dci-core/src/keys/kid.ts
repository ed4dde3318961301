import { DciError } from '../errors.ts';

/** What would end or break a quoted parameter, or hide in a log. */
const unsafe = /["\\\p{Cc}]/u;

/** The parts of `{sender_id}|{key_id}|{alg}`, the form of `kidId` and of `kid` in a JWKS (protocol.md section 3). */
export interface KidParts {
  readonly senderId: string;
  readonly keyId: string;
  /** As written: it is a claim, and the registered key decides. */
  readonly algorithm: string;
}

/**
 * @param parts - sender id, key id and algorithm
 * @returns `{sender_id}|{key_id}|{alg}`
 * @throws DciError `err.configuration.invalid` when an id is empty, a key id holds `|`, or an id holds a quote, a
 *   backslash or a control character
 */
export function formatKid(parts: { senderId: string; keyId: string; algorithm: string }): string {
  const { senderId, keyId, algorithm } = parts;
  if (senderId === '' || unsafe.test(senderId)) throw unusable('sender');
  if (keyId === '' || keyId.includes('|') || unsafe.test(keyId)) throw unusable('key');
  return `${senderId}|${keyId}|${algorithm}`;
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

function unusable(what: string): DciError {
  return new DciError('err.configuration.invalid', `A ${what} id is empty or holds a character that no kid can carry.`);
}
