/**
 * Writes a UUID (RFC 9562).
 *
 * @param bytes - at least 16; version and variant take the place of six of their bits
 * @param version - 4 for random bytes, 8 for those of a hash
 * @returns the UUID
 */
export function uuidOf(bytes: Uint8Array, version: 4 | 8): string {
  const own = Buffer.from(bytes.subarray(0, 16));
  own[6] = ((own[6] ?? 0) & 0x0f) | (version << 4);
  own[8] = ((own[8] ?? 0) & 0x3f) | 0x80;
  const hex = own.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
