import { parseKid } from '../keys/kid.ts';
import { kidNames, readJwsText } from './jws-text.ts';
import { parseSignatureParameters } from './parameters.ts';

/**
 * The key that a signature names, of whichever scheme it is: for asking a peer's JWKS for a key that is not known yet.
 *
 * @param signature - an envelope's `signature`; nothing of it is verified
 * @returns the key id, or `undefined` when the signature names none or has no form that is known
 */
export function signatureKeyId(signature: string): string | undefined {
  const kidId = parseSignatureParameters(signature)?.kidId;
  if (kidId !== undefined) return parseKid(kidId)?.keyId;
  const kid = readJwsText(signature)?.kid;
  return kid === undefined ? undefined : kidNames(kid).keyId;
}
