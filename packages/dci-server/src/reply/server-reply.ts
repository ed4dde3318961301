import type { LogFields } from 'dci-core';

/** A reply, with what the log says of its request. */
export interface ServerReply {
  /** The JSON text, to be sent as it is. */
  readonly body: string;
  /** Ids and counts for the log line of the request. */
  readonly logFields: LogFields;
}
