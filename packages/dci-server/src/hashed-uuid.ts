/**
 * Names something by what it is, so that work done twice comes to the same name.
 *
 * @param hash - SHA-256 of what is named
 * @returns a UUID of version 8 (RFC 9562 section 5.8) made of its first 16 bytes
 */
export function hashedUuid(hash: Uint8Array): string {
  const bytes = hash.slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = hexOf(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * @param bytes - any bytes
 * @returns two lower-case hexadecimal digits for each
 */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
