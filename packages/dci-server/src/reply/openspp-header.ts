import type { JsonObject } from 'dci-core';

/**
 * Completes a reply header for OpenSPP, which renders all ten fields of its own header model before it verifies a
 * signature, absent ones with their defaults (protocol.md sections 1 and 10; dialects.md section 2).
 *
 * @param header - a reply header; eight of the ten fields are always in it
 * @returns the header with `sender_uri` and `meta` as well
 */
export function withAllHeaderFields(header: JsonObject): JsonObject {
  return { sender_uri: null, meta: {}, ...header };
}
