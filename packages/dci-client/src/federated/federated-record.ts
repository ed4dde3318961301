import type { JsonObject } from 'dci-core';
import type { ReplyEvidence } from '../search.ts';

/** A record, and who has it. */
export interface FederatedRecord {
  readonly record: JsonObject;
  /** Name of the record type, for example `Person`. */
  readonly recordType: string;
  /** Code of the data source. */
  readonly source: string;
  readonly evidence: ReplyEvidence;
}
