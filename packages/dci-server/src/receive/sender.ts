import { DciError } from 'dci-core';
import type { KnownSender, SenderDirectory } from '../senders/directory.ts';
import type { BearerGrant } from './received-envelope.ts';

/**
 * Step 4: the sender is registered and active, and the bearer token is its own where it is bound
 * (protocol.md section 4). A token that is bound to another sender is refused before the sender is looked up, so
 * that its holder cannot find out who is registered.
 *
 * @param senderId - `header.sender_id`
 * @param grant - what the bearer token opens
 * @param directory - the registered senders
 * @returns the sender
 * @throws DciError `err.auth.sender_mismatch`, or `err.sender.unknown` for an unknown and for a disabled one
 */
export async function identifySender(
  senderId: string,
  grant: BearerGrant,
  directory: Pick<SenderDirectory, 'find'>,
): Promise<KnownSender> {
  if (grant.kind === 'one-sender' && grant.senderId !== senderId) {
    throw new DciError('err.auth.sender_mismatch', 'the bearer token does not belong to the sender of the message');
  }
  const known = await directory.find(senderId);
  if (known === undefined || known.sender.state !== 'active') {
    throw new DciError('err.sender.unknown', 'the sender is not registered here');
  }
  return known;
}
