import type { QueryLimits } from 'dci-core';
import type { Quota } from './access/policy.ts';
import { defaultQuota } from './quota/quota-limiter.ts';

/** Bounds of what one message may ask for. */
export interface ServerLimits {
  /** Search items of one message. Default 100. */
  readonly maxItems: number;
  /** Items of one asynchronous message. Default 1,000. */
  readonly maxAsyncItems: number;
  /** Records of all callbacks to one message; an item that would pass them is refused. Default 100,000. */
  readonly maxAsyncRecords: number;
  /**
   * Attempts to process an asynchronous request, or one callback of a long answer, before its sender is told that it
   * failed. Default 12, some 25 minutes; at most 19.
   */
  readonly processingAttempts: number;
  /** Days that the content of an asynchronous request is kept after it is finished (reliability.md SE4). Default 7. */
  readonly transactionContentDays: number;
  /** Days that an asynchronous request can be asked for by `txn/status` after it is finished. Default 30. */
  readonly transactionDays: number;
  /** Bytes of an uploaded file of items. Default 64 MiB. */
  readonly maxUploadBytes: number;
  /** Items of an uploaded file. Default 250,000. */
  readonly maxUploadItems: number;
  /** Bytes of an uploaded file that is a whole message. Default 8 MiB. */
  readonly maxUploadedMessageBytes: number;
  /** Rows of an uploaded CSV file that one callback answers. Default 1,000. */
  readonly maxUploadBatch: number;
  /** Uploads that are received at a time; more are refused for the moment. Default 8. */
  readonly maxUploadsAtOnce: number;
  /** Records of one reply: once it holds as many, further items of the message are refused. Default 10,000. */
  readonly maxRecords: number;
  /**
   * Bytes of the records of one reply; an item that would pass them is refused. Default 12 MiB, below the 16 MiB that
   * `dci-client` reads.
   */
  readonly maxReplyBytes: number;
  /** Records of one page; a sender's policy can only lower it. Default 1,000. */
  readonly maxPageSize: number;
  /** Records of a page when the request says nothing. Default 20. */
  readonly defaultPageSize: number;
  /** Time for one search item, in milliseconds. Default 2,000. */
  readonly searchTimeoutMs: number;
  /** Seconds that `message_ts` may lie in the past; how fresh a message must be is the signature's matter. Default one day. */
  readonly maxMessageAgeSeconds: number;
  /** Seconds that `message_ts` may lie in the future. Default 60. */
  readonly maxMessageAheadSeconds: number;
  /** Depth, comparisons and list lengths of a query. Default: those of protocol.md section 7. */
  readonly query?: QueryLimits;
  /** For senders whose policy has none. */
  readonly quota: Quota;
}

/** The limits that hold where none are set. */
export const defaultLimits: ServerLimits = {
  maxItems: 100,
  maxAsyncItems: 1_000,
  maxAsyncRecords: 100_000,
  processingAttempts: 12,
  transactionContentDays: 7,
  transactionDays: 30,
  maxUploadBytes: 64 * 1024 * 1024,
  maxUploadItems: 250_000,
  maxUploadedMessageBytes: 8 * 1024 * 1024,
  maxUploadBatch: 1_000,
  maxUploadsAtOnce: 8,
  maxRecords: 10_000,
  maxReplyBytes: 12 * 1024 * 1024,
  maxPageSize: 1_000,
  defaultPageSize: 20,
  searchTimeoutMs: 2_000,
  maxMessageAgeSeconds: 86_400,
  maxMessageAheadSeconds: 60,
  quota: defaultQuota,
};
