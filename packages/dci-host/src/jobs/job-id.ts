import { createHash } from 'node:crypto';

/**
 * Names a job by its queue and key, so that the same work has the same id after every restart.
 *
 * @param queue - name of the queue
 * @param key - name of the work within it
 * @returns a UUID of version 8 (RFC 9562 section 5.8), made of the SHA-256 of both
 */
export function jobIdOf(queue: string, key: string): string {
  const digest = createHash('sha256').update(`${queue}\0${key}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
