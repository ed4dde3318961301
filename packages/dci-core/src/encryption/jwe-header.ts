import { base64urlnopad } from '@scure/base';
import { readJson } from '../json/read.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';

/**
 * Members that a header may have (RFC 7516 section 4.1). Everything that would bring in a key, decompress, or make us
 * compute much (`jwk`, `jku`, `x5u`, `crit`, `zip`, `p2c`) is none of them, and a message that has one is refused.
 */
const allowedMembers = new Set(['alg', 'enc', 'kid', 'epk', 'apu', 'apv', 'typ', 'cty']);

/** The two headers of a flattened JWE as they are given to the library, their names disjoint. */
export interface JweHeaders {
  /** As received: its text is what the tag covers. */
  readonly protectedPart?: string;
  /** What only the unprotected header says. */
  readonly unprotected: JsonObject;
  /** Both together. */
  readonly all: JsonObject;
}

/**
 * Puts the protected header and the standard's `header` together. RFC 7516 wants their names disjoint; we and others
 * write the standard's `header` as a copy of the protected one, so a name may stand in both when the values are equal.
 *
 * @param protectedPart - the protected header as received, base64url
 * @param header - the unprotected header as received
 * @returns both, or `undefined` when one is malformed, they contradict each other, or a member is not allowed
 */
export function readJweHeaders(
  protectedPart: string | undefined,
  header: JsonObject | undefined,
): JweHeaders | undefined {
  const covered = protectedPart === undefined ? {} : decodeHeader(protectedPart);
  if (covered === undefined) return undefined;
  const unprotected: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(header ?? {})) {
    if (value === undefined) continue;
    if (covered[name] === undefined) unprotected[name] = value;
    else if (covered[name] !== value) return undefined;
  }
  const all = { ...covered, ...unprotected };
  if (Object.keys(all).some((name) => !allowedMembers.has(name))) return undefined;
  return { ...(protectedPart !== undefined && { protectedPart }), unprotected, all };
}

function decodeHeader(part: string): JsonObject | undefined {
  try {
    const { value } = readJson(base64urlnopad.decode(part));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
