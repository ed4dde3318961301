import { DciError, verificationError } from 'dci-core';
import { clientFailure, type ProtocolFault } from '../../failure.ts';

/**
 * Turns a failure of reading what a registry sent, which the client tells its caller, into the refusal that the registry
 * is told (protocol.md section 4).
 *
 * @param error - whatever was thrown
 * @returns the refusal; what is none of the client's failures is returned as it is
 */
export function refusalOf(error: unknown): unknown {
  const failure = clientFailure(error);
  switch (failure?.kind) {
    case 'signature':
      return verificationError(failure.reason);
    case 'protocol':
      return refusalOfFault(failure.fault, failure.path);
    case 'unreachable':
    case 'timeout':
      return new DciError('err.service.unavailable', 'the keys of the sender cannot be fetched', { retryAfter: 30 });
    default:
      return error;
  }
}

function refusalOfFault(fault: ProtocolFault, path: string | undefined): DciError {
  switch (fault) {
    case 'other_sender':
      return new DciError('err.sender.unknown', 'the sender is not registered here');
    case 'not_addressed_to_us':
      return new DciError('err.receiver_id.invalid', 'the message is not addressed to this receiver');
    case 'action':
      return new DciError('rjct.action.invalid', 'the action of the message is not that of this path');
    case 'encrypted':
    case 'not_decrypted':
    case 'not_encrypted':
      return new DciError('err.encryption.invalid', 'The message cannot be decrypted.', { path: 'message' });
    default: {
      const place = path ?? 'message';
      return new DciError('err.request.bad', `${place} is not as the standard has it`, { path: place });
    }
  }
}

/** How far a callback came: the steps of protocol.md section 4, with the checks of step 6 in their order. */
const places: Readonly<Record<string, number>> = {
  'err.service.unavailable': 5.5,
  'err.receiver_id.invalid': 6.1,
  'rjct.action.invalid': 6.2,
  'err.version.not_supported': 6.3,
};

/**
 * @param errors - why the same callback was refused as one of each of several sources; at least one
 * @returns the refusal of the source for which it came farthest
 */
export function farthest(errors: readonly unknown[]): unknown {
  const place = (error: unknown): number => (error instanceof DciError ? (places[error.code] ?? 5) : 7);
  return errors.reduce((first, next) => (place(next) > place(first) ? next : first));
}
