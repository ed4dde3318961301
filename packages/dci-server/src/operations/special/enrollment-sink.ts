import type { JsonObject, RecordWarning } from 'dci-core';

/** A beneficiary that a programme tells us of (IBR `sync/enrollment/updates`). */
export interface EnrollmentUpdate {
  /** Who tells it; verified. */
  readonly senderId: string;
  readonly transactionId: string;
  readonly messageId: string;
  /** Names the beneficiary in the reply. Together with sender and message id it is unique. */
  readonly referenceId: string;
  /** Name of the record type. */
  readonly recordType: string;
  /** The whole record, in the registry type's spelling. */
  readonly record: JsonObject;
  /** What was tolerated while it was read. */
  readonly warnings: readonly RecordWarning[];
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/**
 * Takes a beneficiary into the registry. When it resolves, the sender is told that it was taken; a `DciError` is told
 * to the sender with its text, and anything else as a failure without details.
 */
export type EnrollmentSink = (update: EnrollmentUpdate) => void | Promise<void>;
