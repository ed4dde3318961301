import type { HeaderReasonCode, JsonObject, RequestStatus } from 'dci-core';

/** What an operation answers. */
export interface Outcome {
  readonly status: RequestStatus;
  readonly reasonCode?: HeaderReasonCode;
  readonly reasonMessage?: string;
  /** Items of the transaction. */
  readonly totalCount: number;
  /** Items that were processed, whether they succeeded or not. */
  readonly completedCount: number;
  readonly message: JsonObject;
}
