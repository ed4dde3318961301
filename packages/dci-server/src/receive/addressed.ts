import { DciError, type RequestAction, type RequestHeader, readAction } from 'dci-core';

/** What a message must say to be meant for a path of this server. */
export interface Addressee {
  /** The host's own id. */
  readonly receiverId: string;
  /** Refuse a message that names no receiver. */
  readonly requireReceiverId: boolean;
  /** The action that the path stands for. */
  readonly action: RequestAction;
}

/** Version 1.0 of the messaging protocol in every spelling; an absent version means it. */
const supportedVersion = /^v?1(?:\.0){0,2}$/i;

/**
 * Step 6: the message is meant for us, for this path, in a version that we speak (protocol.md section 4).
 *
 * The standard does not require `receiver_id`, and peers leave it out, so a message without one is accepted
 * unless `requireReceiverId` is set; a message that names another receiver never is.
 *
 * @param header - the header, verified
 * @param addressee - what it must say
 * @throws DciError `err.receiver_id.invalid`, `rjct.action.invalid` or `err.version.not_supported`
 */
export function checkAddressed(
  header: Pick<RequestHeader, 'receiver_id' | 'action' | 'version'>,
  addressee: Addressee,
): void {
  if (header.receiver_id === undefined ? addressee.requireReceiverId : header.receiver_id !== addressee.receiverId) {
    throw new DciError('err.receiver_id.invalid', 'the message is not addressed to this receiver');
  }
  if (readAction(header.action) !== addressee.action) {
    throw new DciError('rjct.action.invalid', `the action of a message to this path must be ${addressee.action}`);
  }
  if (header.version !== undefined && !supportedVersion.test(header.version)) {
    throw new DciError('err.version.not_supported', 'this server speaks version 1.0.0');
  }
}
