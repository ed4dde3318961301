import { type Clock, DciError } from 'dci-core';
import type { ReplayStore } from '../stores/ports.ts';

/**
 * How long a message id stays claimed. Longer than any signature can be valid: at most 3,600 s from `created`, which
 * may lie 60 s ahead, and 60 s of tolerance after `expires` (protocol.md section 3); the rest is for a clock that
 * is set back.
 */
export const claimSeconds = 7_200;

/**
 * Step 8: nobody has used this message id of this sender before (protocol.md section 4).
 *
 * @param senderId - the verified sender
 * @param messageId - `header.message_id`
 * @param store - the claims
 * @param clock - the time
 * @throws DciError `rjct.message_id.duplicate`
 */
export async function claimMessage(
  senderId: string,
  messageId: string,
  store: Pick<ReplayStore, 'claim'>,
  clock: Clock,
): Promise<void> {
  const claimed = await store.claim({ senderId, messageId, expiresAt: clock.now() + claimSeconds * 1000 });
  if (!claimed) throw new DciError('rjct.message_id.duplicate', 'a message of this id was received before');
}
