import { createHash } from 'node:crypto';
import { uuidOf } from '../uuid.ts';

/**
 * Names a job by its queue and key, so that the same work has the same id after every restart.
 *
 * @param queue - name of the queue
 * @param key - name of the work within it
 * @returns a UUID of version 8 (RFC 9562 section 5.8), made of the SHA-256 of both
 */
export function jobIdOf(queue: string, key: string): string {
  const digest = createHash('sha256').update(`${queue}\0${key}`).digest();
  return uuidOf(digest, 8);
}
