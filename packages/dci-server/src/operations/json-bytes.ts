import type { JsonValue } from 'dci-core';

/**
 * Counts the bytes of a value's canonical JSON, where every character outside printable ASCII takes six or more
 * (protocol.md section 2). Stops early, so that a huge value costs no more than the bound.
 *
 * @param value - the value; `undefined` for an absent one
 * @param bound - bytes from which on the exact number does not matter
 * @returns the number of bytes, within a few; at least `bound` when it is larger
 */
export function jsonBytes(value: JsonValue | undefined, bound: number): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return textBytes(value);
  // Python's form of a number can be two characters longer: 1e-07, 9007199254740992.0.
  if (typeof value !== 'object' || value === null) return String(value).length + 2;
  let bytes = 2;
  for (const [name, member] of Object.entries(value as Readonly<Record<string, JsonValue | undefined>>)) {
    if (bytes >= bound) break;
    if (member === undefined) continue;
    bytes += (Array.isArray(value) ? 1 : textBytes(name) + 2) + jsonBytes(member, bound - bytes);
  }
  return bytes;
}

function textBytes(text: string): number {
  let bytes = text.length + 2;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e) bytes += 5;
    else if (unit === 0x22 || unit === 0x5c) bytes += 1;
  }
  return bytes;
}
