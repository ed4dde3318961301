import type { JsonObject, JsonValue, RecordWarning, RequestStatus } from 'dci-core';

/** One attribute to sort by. */
export interface SortOrder {
  readonly attribute: string;
  /** Absent: `asc`. */
  readonly order?: 'asc' | 'desc';
}

/** Which part of a result is wanted. */
export interface PageOptions {
  /** Records a page; absent: 20. */
  readonly size?: number;
  /** From 1. */
  readonly number?: number;
  /** `nextCursor` of the page before; takes the place of `number`, and stays fast at any depth. */
  readonly cursor?: string;
}

/** What a search wants beside its query. */
export interface SearchOptions {
  /** Type of the records wanted, for example `Person`; absent: the registry decides by the query. */
  readonly recordType?: string;
  /** Narrows a search to records of an event type of the registry, for example `LiveBirth`; any spelling. */
  readonly eventType?: string;
  /** Language of texts in the records: three letters of ISO 639-3, for example `eng`. */
  readonly locale?: string;
  readonly sort?: readonly SortOrder[];
  readonly page?: PageOptions;
  /** The registrant's consent, as the standard's `Consent`. */
  readonly consent?: JsonObject;
  /** The legal basis, as the standard's `Authorize`. */
  readonly authorize?: JsonObject;
}

/** One search (protocol.md section 7). */
export interface SearchCriteria extends SearchOptions {
  readonly queryType: 'idtype-value' | 'expression' | 'predicate';
  /** In any form of protocol.md section 7; the dialect of the registry gives it the form that the registry reads. */
  readonly query: JsonValue;
}

/** What every call can be given. */
export interface CallOptions {
  /** Ends the call; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Who answered, and how that is known. */
export interface ReplyEvidence {
  /** True when the signature was verified with a key of the registry; false: who answered is only what the reply says. */
  readonly verified: boolean;
  /** `sender_id` of the reply. */
  readonly senderId: string;
  /** Key that signed the reply; absent when it was not signed. */
  readonly keyId?: string;
  readonly algorithm?: string;
  readonly messageId?: string;
  /** Absent in notifications of peers that name none. */
  readonly transactionId?: string;
  /** The registry's id of the exchange. */
  readonly correlationId?: string;
  /** Header and message of the envelope, as received; the message decrypted where it was encrypted. */
  readonly header: JsonObject;
  readonly message: JsonObject;
}

/** Records that a search found. */
export interface SearchPage {
  readonly status: Exclude<RequestStatus, 'rjct'>;
  readonly referenceId: string;
  /** Name of the record type, for example `Person`. */
  readonly recordType: string;
  /** The records under the standard's names, whatever spelling the registry has. */
  readonly records: readonly JsonObject[];
  /** What was tolerated while they were read. */
  readonly warnings: readonly RecordWarning[];
  /** Number of all records that match; absent when the registry does not tell. */
  readonly totalCount?: number;
  readonly pageNumber?: number;
  readonly pageSize?: number;
  /** Asks for the next page; absent on the last. */
  readonly next?: PageOptions;
}

/** An item that the registry rejects. */
export interface SearchRejection {
  readonly status: 'rjct';
  readonly referenceId: string;
  /** `rjct.*` code, as sent. */
  readonly code?: string;
  /** The registry's words; they can hold personal data. */
  readonly text?: string;
}

/** The answer to one search of a batch. */
export type SearchOutcome = SearchPage | SearchRejection;

/** The verified reply to a batch. */
export interface SearchReply {
  /** One for each search, in the order asked. */
  readonly outcomes: readonly SearchOutcome[];
  /** Of the reply, or of the last callback. */
  readonly evidence: ReplyEvidence;
  /** Of the callbacks before the last, where the answer came in parts. */
  readonly earlierEvidence?: readonly ReplyEvidence[];
}

/** The verified reply to one search. */
export interface SearchResult extends SearchPage {
  readonly evidence: ReplyEvidence;
}
